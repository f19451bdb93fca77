#include "statistics/availability.hpp"

#include <doctest/doctest.h>

using namespace jaga;
using namespace jaga::statistics;

namespace {
record::HostDay day(std::int64_t ok, std::int64_t warning = 0, std::int64_t critical = 0,
                    std::int64_t unknown = 0, std::int64_t maintenance = 0) {
  record::HostDay out{"web01"};
  out.ok = ok;
  out.warning = warning;
  out.critical = critical;
  out.unknown = unknown;
  out.maintenance = maintenance;
  return out;
}
}  // namespace

TEST_CASE("available is what was not critical, of what was known outside of maintenance") {
  CHECK(availability(day(1440)) == 10'000);
  CHECK(availability(day(0, 1440)) == 10'000);
  CHECK(availability(day(720, 0, 720)) == 5'000);
  CHECK(availability(day(700, 20, 720, 300, 400)) == 5'000);
  CHECK(availability(day(0, 0, 5)) == 0);
  CHECK_FALSE(availability(day(0, 0, 0, 1440)).has_value());
  CHECK_FALSE(availability(day(0, 0, 0, 0, 1440)).has_value());
  // Cut: a minute in a year is not nothing.
  CHECK(availability(day(525'599, 0, 1)) == 9'999);
}

TEST_CASE("minutes are added, the rest stays") {
  record::HostDay sum = day(1, 2, 3, 4, 5);
  record::HostDay other = day(10, 20, 30, 40, 50);
  other.host = "db01";
  other.failed = {"tcp:1"};
  other.more = 2;
  sum += other;
  CHECK(sum == day(11, 22, 33, 44, 55));
}

TEST_CASE("sums of some of the days") {
  const HostDays days = {
      {"2026-11-23", day(100, 1, 2, 3, 4)}, {"2026-11-24", day(200)}, {"2026-11-26", day(400, 0, 8)}};
  CHECK(sum_of(days).ok == 700);
  CHECK(sum_of(days).measured() == 718);
  CHECK(sum_of(days, "2026-11-24").critical == 8);
  CHECK(sum_of(days, "2026-11-24", "2026-11-25").ok == 200);
  CHECK(sum_of(days, "2026-12-01").measured() == 0);
}

TEST_CASE("a day looks like its worst state") {
  CHECK(look_of(nullptr) == DayLook::none);
  const record::HostDay nothing{"web01"};
  CHECK(look_of(&nothing) == DayLook::none);
  const auto look = [](const record::HostDay& of) { return look_of(&of); };
  CHECK(look(day(1440)) == DayLook::ok);
  CHECK(look(day(1400, 40)) == DayLook::warning);
  CHECK(look(day(1400, 39, 1)) == DayLook::critical);
  CHECK(look(day(1400, 0, 0, 40)) == DayLook::unknown);
  CHECK(look(day(1400, 0, 0, 0, 40)) == DayLook::ok);
  CHECK(look(day(0, 0, 0, 0, 40)) == DayLook::maintenance);
}
