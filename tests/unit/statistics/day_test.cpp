// A day of rounds, each minute worked out by hand.
#include "statistics/day.hpp"

#include <doctest/doctest.h>

using namespace jaga;
using namespace jaga::statistics;
using namespace std::chrono_literals;
using round::State;

namespace {

Instant at(const char* time) {
  const auto out = parse_time(time, 0min);
  REQUIRE(out.has_value());
  return *out;
}

const Instant kFrom = *parse_instant("2026-11-24T00:00:00.000Z");
const Instant kUntil = *parse_instant("2026-11-25T00:00:00.000Z");

round::Result result(const std::string& host, State state, const std::string& check = "icmp",
                     bool hard = true, const std::string& object = "") {
  round::Result out;
  out.host = host;
  out.check = check;
  out.object = object;
  out.state = state;
  out.hard = hard;
  return out;
}

round::Round measured(const char* when, std::vector<round::Result> results, bool partial = false) {
  round::Round out;
  out.at = at(when);
  out.partial = partial;
  out.results = std::move(results);
  return out;
}

record::HostDay of(const std::vector<record::HostDay>& days, const std::string& host) {
  for (const record::HostDay& day : days)
    if (day.host == host) return day;
  return {};
}

}  // namespace

TEST_CASE("a result counts until the next round, and at most an hour") {
  DayCount day(kFrom, kUntil, {});
  day.add(
      measured("2026-11-23 23:30", {result("web01", State::ok)}));  // of the day before: counts until 00:30
  day.add(measured("2026-11-24 08:00", {result("web01", State::ok)}));
  day.add(measured("2026-11-24 08:30", {result("web01", State::critical)}));
  day.add(measured("2026-11-24 08:45", {result("web01", State::ok)}));  // until 09:45
  CHECK(day.rounds() == 3);
  const auto web = of(day.finish(), "web01");
  CHECK(web.ok == 30 + 30 + 60);
  CHECK(web.critical == 15);
  CHECK(web.failed == std::vector<std::string>{"icmp"});
  CHECK(web.measured() == 135);
}

TEST_CASE("the day ends at its end") {
  DayCount day(kFrom, kUntil, {});
  day.add(measured("2026-11-24 23:50", {result("web01", State::warning)}));
  const auto web = of(day.finish(), "web01");
  CHECK(web.warning == 10);
  CHECK(web.measured() == 10);
}

TEST_CASE("the worst check is the host's state; what is not confirmed counts as ok") {
  DayCount day(kFrom, kUntil, {});
  day.add(measured(
      "2026-11-24 08:00",
      {result("db01", State::critical, "icmp", false), result("web01", State::warning, "disk", true, "/var"),
       result("web01", State::unknown, "ssh"), result("web02", State::unknown, "ssh")}));
  const auto days = day.finish();
  CHECK(of(days, "db01").ok == 60);
  CHECK(of(days, "db01").failed.empty());
  CHECK(of(days, "web01").warning == 60);
  CHECK(of(days, "web01").failed == std::vector<std::string>{"disk:/var"});
  CHECK(of(days, "web02").unknown == 60);
  CHECK(of(days, "web02").failed.empty());
}

TEST_CASE("a round of some checks leaves the others as they were; a full one without a host ends its time") {
  DayCount day(kFrom, kUntil, {});
  day.add(measured("2026-11-24 08:00",
                   {result("web01", State::ok), result("web01", State::critical, "tcp", true, "443"),
                    result("web02", State::ok)}));
  day.add(measured("2026-11-24 08:10", {result("web01", State::ok)}, true));  // icmp alone
  day.add(measured("2026-11-24 08:20", {result("web01", State::ok, "tcp", true, "443")}, true));
  day.add(
      measured("2026-11-24 08:30", {result("web01", State::ok)}));  // web02 is not in the inventory any more
  const auto days = day.finish();
  CHECK(of(days, "web01").critical == 20);
  CHECK(of(days, "web01").ok == 10 + 60);
  CHECK(of(days, "web02").ok == 30);
}

