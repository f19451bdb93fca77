# Helpers of the build: how every target is compiled, and how data gets into the program.

option(JAGA_WERROR "Treat warnings as errors" OFF)
option(JAGA_UNITY "Compile several files of lib/ and cmd/ together, which takes less than half the time" OFF)
option(JAGA_FUZZ "Build the libFuzzer targets (needs Clang)" OFF)
option(JAGA_COVERAGE "Instrument for gcov" OFF)
set(JAGA_SANITIZE "" CACHE STRING "Argument of -fsanitize=, for example address,undefined")

# GCC takes the inside of a std::optional for uninitialised where it is not (its bug 80635; Clang's check is exact), and
# new of a coroutine's frame for another one than its delete when only one of them is inlined.
add_library(jaga_warnings INTERFACE)
target_compile_options(jaga_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-mismatched-new-delete>
  $<$<BOOL:${JAGA_WERROR}>:-Werror>)

add_library(jaga_hardening INTERFACE)
target_compile_options(jaga_hardening INTERFACE
  $<$<CONFIG:Release>:-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$<IF:$<CXX_COMPILER_ID:GNU>,3,2>
    -D_GLIBCXX_ASSERTIONS -fstack-protector-strong -fstack-clash-protection>)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(jaga_hardening INTERFACE $<$<CONFIG:Release>:-fcf-protection=full>)
endif()
target_link_options(jaga_hardening INTERFACE $<$<CONFIG:Release>:-Wl,-z,relro,-z,now>)

