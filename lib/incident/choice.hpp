// Private to incident: reading a value that is one of a few words. Any other word is an error of Fields,
// which lists them.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "incident/values.hpp"
#include "round/round.hpp"
#include "yaml/fields.hpp"

namespace jaga::incident {

template <Spelled Word>
Word choice(yaml::Fields& fields, std::string_view key) {
  return static_cast<Word>(fields.choice(key, kSpellings<Word>));
}

// Of another folder's type, which has a name(): one of `values`.
template <typename Value, std::size_t N>
Value choice(yaml::Fields& fields, std::string_view key, const std::array<Value, N>& values) {
  std::array<std::string_view, N> names;
  for (std::size_t at = 0; at < N; ++at) names[at] = name(values[at]);
  return values[fields.choice(key, names)];
}

inline constexpr std::array kStates = {round::State::ok, round::State::warning, round::State::critical,
                                       round::State::unknown};

}  // namespace jaga::incident
