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

TEST_CASE("nobody works on a holiday, and a break is no working time") {
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
