// Working time: when the office works, and how much of a span of time that was.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <set>
#include <vector>

#include "base/instant.hpp"

namespace jaga::sop {

struct Calendar {
  // From and to, since midnight; to is after from, at most 24 h.
  struct Span {
    std::chrono::minutes from{0};
    std::chrono::minutes to{0};
    bool operator==(const Span&) const = default;
  };

  std::chrono::minutes utc_offset{0};
  // By weekday, 0 is Sunday (as std::chrono::weekday::c_encoding); sorted, not overlapping. At least one
  // weekday has hours.
  std::array<std::vector<Span>, 7> hours;
  std::set<std::chrono::sys_days> holidays;  // local dates on which nobody works
  // Local dates with hours of their own, whatever their weekday: half days, Saturdays that are worked. None
  // of them is a holiday.
  std::map<std::chrono::sys_days, std::vector<Span>> dates;

  // The hours of one local date, none on a holiday.
  const std::vector<Span>& hours_of(std::chrono::sys_days date) const;
  // The date at utc_offset.
  std::chrono::sys_days local_date(Instant when) const;
  // All hours of all days, with the same dates.
  Calendar around_the_clock() const;
  bool operator==(const Calendar&) const = default;
};

// How much of [from, to) was working time; zero where to is not after from.
std::chrono::milliseconds working_time(Instant from, Instant to, const Calendar& calendar);

// The first instant at which working_time(from, it) is `span`; `from` itself for a span of zero. At most
// 100 years of working time.
Instant after_working_time(Instant from, std::chrono::milliseconds span, const Calendar& calendar);

// The end of work on the first working day whose local date is after that of `now`.
Instant end_of_next_working_day(Instant now, const Calendar& calendar);

}  // namespace jaga::sop
