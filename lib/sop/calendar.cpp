#include "sop/calendar.hpp"

#include <algorithm>

namespace jaga::sop {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;

constexpr milliseconds kMostSpan = days{366 * 100};

Instant at(sys_days date, std::chrono::minutes time, const Calendar& calendar) {
  return Instant{date} + time - calendar.utc_offset;
}

milliseconds length(const std::vector<Calendar::Span>& hours) {
  milliseconds total{0};
  for (const Calendar::Span& span : hours) total += span.to - span.from;
  return total;
}

// Of all of the local dates in [from, until). By weeks, not by dates: a record may say any time, and between
// two of them may lie ten thousand years.
milliseconds whole_days(sys_days from, sys_days until, const Calendar& calendar) {
  milliseconds total{0};
  if (until <= from) return total;
  const auto usual = [&](sys_days date) {
    return length(calendar.hours.at(std::chrono::weekday{date}.c_encoding()));
  };
  const auto weeks = std::chrono::floor<std::chrono::weeks>(until - from);
  for (const auto& hours : calendar.hours) total += weeks.count() * length(hours);
  for (sys_days date = from + weeks; date < until; date += days{1}) total += usual(date);
  const auto first_holiday = calendar.holidays.lower_bound(from);
  for (auto date = first_holiday; date != calendar.holidays.end() && *date < until; ++date)
    total -= usual(*date);
  const auto first_own = calendar.dates.lower_bound(from);
  for (auto own = first_own; own != calendar.dates.end() && own->first < until; ++own)
    total +=
        length(own->second) - (calendar.holidays.contains(own->first) ? milliseconds{0} : usual(own->first));
  return total;
}

}  // namespace

const std::vector<Calendar::Span>& Calendar::hours_of(sys_days date) const {
  static const std::vector<Span> kNone;
  if (const auto own = dates.find(date); own != dates.end()) return own->second;
  if (holidays.contains(date)) return kNone;
  return hours.at(std::chrono::weekday{date}.c_encoding());
}

sys_days Calendar::local_date(Instant when) const {
  return std::chrono::floor<days>(when + utc_offset);
}

Calendar Calendar::around_the_clock() const {
  Calendar result;
  result.utc_offset = utc_offset;
  result.hours.fill({{std::chrono::minutes{0}, days{1}}});
  return result;
}

milliseconds working_time(Instant from, Instant to, const Calendar& calendar) {
  if (to <= from) return milliseconds{0};
  const auto of_day = [&](sys_days date) {
    milliseconds total{0};
    for (const auto& span : calendar.hours_of(date)) {
      const Instant begin = std::max(from, at(date, span.from, calendar));
      const Instant end = std::min(to, at(date, span.to, calendar));
      if (begin < end) total += end - begin;
    }
    return total;
  };
  const sys_days first = calendar.local_date(from);
  const sys_days last = calendar.local_date(to);
  if (first == last) return of_day(first);
  return of_day(first) + whole_days(first + days{1}, last, calendar) + of_day(last);
}

Instant after_working_time(Instant from, milliseconds span, const Calendar& calendar) {
  if (span <= milliseconds{0}) return from;
  milliseconds rest = std::min(span, kMostSpan);
  for (sys_days date = calendar.local_date(from);; date += days{1}) {
    for (const auto& hours : calendar.hours_of(date)) {
      const Instant begin = std::max(from, at(date, hours.from, calendar));
      const Instant end = at(date, hours.to, calendar);
      if (end <= begin) continue;
      if (end - begin >= rest) return begin + rest;
      rest -= end - begin;
    }
  }
}

Instant end_of_next_working_day(Instant now, const Calendar& calendar) {
  for (sys_days date = calendar.local_date(now) + days{1};; date += days{1}) {
    const auto& hours = calendar.hours_of(date);
    if (!hours.empty()) return at(date, hours.back().to, calendar);
  }
}

}  // namespace jaga::sop
