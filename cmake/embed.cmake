# Writes OUT, a C++ file that defines jaga::embedded::SYMBOL with the bytes of SOURCES, which is one file.
file(READ "${SOURCES}" hex HEX)
string(LENGTH "${hex}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
file(WRITE "${OUT}.new" "#include <embedded/${SYMBOL}.hpp>
namespace {
constexpr char kBytes[] = {${bytes}0};
}
namespace jaga::embedded {
constinit const std::string_view ${SYMBOL}{kBytes, ${size}};
}
")
file(RENAME "${OUT}.new" "${OUT}")
