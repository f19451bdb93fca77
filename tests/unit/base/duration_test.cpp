#include "base/duration.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("durations are read with their units") {
  CHECK(jaga::parse_duration("500ms") == 500ms);
  CHECK(jaga::parse_duration("15m") == 15min);
  CHECK(jaga::parse_duration("1h30m") == 90min);
  CHECK(jaga::parse_duration("30d") == 30 * 24h);
  for (const char* bad : {"", "5", "m", "-5m", "1.5h", "5 m", "5m3h", "5m5m", "5x", "99999999999999999999w", "200w300w"}) {
    CAPTURE(bad);
    CHECK_FALSE(jaga::parse_duration(bad));
  }
}

TEST_CASE("durations are written so that they are read back") {
  for (const std::chrono::milliseconds span : {std::chrono::milliseconds{0}, 1ms, 61'001ms, 3'600'000ms, 90'061'001ms}) {
    CHECK(jaga::parse_duration(jaga::format_duration(span)) == span);
  }
  CHECK(jaga::format_duration(90min) == "1h30m");
  CHECK(jaga::brief_duration(420ms) == "420ms");
  CHECK(jaga::brief_duration(12s) == "12s");
  CHECK(jaga::brief_duration(75s) == "1m 15s");
  CHECK(jaga::brief_duration(76h) == "3d 4h");
}
