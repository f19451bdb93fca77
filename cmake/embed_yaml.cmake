# Writes OUT, a C++ file that defines jaga::embedded::SYMBOL of TYPE, Named or a span of them. SOURCES are the files and,
# in the same order, their canonical forms.
function(bytes_of source array)
  file(READ "${source}" hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  set(array_text "constexpr char ${array}[] = {${bytes}0};\n" PARENT_SCOPE)
  set(view "{${array}, ${size}}" PARENT_SCOPE)
endfunction()

set(arrays "")
set(entries "")
list(LENGTH SOURCES count)
math(EXPR count "${count} / 2")
math(EXPR last "${count} - 1")
foreach(number RANGE ${last})
  list(GET SOURCES ${number} source)
  math(EXPR form_number "${number} + ${count}")
  list(GET SOURCES ${form_number} form)
  get_filename_component(name "${source}" NAME_WLE)
  bytes_of("${source}" kBytes${number})
  string(APPEND arrays "${array_text}")
  set(bytes_view "${view}")
  bytes_of("${form}" kForm${number})
  string(APPEND arrays "${array_text}")
  string(APPEND entries "    {\"${name}\", ${bytes_view}, ${view}},\n")
endforeach()
if(TYPE STREQUAL "Named")
  set(value "kFiles[0]")
else()
  set(value "kFiles")
endif()
file(WRITE "${OUT}.new" "#include <embedded/${SYMBOL}.hpp>
namespace {
${arrays}
constexpr jaga::embedded::Named kFiles[] = {
${entries}};
}
namespace jaga::embedded {
constinit const ${TYPE} ${SYMBOL}{${value}};
}
")
file(RENAME "${OUT}.new" "${OUT}")