# Of every target; what is installed is hardened beside it.
add_library(jaga_build INTERFACE)
target_link_libraries(jaga_build INTERFACE jaga_warnings)
target_compile_features(jaga_build INTERFACE cxx_std_20)
if(JAGA_SANITIZE)
  target_compile_options(jaga_build INTERFACE -fsanitize=${JAGA_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined)
  target_link_options(jaga_build INTERFACE -fsanitize=${JAGA_SANITIZE})
endif()
if(JAGA_FUZZ)  # counts what an input reaches, also inside the library
  target_compile_options(jaga_build INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(jaga_build INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(JAGA_COVERAGE)
  target_compile_options(jaga_build INTERFACE --coverage)
  target_link_options(jaga_build INTERFACE --coverage)
endif()

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()

# jaga_together(TARGET NAME FILE...): with JAGA_UNITY the files are compiled eight at a time; NAME differs by folder.
function(jaga_together target name)
  set(count 0)
  foreach(file IN LISTS ARGN)
    math(EXPR group "${count} / 8")
    math(EXPR count "${count} + 1")
    set_property(SOURCE "${CMAKE_CURRENT_SOURCE_DIR}/${file}" TARGET_DIRECTORY ${target}
      PROPERTY UNITY_GROUP ${name}_${group})
  endforeach()
endfunction()

# jaga_sources(FILE... [ALONE FILE...]): adds the files of one folder of lib/ to jaga-core. They are compiled together,
# but for those after ALONE: files that use a name for something else than another file does, and the coroutines of
# ssh, whose frames GCC accepts only in a file of their own.
function(jaga_sources)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" ALONE)
  target_sources(jaga-core PRIVATE ${arg_UNPARSED_ARGUMENTS} ${arg_ALONE})
  get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  jaga_together(jaga-core ${folder} ${arg_UNPARSED_ARGUMENTS})
endfunction()

# Of those below: SYMBOL of TYPE, declared by <embedded/SYMBOL.hpp> (which includes INCLUDE) and defined by what
# cmake/SCRIPT makes of SOURCES.
function(jaga_embedded symbol type include script)
  set(sources ${ARGN})
  set(out "${PROJECT_BINARY_DIR}/embedded")
  file(MAKE_DIRECTORY "${out}/embedded")
  file(CONFIGURE OUTPUT "${out}/embedded/${symbol}.hpp" @ONLY CONTENT
"#pragma once
#include <@include@>
namespace jaga::embedded {
extern const @type@ @symbol@;
}
")
  add_custom_command(
    OUTPUT "${out}/${symbol}.cpp"
    COMMAND "${CMAKE_COMMAND}" -D "SYMBOL=${symbol}" -D "TYPE=${type}" -D "SOURCES=${sources}" -D "OUT=${out}/${symbol}.cpp"
            -P "${PROJECT_SOURCE_DIR}/cmake/${script}"
    DEPENDS ${sources} "${PROJECT_SOURCE_DIR}/cmake/${script}"
    VERBATIM)
  # A target of this folder, since a custom command is seen only by the targets beside it.
  add_library(jaga-embedded-${symbol} OBJECT "${out}/${symbol}.cpp")
  target_link_libraries(jaga-embedded-${symbol} PRIVATE jaga_build jaga_hardening)
  target_include_directories(jaga-embedded-${symbol} PRIVATE "${out}")
  target_sources(jaga-core PRIVATE $<TARGET_OBJECTS:jaga-embedded-${symbol}>)
endfunction()

# jaga_embed(SYMBOL FILE...): makes the bytes of the files, one after the other, available as
#   extern const std::string_view jaga::embedded::SYMBOL;
function(jaga_embed symbol)
  set(sources "")
  foreach(file IN LISTS ARGN)
    get_filename_component(source "${file}" ABSOLUTE)
    list(APPEND sources "${source}")
  endforeach()
  jaga_embedded(${symbol} std::string_view string_view embed.cmake ${sources})
endfunction()

# Of the two below: the canonical form of each of SOURCES, made by jaga-canonical-form, in OUT_VARIABLE.
function(jaga_canonical_forms symbol out_variable)
  set(folder "${PROJECT_BINARY_DIR}/embedded/canonical/${symbol}")
  file(MAKE_DIRECTORY "${folder}")
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/embedded/embedded/named.hpp" @ONLY CONTENT
"#pragma once
#include <span>
#include <string_view>
namespace jaga::embedded {
struct Named {
  std::string_view name;       // of the file, without .yaml
  std::string_view bytes;      // as people edit it
  std::string_view canonical;  // what it says, in the form that yaml::parse_canonical reads
};
}
")
  set(forms "")
  foreach(source IN LISTS ARGN)
    get_filename_component(name "${source}" NAME)
    add_custom_command(
      OUTPUT "${folder}/${name}"
      COMMAND jaga-canonical-form "${source}" "${folder}/${name}"
      DEPENDS jaga-canonical-form "${source}"
      VERBATIM)
    list(APPEND forms "${folder}/${name}")
  endforeach()
  set(${out_variable} "${forms}" PARENT_SCOPE)
endfunction()

# jaga_embed_yaml(SYMBOL FILE): makes FILE, which is YAML, available as
#   extern const jaga::embedded::Named jaga::embedded::SYMBOL;
function(jaga_embed_yaml symbol file)
  get_filename_component(source "${file}" ABSOLUTE)
  jaga_canonical_forms(${symbol} forms "${source}")
  jaga_embedded(${symbol} Named embedded/named.hpp embed_yaml.cmake "${source}" ${forms})
endfunction()

# jaga_embed_folder(SYMBOL FOLDER): makes every FOLDER/*.yaml available, in the order of their names, as
#   extern const std::span<const jaga::embedded::Named> jaga::embedded::SYMBOL;
function(jaga_embed_folder symbol folder)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.yaml")
  list(SORT sources)
  jaga_canonical_forms(${symbol} forms ${sources})
  jaga_embedded(${symbol} "std::span<const Named>" embedded/named.hpp embed_yaml.cmake ${sources} ${forms})
endfunction()

# jaga_unit_test(FOLDER FILE...): the doctest program jaga-unit-FOLDER over the files, as the test unit.FOLDER. Its cases
# in the suite "long" (TEST_CASE("..." * doctest::test_suite("long"))) are the long test unit.FOLDER.long.
function(jaga_unit_test folder)
  add_executable(jaga-unit-${folder} ${ARGN})
  target_link_libraries(jaga-unit-${folder} PRIVATE jaga-core jaga-doctest-main)
  target_precompile_headers(jaga-unit-${folder} REUSE_FROM jaga-doctest-main)
  set(short --test-suite-exclude=long)
  add_test(NAME unit.${folder} COMMAND jaga-unit-${folder} ${short})
  set_tests_properties(unit.${folder} PROPERTIES LABELS unit TIMEOUT 600
    ENVIRONMENT "APT_CONFIG=${PROJECT_SOURCE_DIR}/tests/apt.conf")
  jaga_test_elsewhere(unit.${folder} $<TARGET_FILE:jaga-unit-${folder}> ${short})
  set(has_long FALSE)
  foreach(file IN LISTS ARGN)
    if(NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
      continue()
    endif()
    file(STRINGS "${CMAKE_CURRENT_SOURCE_DIR}/${file}" found REGEX "test_suite\\(\"long\"\\)" LIMIT_COUNT 1)
    if(found)
      set(has_long TRUE)
    endif()
  endforeach()
  if(has_long)
    add_test(NAME unit.${folder}.long CONFIGURATIONS long
      COMMAND jaga-unit-${folder} --test-suite=long)
    set_tests_properties(unit.${folder}.long PROPERTIES LABELS unit TIMEOUT 3600)
  endif()
endfunction()
