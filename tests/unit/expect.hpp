// What tests of several folders ask of a text or of a call.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/error.hpp"

namespace jaga::expect {

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// How often `part` is in `text`, without overlaps. `part` is not empty.
inline std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    ++found;
  return found;
}

// The code of the Error that `call` throws; ok where it throws none.
template <typename Call>
ExitCode code_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return ExitCode::ok;
}

}  // namespace jaga::expect
