// Compares a round with earlier ones: how fast disks fill, error counters that grow, unusually long round
// trips, and an address that alternates between network cards. Each result carries the reference values for
// the next round, so only the previous round is needed. Pure.
#pragma once

#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::round {

// A value is compared with a reference between kPace and 2 * kPace old, or with the oldest one while the
// history is shorter.
inline constexpr std::chrono::hours kPace{6};
// Minimum history: time for a rate, rounds for a usual round trip.
inline constexpr std::chrono::minutes kLeastPace{30};
inline constexpr std::size_t kLeastRounds = 10;
// A disk that will be full later than this is not reported.
inline constexpr std::int64_t kMostHoursLeft = 168;

// Adds facts and summaries about trends to measured results (not those of another monitor or carried ones), and
// raises their state if a limit of the host is reached (disk_left, new_errors, rtt_rise). Any new error of a
// disk or memory module is at least a warning. Call before follow(). Results without a predecessor in
// `previous` are only recorded as references.
void judge_trends(Round& round, const Round* previous, const inventory::Inventory& inventory);

// Whether the error counters of two results of one check differ.
bool counts_differ(const Result& a, const Result& b);
// Ages the reference values of a result that is repeated from a round `more` earlier.
void carry_on(Result& result, std::chrono::milliseconds more);

}  // namespace jaga::round
