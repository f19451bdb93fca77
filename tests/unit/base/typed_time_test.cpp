#include "base/typed_time.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using jaga::Instant;

namespace {

constexpr auto kWita = 480min;
const Instant kNow{1796013660000ms};           // 2026-11-30 12:41 WITA, a Monday
const Instant kMidnight = kNow - 12h - 41min;  // of that day there

std::optional<jaga::TypedTime> typed(const std::string& text) {
  return jaga::parse_typed_time(text, kWita, kNow);
}

}  // namespace

TEST_CASE("days in words, in both languages") {
  REQUIRE(jaga::local_time(kNow, kWita) == "2026-11-30 12:41");
  for (const char* text : {"today", "Hari ini", "30 November 2026", "30 nov 2026", "30 nov", "30 NOV",
                           "nov 30", "November 30, 2026", "Senin, 30 November 2026", "Monday 30 nov",
                           "30 nopember 2026", "2026-11-30", "30-11-2026", "senin 30-11-2026"}) {
    CAPTURE(text);
    const auto got = typed(text);
    REQUIRE(got);
    CHECK(got->at == kMidnight);
    CHECK(got->whole_day);
  }
  for (const char* text : {"yesterday", "kemarin", "29 November", "Minggu 29 nov"}) {
    CAPTURE(text);
    REQUIRE(typed(text));
    CHECK(typed(text)->at == kMidnight - 24h);
  }
  CHECK(typed("besok")->at == kMidnight + 24h);
  CHECK(typed("tomorrow")->at == kMidnight + 24h);
  CHECK(typed("17 agu 2026")->at == typed("17 Agustus 2026")->at);
  CHECK(typed("17 aug 2026")->at == typed("17 Agustus 2026")->at);
  CHECK(typed("1 mei 2026")->at == typed("May 1, 2026")->at);
}

TEST_CASE("a time of day and a zone may follow the day") {
  const Instant at = kMidnight + 8h + 41min;
  for (const char* text :
       {"today 08:41", "hari ini pukul 08.41", "hari ini jam 8.41", "30 nov at 8:41", "2026-11-30 08:41 WITA",
        "2026-11-30 08:41 UTC+08:00", "Senin, 30 November 2026 pukul 08.41 WITA", "30-11-2026 08.41",
        "2026-11-30 07:41 WIB", "2026-11-30 09:41 wit", "30 November 2026, 00:41 UTC", "today 08:41:00"}) {
    CAPTURE(text);
    const auto got = typed(text);
    REQUIRE(got);
    CHECK(got->at == at);
    CHECK_FALSE(got->whole_day);
  }
  CHECK(typed("2026-11-30T00:41:00Z")->at == at);
}

TEST_CASE("without a year it is the nearest such day") {
  const Instant january = *jaga::parse_time("2027-01-05 09:00", kWita);
  const auto year_of = [&](const char* text) {
    return jaga::local_time(jaga::parse_typed_time(text, kWita, january)->at, kWita).substr(0, 4);
  };
  CHECK(year_of("30 des") == "2026");
  CHECK(year_of("10 jan") == "2027");
  CHECK(jaga::parse_typed_time("29 feb", kWita, *jaga::parse_time("2028-01-05", kWita)));
}

TEST_CASE("a time of day alone is of today") {
  for (const char* text :
       {"08:41", "8.41", "pukul 08.41", "jam 8.41 WITA", "at 08:41:00", "08:41 utc+08:00"}) {
    CAPTURE(text);
    REQUIRE(typed(text));
    CHECK(typed(text)->at == kMidnight + 8h + 41min);
    CHECK(!typed(text)->whole_day);
  }
  // Where it is yesterday still: 12:41 WITA is 04:41 UTC, and 20:41 of the day before at UTC-08:00.
  CHECK(typed("20:00 UTC-08:00")->at == kMidnight + 12h);
  for (const char* text :
       {"841", "8", "pukul", "24:00", "08:60", "8.41 mangga", "mangga 8.41", "senin 8.41"}) {
    CAPTURE(text);
    CHECK(!typed(text));
  }
}

TEST_CASE("invalid times are refused") {
  for (const char* text : {"",
                           " ",
                           "nov",
                           "30",
                           "2026",
                           "30 november 26",
                           "31 November 2026",
                           "Selasa, 30 November 2026",
                           "30 no",
                           "today today",
                           "today 24:00",
                           "today 8",
                           "today 08:41 MARS",
                           "today 08:41 WITA more",
                           "hari",
                           "ini",
                           "30-11-26",
                           "2026-13-01",
                           "0 nov",
                           "monday",
                           "today 08:41 utc+25:00",
                           "30 november -2026"}) {
    CAPTURE(text);
    CHECK_FALSE(typed(text));
  }
  CHECK_FALSE(typed(std::string(5000, ' ') + "today"));
}
