# Writes OUT, a C++ file that defines jaga::embedded::SYMBOL with the bytes of SOURCES, one after the other.
set(hex "")
foreach(source IN LISTS SOURCES)
  file(READ "${source}" part HEX)
  string(APPEND hex "${part}")
endforeach()
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
