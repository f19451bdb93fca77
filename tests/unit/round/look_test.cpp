#include "round/look.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/format.hpp"
#include "round/changes.hpp"
#include "round/collector.hpp"
#include "round/trend.hpp"

using namespace jaga;
using namespace std::chrono_literals;
using round::Look;
using round::Reason;
using round::Result;
using round::Round;
using round::State;

namespace {

const Instant kNoon = *parse_instant("2026-11-24T12:00:00.000Z");

inventory::Host host(const std::string& name = "web01") {
  inventory::Host out;
  out.name = name;
  return out;
}

Result result(const std::string& check, const std::string& object = {}, State state = State::ok) {
  Result out;
  out.host = "web01";
  out.check = check;
  out.object = object;
  out.state = state;
  return out;
}

// A round in which all of it was measured.
Round measured(Instant at, std::vector<Result> results) {
  Round out;
  out.installation = "here";
  out.at = at;
  out.results = std::move(results);
  round::follow(out, nullptr);
  return out;
}

Round usual(Instant at) {
  return measured(at,
                  {result("ssh"), result("disk", "/"), result("updates"), result("sshd"),
                   result("timer", "a.timer", State::warning), result("timer", "b.timer", State::warning)});
}

bool asks(const Look& look, std::string_view section) {
  return look.sections.empty() ||
         std::find(look.sections.begin(), look.sections.end(), section) != look.sections.end();
}
const Result* carried(const std::vector<Result>& results, std::string_view check,
                      std::string_view object = {}) {
  for (const Result& one : results)
    if (one.check == check && one.object == object) return &one;
  return nullptr;
}

// The moment in the six hours after `from` at which the host is due.
Instant turn_of(const inventory::Host& of, Instant from) {
  Instant at = from;
  while (!round::is_due(of.name, inventory::kUsualPeriod, from, at + 1min)) at += 1min;
  return at + 1min;
}

}  // namespace

