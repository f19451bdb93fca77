#include "sop/calendar.hpp"

#include <doctest/doctest.h>

#include "sop/sop.hpp"

using namespace jaga;
using namespace std::chrono_literals;

namespace {

// At +08:00, where the form's office is.
Instant at(const char* text) {
  return *parse_time(text, 480min);
}
const sop::Calendar& office() {
  static const sop::Sop kForm = sop::parse(sop::builtin("form"), "form");
  return kForm.calendar;
}

}  // namespace

TEST_CASE("working time counts only the office's hours") {
  // 2026-11-24 is a Tuesday.
  CHECK(sop::working_time(at("2026-11-24 08:00"), at("2026-11-24 09:30"), office()) == 90min);
  CHECK(sop::working_time(at("2026-11-24 15:00"), at("2026-11-25 08:00"), office()) == 60min);
  CHECK(sop::working_time(at("2026-11-24 20:00"), at("2026-11-24 23:00"), office()) == 0min);
  // Friday ends at 13:00, then the weekend.
  CHECK(sop::working_time(at("2026-11-27 12:00"), at("2026-11-30 08:00"), office()) == 90min);
  CHECK(sop::working_time(at("2026-11-24 09:00"), at("2026-11-24 08:00"), office()) == 0min);
}

TEST_CASE("nobody works on a holiday, and a break is not working time") {
  sop::Calendar calendar = office();
  calendar.holidays.insert(calendar.local_date(at("2026-11-25")));
  CHECK(sop::working_time(at("2026-11-24 15:00"), at("2026-11-26 08:00"), calendar) == 60min);
  CHECK(sop::end_of_next_working_day(at("2026-11-24 10:00"), calendar) == at("2026-11-26 15:30"));
  calendar.hours[2] = {{7h + 30min, 12h}, {13h, 15h + 30min}};
  CHECK(sop::working_time(at("2026-11-24 11:00"), at("2026-11-24 14:00"), calendar) == 2h);
}

TEST_CASE("the end of the next working day is after today's, by the local date") {
  CHECK(sop::end_of_next_working_day(at("2026-11-24 10:00"), office()) == at("2026-11-25 15:30"));
  CHECK(sop::end_of_next_working_day(at("2026-11-26 23:59"), office()) == at("2026-11-27 13:00"));
  CHECK(sop::end_of_next_working_day(at("2026-11-27 10:00"), office()) == at("2026-11-30 15:30"));
  // 23:00 in UTC is the next morning there.
  CHECK(sop::end_of_next_working_day(*parse_time("2026-11-24 23:00", 0min), office()) ==
        at("2026-11-26 15:30"));
}

TEST_CASE("after_working_time is the inverse of working_time") {
  const Instant from = at("2026-11-27 12:40");
  for (const auto span : {1min, 20min, 21min, 600min}) {
    const Instant until = sop::after_working_time(from, span, office());
    CHECK(sop::working_time(from, until, office()) == span);
    CHECK(sop::working_time(from, until - 1ms, office()) < span);
  }
  CHECK(sop::after_working_time(from, 0min, office()) == from);
}

TEST_CASE("a long span is counted by weeks, and comes to the same as day by day") {
  using std::chrono::days;
  sop::Calendar calendar = office();
  calendar.hours[2] = {{7h + 30min, 12h}, {13h, 15h + 30min}};
  const auto first = calendar.local_date(at("2026-11-24 00:00"));
  calendar.holidays = {first + days{1}, first + days{4}, first + days{17}, first + days{30}};
  // A Saturday that is worked, half a day, and one that was a holiday before it got hours.
  calendar.dates = {
      {first + days{11}, {{8h, 12h}}}, {first + days{8}, {{8h, 9h}}}, {first + days{17}, {{8h, 10h}}}};
  const Instant from = at("2026-11-24 10:15");
  std::chrono::milliseconds by_day{0};
  for (int day = 0; day < 60; ++day) {
    const Instant begin = day == 0 ? from : at("2026-11-24 00:00") + days{day};
    CHECK(sop::working_time(from, begin + 3h, calendar) ==
          by_day + sop::working_time(begin, begin + 3h, calendar));
    by_day += sop::working_time(begin, at("2026-11-24 00:00") + days{day + 1}, calendar);
  }
  // What a record may say.
  const auto centuries =
      sop::working_time(Instant{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}},
                        Instant{std::chrono::sys_days{std::chrono::year{9999} / 12 / 31}}, office());
  CHECK(centuries / 1h > 9999 * 52 * 36);
  CHECK(centuries / 1h < 10000 * 53 * 38);
}
