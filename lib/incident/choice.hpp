// Private to incident: reading a value that is one of a few words, any other of which is an error of Fields,
// and the results that several bodies hold.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "incident/body.hpp"
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

yaml::Node results_node(const std::vector<Result>& results);
std::vector<Result> results_of(yaml::Fields& fields, std::string_view key);

inline constexpr std::array kStates = {round::State::ok, round::State::warning, round::State::critical,
                                       round::State::unknown};

}  // namespace jaga::incident
