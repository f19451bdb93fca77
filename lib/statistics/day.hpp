// One day of an installation, from its rounds: how long each host was in which state.
//
// A result counts until the next round that measured the host, and at most for kLongestGap: what was not
// measured is not known. A host is in the worst state of its checks; a state that is not confirmed yet counts
// as ok. While a host is in a maintenance window its time is maintenance, whatever was measured.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/instant.hpp"
#include "record/day_summary.hpp"
#include "round/round.hpp"

namespace jaga::statistics {

inline constexpr std::chrono::hours kLongestGap{1};

struct TimeSpan {
  Instant from{};
  Instant until{};
};
// The maintenance windows that a host is in, in any order; they may overlap.
using WindowsOf = std::function<std::vector<TimeSpan>(const std::string& host)>;

// Takes the rounds of one installation in the order of their times, those of the last hour before the day
// included: what they measured counts into it. Not for several threads.
class DayCount {
 public:
  DayCount(Instant from, Instant until, WindowsOf windows);

  // Whole rounds (round::complete); one that has begun at or after the day's end ends what counts before.
  void add(const round::Round& round);
  // Rounds that began within the day.
  std::int64_t rounds() const { return rounds_; }
  // By host; those without a measured minute are left out.
  std::vector<record::HostDay> finish();

 private:
  struct Check {
    std::string name;
    round::State state;
  };
  struct Host {
    std::vector<Check> failing{};  // confirmed, not ok
    Instant since{};               // until when its time is counted
    Instant measured{};            // the newest round that measured it
    bool known = false;
    std::array<std::chrono::milliseconds, 4> time{};  // by round::State
    std::chrono::milliseconds maintenance{0};
    std::map<std::string, std::chrono::milliseconds> failed{};  // by check, in warning or critical state
    std::vector<TimeSpan> windows{};                            // merged, in order
    bool asked = false;
  };

  void count_until(const std::string& name, Host& host, Instant when);
  std::chrono::milliseconds in_windows(const std::string& name, Host& host, Instant from,
                                       Instant until) const;

  Instant from_;
  Instant until_;
  WindowsOf windows_;
  std::int64_t rounds_ = 0;
  std::map<std::string, Host> hosts_;
};

}  // namespace jaga::statistics
