# Writes OUT, a C++ file that defines jaga::embedded::SYMBOL with the name and the bytes of each of SOURCES.
set(arrays "")
set(entries "")
set(number 0)
list(SORT SOURCES)
foreach(source IN LISTS SOURCES)
  get_filename_component(name "${source}" NAME_WLE)
  file(READ "${source}" hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND arrays "constexpr char kBytes${number}[] = {${bytes}0};\n")
  string(APPEND entries "    {\"${name}\", {kBytes${number}, ${size}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUT}.new" "#include <embedded/${SYMBOL}.hpp>
namespace {
${arrays}
constexpr jaga::embedded::Named kFiles[] = {
${entries}};
}
namespace jaga::embedded {
constinit const std::span<const Named> ${SYMBOL}{kFiles};
}
")
file(RENAME "${OUT}.new" "${OUT}")
