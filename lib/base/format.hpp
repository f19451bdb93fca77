// Formatting by the mini-language of {fmt} (https://fmt.dev/latest/syntax/; as std::format, C++20). The
// format is a literal and checked against the arguments when compiling. For texts that no person reads
// (records, keys, lines of protocols): what a person reads is a Message.
#pragma once

#include <fmt/core.h>

#include <string>

namespace jaga {

// Not a template, so that {fmt} is compiled in one place instead of by everybody who formats a number.
std::string vformatted(fmt::string_view format, fmt::format_args arguments);

template <typename... Arguments>
std::string formatted(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return vformatted(format, fmt::make_format_args(arguments...));
}

}  // namespace jaga
