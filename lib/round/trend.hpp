// What earlier rounds add to a round: how fast a disk fills, counters of errors that rise, round trips longer
// than they usually are, an address that goes to and fro between network cards. Each round carries on what
// the next one needs, so that no third one is read. Pure.
#pragma once

#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::round {

// A number is held against the one of at least this, and at most twice this, before; before that is over,
// against the first.
inline constexpr std::chrono::hours kPace{6};
// No pace is told over less, and no usual round trip from fewer rounds.
inline constexpr std::chrono::minutes kLeastPace{30};
inline constexpr std::size_t kLeastRounds = 10;
// More than this ahead, a disk that fills is not told of.
inline constexpr std::int64_t kMostHoursLeft = 168;

// For results that were measured (not those of another monitor), before follow(): adds facts, a word to the
// summary, and makes a good result a warning, or a worse one, where a limit of its host (disk_left,
// new_errors, rtt_rise) is reached; any new error of a disk or a memory module is one. Without `previous`, or
// where it has no such result, nothing is judged.
void judge_trends(Round& round, const Round* previous, const inventory::Inventory& inventory);

// Whether two results of one check differ in a counter of errors.
bool counts_differ(const Result& a, const Result& b);
// Extends a result by `more`, during which it was not measured again.
void carry_on(Result& result, std::chrono::milliseconds more);

}  // namespace jaga::round
