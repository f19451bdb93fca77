#include "base/date.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("dates as text") {
  const jaga::Instant late{1795538100000ms};  // 2026-11-24T16:35Z, the 25th in WITA
  CHECK(jaga::iso_date(late, 480min) == "2026-11-25");
  CHECK(jaga::iso_date(late, 0min) == "2026-11-24");
  CHECK(jaga::add_days("2026-11-30", 1) == "2026-12-01");
  CHECK(jaga::add_days("2028-03-01", -1) == "2028-02-29");
  CHECK(jaga::add_days("2026-12-31", -89) == "2026-10-03");
  CHECK(jaga::midnight_of("2026-11-25", 480min) == *jaga::parse_instant("2026-11-24T16:00:00.000Z"));
  CHECK(jaga::is_iso_date("2028-02-29"));
  for (const char* bad : {"", "2026-02-29", "2026-11-31", "2026-13-01", "2026-00-10", "26-11-24", "2026-1-24",
                          "2026-11-24 ", "2026-11-24T00:00", "+026-11-24"}) {
    CAPTURE(bad);
    CHECK_FALSE(jaga::is_iso_date(bad));
  }
}
