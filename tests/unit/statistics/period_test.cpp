#include "statistics/period.hpp"

#include <doctest/doctest.h>

using namespace jaga;
using namespace jaga::statistics;
using namespace std::chrono_literals;

namespace {
std::string text(const std::optional<Period>& period) {
  return period ? format_instant(period->from) + " " + format_instant(period->until) : "none";
}
}  // namespace

TEST_CASE("a month and a year begin at the office's midnight") {
  CHECK(text(parse_month("2026-11", 8h)) == "2026-10-31T16:00:00.000Z 2026-11-30T16:00:00.000Z");
  CHECK(text(parse_month("2026-12", 0min)) == "2026-12-01T00:00:00.000Z 2027-01-01T00:00:00.000Z");
  CHECK(text(parse_month("2028-02", -5h - 30min)) == "2028-02-01T05:30:00.000Z 2028-03-01T05:30:00.000Z");
  CHECK(text(parse_year("2026", 8h)) == "2025-12-31T16:00:00.000Z 2026-12-31T16:00:00.000Z");
}

TEST_CASE("only that form is a month or a year") {
  for (const char* wrong : {"", "2026", "2026-1", "2026-13", "2026-00", "2026-11-01", "26-11", "2026/11",
                            " 2026-11", "1969-12", "2o26-11", "-026-11"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_month(wrong, 0min));
  }
  for (const char* wrong : {"", "202", "20266", "2026-11", "1969", "+202"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_year(wrong, 0min));
  }
}

TEST_CASE("the period before, and the months of a year") {
  CHECK(month_before(*parse_month("2026-01", 8h), 8h) == *parse_month("2025-12", 8h));
  CHECK(month_before(*parse_month("2026-03", 8h), 8h) == *parse_month("2026-02", 8h));
  CHECK(year_before(*parse_year("2026", 8h), 8h) == *parse_year("2025", 8h));
  const auto months = months_of(*parse_year("2026", 8h), 8h);
  REQUIRE(months.size() == 12);
  CHECK(months.front() == *parse_month("2026-01", 8h));
  CHECK(months.back() == *parse_month("2026-12", 8h));
  CHECK(months[10].until == months[11].from);
}

TEST_CASE("an instant is in one month alone") {
  const Period november = *parse_month("2026-11", 8h);
  CHECK(november.holds(november.from));
  CHECK_FALSE(november.holds(november.until));
  CHECK(november.holds(november.until - 1ms));
  CHECK(month_text(november.from, 8h) == "2026-11");
  CHECK(month_text(november.from - 1ms, 8h) == "2026-10");
  CHECK(year_text(november.from, 8h) == "2026");
}
