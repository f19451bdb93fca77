// Fast reader for the states in a round file, for the daily summary of hundreds of rounds.
#pragma once

#include <optional>
#include <string_view>

#include "round/round.hpp"

namespace jaga::round {

// Reads `at`, `partial` and, of each result, host, check, object, state, hard and, if it is cancelled or its
// site was silent, reason; other members keep their defaults. Accepts only the canonical form of write()
// without a base. Returns nullopt for anything else: call read(), which accepts it or reports what is wrong.
// Values that are not read are not validated.
std::optional<Round> read_states(std::string_view bytes);

}  // namespace jaga::round
