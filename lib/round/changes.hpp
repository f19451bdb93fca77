// Rounds that tell only what has changed since a full one of the same day (`record: changes` of jaga.yaml):
// one file more is all that is needed to have the whole. Pure.
#pragma once

#include <optional>

#include "round/round.hpp"

namespace jaga::round {

// What changed from `full` to the whole round `now`, whose base is `base`; nothing where `now` is to be
// written whole instead: another day (UTC), other hosts, skipped ones or inventory, or so much of it changed
// that a new full round is the better base for the next. A host is left out with all its results where each
// is good, has been since `full`, and says the same but for its summary and its numbers: those are not kept.
// Both sorted.
std::optional<Round> only_changes(const Round& now, const Round& full, const Base& base);

// The whole round again. What had been left out carries summary and numbers of `full`. Precondition:
// changes.base.
Round complete(Round changes, const Round& full);

}  // namespace jaga::round