TEST_CASE("a host is due once in each period, always at the same time, and hosts are spread over it") {
  std::array<int, 6> hours{};
  for (int i = 0; i < 2'000; ++i) {
    const std::string name = formatted("web{:04}", i);
    Instant at = kNoon;
    int due = 0;
    Instant when{};
    for (int minute = 0; minute < 360; ++minute, at += 1min)
      if (round::is_due(name, 6h, at, at + 1min)) {
        ++due;
        when = at;
      }
    CHECK(due == 1);
    CHECK(round::is_due(name, 6h, when + 6h, when + 6h + 1min));
    ++hours.at(static_cast<std::size_t>((when - kNoon) / 1h));
  }
  for (const int in_this_hour : hours) {
    CHECK(in_this_hour > 2'000 / 6 * 3 / 4);
    CHECK(in_this_hour < 2'000 / 6 * 5 / 4);
  }
  CHECK(round::is_due("web01", 6h, kNoon, kNoon));  // a clock that was set back
  CHECK(round::is_due("web01", 6h, kNoon, kNoon - 1h));
  CHECK(round::is_due("web01", 6h, kNoon, kNoon + 6h));
}

TEST_CASE("what changes slowly is asked for in its turn, and carried in between with its time") {
  const Instant first = turn_of(host(), kNoon);
  const Round before = usual(first);
  const Look soon = round::plan_look(host(), before, first + 1min);
  CHECK(asks(soon, "disk"));
  CHECK(asks(soon, "identity"));
  for (const std::string& section : inventory::slow_sections()) CHECK_FALSE(asks(soon, section));
  REQUIRE(carried(soon.carried, "updates") != nullptr);
  CHECK(carried(soon.carried, "updates")->measured == first);
  CHECK(carried(soon.carried, "timer", "b.timer")->measured == first);
  CHECK(carried(soon.carried, "disk", "/") == nullptr);
  CHECK(soon.kept.empty());

  // What is carried is carried on with the time of its measurement.
  Round next = measured(first + 1min, {result("ssh"), result("disk", "/")});
  next.results.insert(next.results.end(), soon.carried.begin(), soon.carried.end());
  round::follow(next, &before);
  CHECK(round::find(next, "web01", "updates", "")->history == "o");
  const Look later = round::plan_look(host(), next, first + 2min);
  CHECK(carried(later.carried, "updates")->measured == first);

  // Only what is not good is asked for after an hour, and not the updates.
  const Look hour = round::plan_look(host(), before, first + 1h);
  CHECK(asks(hour, "timer"));
  CHECK_FALSE(asks(hour, "sshd"));
  CHECK(carried(hour.kept, "timer", "a.timer") != nullptr);
  CHECK_FALSE(asks(round::plan_look(host(), before, first + 59min), "timer"));
  Round pending = before;
  for (Result& one : pending.results)
    if (one.check == "updates") one.state = State::warning;
  CHECK_FALSE(asks(round::plan_look(host(), pending, first + 5h), "updates"));
  CHECK(asks(round::plan_look(host(), pending, first + 6h), "updates"));
  // Not even when the host is due, within the hour.
  const Round just_before = usual(first - 1min);
  CHECK_FALSE(asks(round::plan_look(host(), just_before, first + 1min), "timer"));
  CHECK(asks(round::plan_look(host(), just_before, first + 1min), "sshd"));

  const Look all = round::plan_look(host(), before, first + 6h);
  CHECK(all.sections.empty());
  CHECK(all.carried.empty());
}

TEST_CASE("a section that a host does not have is asked for in its turn, too") {
  const Instant first = turn_of(host(), kNoon);
  const Round before = usual(first);
  CHECK_FALSE(asks(round::plan_look(host(), before, first + 1min), "smart"));
  const Round later = measured(first + 3h, {result("ssh"), result("updates")});
  const Instant turn = turn_of(host(), first + 3h);
  CHECK_FALSE(asks(round::plan_look(host(), later, turn - 1min), "smart"));
  CHECK(asks(round::plan_look(host(), later, turn + 1min), "smart"));
}

TEST_CASE("everything is asked for where nothing is known, or nothing that counts") {
  CHECK(round::plan_look(host("db01"), usual(kNoon), kNoon + 1min).sections.empty());
  CHECK(round::plan_look(host(), measured(kNoon, {result("ssh", "", State::critical)}), kNoon + 1min)
            .sections.empty());
  CHECK(round::plan_look(host(), usual(kNoon + 1h), kNoon).carried.empty());  // a clock that was set back
  const Look repaired = round::plan_look(host(), usual(kNoon), kNoon + 2min, kNoon + 1min);
  for (const std::string check : {"updates", "sshd", "timer"}) CHECK(asks(repaired, check));
  CHECK(repaired.carried.empty());
  CHECK(repaired.kept.empty());
}

TEST_CASE("a period of its own, and one for all that have none") {
  inventory::Host of = host();
  of.set_period("all", 1s);
  of.set_period("updates", 24h);
  const Round before = usual(kNoon);
  const Look look = round::plan_look(of, before, kNoon + 10s);
  CHECK(asks(look, "sshd"));
  CHECK(asks(look, "smart"));
  CHECK(of.period("updates") == 24h);
  CHECK(of.period("smart") == 1s);
  CHECK(host().period("smart") == 6h);
  // What counts the events of the last hour.
  CHECK(host().period("login") == 15min);
  CHECK(of.period("login") == 1s);
}

TEST_CASE("a carried result follows no round: only one that was measured later takes its place") {
  Result old = result("updates", "", State::warning);
  old.measured = kNoon;
  old.history = "ow";
  old.attempts = 2;
  old.since = kNoon - 1h;
  old.hard = false;
  Round now;
  now.at = kNoon + 2h;
  now.results = {old};
  round::follow(now, nullptr);
  CHECK(now.results.front() == old);

  Round same = measured(kNoon, {result("updates", "", State::warning)});
  same.results.front().history = "ow";
  round::follow(now, &same);
  CHECK(now.results.front() == old);

  // Another round has ended meanwhile.
  const Round other = measured(kNoon + 1h, {result("updates")});
  round::follow(now, &other);
  CHECK(now.results.front().state == State::ok);
  CHECK(now.results.front().measured == kNoon + 1h);
  CHECK(now.results.front().history == "o");

  now.installation = "here";
  CHECK(round::read(round::write(now), "round") == now);
  std::string first = round::write(now);
  first.replace(first.find("round@2"), 7, "round@1");
  CHECK_THROWS(round::read(first, "round"));
}

TEST_CASE("a trend is that between two measurements, whatever rounds carried the first") {
  const inventory::Inventory none;
  const auto disk = [](std::int64_t free) {
    Result out = result("disk", "/var");
    out.facts = {{"available_kib", free}, {"total_kib", std::int64_t{1'000'000}}};
    return out;
  };
  Round first = measured(kNoon, {disk(500'000)});
  round::judge_trends(first, nullptr, none);
  Round carrying = first;
  carrying.at = kNoon + 4h;
  carrying.results.front().measured = kNoon;
  const Round as_it_was = carrying;
  round::judge_trends(carrying, &first, none);
  CHECK(carrying == as_it_was);
  Round second = measured(kNoon + 5h, {disk(250'000)});
  round::judge_trends(second, &carrying, none);
  CHECK(round::number(second.results.front(), "before_s") == 5 * 3'600);
  CHECK(round::number(second.results.front(), "full_in_h") == 5);
}

TEST_CASE("rounds with only the changes carry what a full round measured") {
  std::vector<Result> results;
  for (const char* name : {"a", "b", "c"})
    for (const char* check : {"ssh", "disk", "updates"}) {
      results.push_back(result(check));
      results.back().host = name;
    }
  const Round full = measured(kNoon, results);
  Round now;
  now.installation = "here";
  now.at = kNoon + 1min;
  for (const Result& one : full.results) {
    now.results.push_back(one);
    if (one.check == "updates")
      now.results.back().measured = kNoon;
    else
      now.results.back().history.clear();
  }
  round::follow(now, &full);
  const round::Base base{sha256(round::write(full)), full.at, 1};
  const auto changes = round::only_changes(now, full, base);
  REQUIRE(changes.has_value());
  CHECK(changes->results.empty());
  CHECK(round::complete(round::read(round::write(*changes), "round"), full) == now);
  // One that was measured again is told.
  round::find(now, "b", "updates", "");
  for (Result& one : now.results)
    if (one.host == "b" && one.check == "updates") {
      one.measured.reset();
      one.history = "oo";
      one.attempts = 2;
    }
  const auto again = round::only_changes(now, full, base);
  REQUIRE(again.has_value());
  CHECK(again->results.size() == 3);
  CHECK(round::complete(*again, full) == now);
  // A first version knew nothing of this: all was measured each time.
  Round old = *changes;
  old.version = 1;
  CHECK(round::find(round::complete(old, full), "a", "updates", "")->history == "oo");
}