TEST_CASE("maintenance counts as such, whatever was measured; windows may overlap") {
  DayCount day(kFrom, kUntil, [](const std::string& host) {
    if (host != "web01") return std::vector<TimeSpan>{};
    return std::vector<TimeSpan>{{at("2026-11-24 08:20"), at("2026-11-24 08:30")},
                                 {at("2026-11-24 08:10"), at("2026-11-24 08:25")}};
  });
  day.add(measured("2026-11-24 08:00", {result("db01", State::critical), result("web01", State::critical)}));
  const auto days = day.finish();
  CHECK(of(days, "web01").maintenance == 20);
  CHECK(of(days, "web01").critical == 40);
  CHECK(of(days, "db01").critical == 60);
  CHECK(of(days, "db01").maintenance == 0);
}

TEST_CASE("a whole day is a day, however short its states were") {
  DayCount day(kFrom, kUntil, {});
  Instant when = kFrom;
  for (int n = 0; n < 24 * 360; ++n) {
    round::Round round = measured("2026-11-24 00:00", {result("web01", n % 3 == 0   ? State::warning
                                                                       : n % 3 == 1 ? State::ok
                                                                                    : State::unknown)});
    round.at = when;
    day.add(round);
    when += 10s;
  }
  const auto web = of(day.finish(), "web01");
  CHECK(web.measured() == record::kMinutesOfDay);
  CHECK(web.ok == 480);
  DayCount other(kFrom, kUntil, {});
  for (int n = 0; n < 48; ++n) {
    round::Round round = measured("2026-11-24 00:00", {result("web01", State::ok)});
    round.at = kFrom + n * 30min;
    other.add(round);
  }
  round::Round blip = measured("2026-11-24 00:00", {result("web01", State::critical)});
  blip.at = kUntil - 1s;
  other.add(blip);
  const auto short_one = of(other.finish(), "web01");
  CHECK(short_one.critical == 1);  // a second is there, too
  CHECK(short_one.measured() == record::kMinutesOfDay);
}

TEST_CASE("only so many failed checks are named") {
  DayCount day(kFrom, kUntil, {});
  std::vector<round::Result> results;
  for (int n = 0; n < 100; ++n)
    results.push_back(
        result("web01", State::critical, "disk", true, "/a/long/path/to/a/disk/" + std::to_string(1000 + n)));
  day.add(measured("2026-11-24 08:00", results));
  const auto web = of(day.finish(), "web01");
  CHECK(web.failed.size() + static_cast<std::size_t>(web.more) == 100);
  CHECK(web.more > 0);
  std::size_t bytes = 0;
  for (const std::string& name : web.failed) bytes += name.size() + 4;
  CHECK(bytes <= record::kMostFailedBytes);
}

TEST_CASE("what a stop left unmeasured changes nothing") {
  DayCount day(kFrom, kUntil, {});
  day.add(measured("2026-11-24 08:00", {result("web01", State::ok), result("web01", State::critical, "ssh"),
                                        result("db01", State::ok)}));
  round::Result cancelled = result("web01", State::unknown, "ssh", false);
  cancelled.reason = round::Reason::cancelled;
  round::Result other = cancelled;
  other.host = "db01";
  day.add(measured("2026-11-24 08:15", {other, result("web01", State::ok), cancelled}, true));
  day.add(measured("2026-11-24 09:30", {result("web01", State::ok), result("db01", State::ok)}));
  const auto days = day.finish();
  CHECK(of(days, "web01").critical == 15 + 60);
  CHECK(of(days, "db01").ok == 60 + 60);
}

TEST_CASE("a host that a full round says nothing of goes on as it was") {
  round::Result nothing = result("web01", State::unknown);
  nothing.reason = round::Reason::cancelled;
  DayCount day(kFrom, kUntil, {});
  day.add(measured("2026-11-24 08:00", {result("db01", State::ok), result("web01", State::ok)}));
  day.add(measured("2026-11-24 08:10", {result("db01", State::ok), nothing}));
  day.add(measured("2026-11-24 08:12", {result("web01", State::critical)}, true));  // what its site measured
  day.add(measured("2026-11-24 08:20", {result("db01", State::ok), nothing}));
  day.add(measured("2026-11-24 08:30", {result("db01", State::ok), result("web01", State::ok)}));
  day.add(measured("2026-11-24 08:40", {}));
  const auto days = day.finish();
  CHECK(of(days, "web01").ok == 12 + 10);
  CHECK(of(days, "web01").critical == 18);
  CHECK(of(days, "web01").unknown == 0);
  CHECK(of(days, "db01").ok == 40);
}
