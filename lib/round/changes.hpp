// Rounds that store only the changes since a full round of the same day (`record: changes` in jaga.yaml).
// Reading one needs exactly one other file, its base. Pure.
#pragma once

#include <optional>

#include "round/round.hpp"

namespace jaga::round {

// Reduces the full round `now` to its changes since `full`; `base` identifies `full`. Both rounds must be
// sorted.
//
// A host is left out if all its results are ok in both rounds and differ only in summaries and numbers; those
// of `now` are then lost. Returns nullopt if `now` must be stored in full: it is of another UTC day,
// inventory, set of hosts or list of skipped hosts, or more than half of the results changed, so that `now`
// is a better base for the following rounds.
std::optional<Round> only_changes(const Round& now, const Round& full, const Base& base);

// Restores the full round. Hosts that were left out get the summaries and numbers of `full`. Precondition:
// changes.base is set and identifies `full`.
Round complete(Round changes, const Round& full);

}  // namespace jaga::round
