# Writes OUT, a C++ file that defines jaga::embedded::SYMBOL with the bytes of SOURCE.
file(READ "${SOURCE}" hex HEX)
string(LENGTH "${hex}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
file(WRITE "${OUT}.new" "#include <string_view>
namespace {
constexpr char kBytes[] = {${bytes}0};
}
namespace jaga::embedded {
extern const std::string_view ${SYMBOL};
constinit const std::string_view ${SYMBOL}{kBytes, ${size}};
}
")
file(RENAME "${OUT}.new" "${OUT}")
