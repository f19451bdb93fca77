#include "base/instant.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("instants are written in one form and read back") {
  const jaga::Instant at{1795490122123ms};
  CHECK(jaga::format_instant(at) == "2026-11-24T03:15:22.123Z");
  CHECK(jaga::format_seconds(at) == "2026-11-24T03:15:22Z");
  CHECK(jaga::parse_instant("2026-11-24T03:15:22.123Z") == at);
  for (const char* bad : {"2026-11-24T03:15:22Z", "2026-11-24T03:15:22.123", "2026-02-30T03:15:22.123Z",
                          "2026-11-24T24:15:22.123Z", "2026-11-24 03:15:22.123Z", "2026-11-24T03:15:22.123Zx"}) {
    CAPTURE(bad);
    CHECK_FALSE(jaga::parse_instant(bad));
  }
}

TEST_CASE("people may type times in several ways") {
  const auto wita = 480min;
  const jaga::Instant at{1795490100000ms};  // 2026-11-24T03:15Z
  CHECK(jaga::parse_time("2026-11-24 11:15", wita) == at);
  CHECK(jaga::parse_time("2026-11-24T11:15:00", wita) == at);
  CHECK(jaga::parse_time("2026-11-24T03:15Z", wita) == at);
  CHECK(jaga::parse_time("2026-11-24T10:15:00.000+07:00", wita) == at);
  CHECK(jaga::parse_time("2026-11-24", wita) == at - 11h - 15min);
  CHECK_FALSE(jaga::parse_time("tomorrow", wita));
  CHECK_FALSE(jaga::parse_time("2026-11-24T11", wita));
}

TEST_CASE("dates are local") {
  const jaga::Instant late{1795538100000ms};  // 2026-11-24T16:35Z, the 25th in WITA
  CHECK(jaga::compact_date(late, 480min) == "20261125");
  CHECK(jaga::compact_date(late, 0min) == "20261124");
  CHECK(jaga::local_time(late, 480min) == "2026-11-25 00:35");
}
