#include "round/changes.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/format.hpp"

namespace {

using namespace jaga::round;
using namespace std::chrono_literals;

constexpr jaga::Instant kMorning{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 1h};

// Hosts h0, h1 ... with two checks each.
Round measured(int hosts, std::chrono::minutes after) {
  Round round;
  round.installation = "here";
  round.at = kMorning + after;
  round.inventory = jaga::sha256("inventory");
  for (int i = 0; i < hosts; ++i) {
    for (const char* check : {"icmp", "ssh"}) {
      Result result;
      result.host = jaga::formatted("h{:05}", i);
      result.check = check;
      result.state = State::ok;
      result.summary = jaga::formatted("after {} minutes", after.count());
      result.facts["rtt_us"] = after.count();
      round.results.push_back(result);
    }
  }
  return round;
}

Base base_of(const Round& full, int rounds) {
  return {jaga::sha256(write(full)), full.at, rounds};
}

// Replaces summaries and facts of unchanged hosts by those of the full round, as complete() does.
void take_words(Round& round, const Round& full, const std::vector<std::string>& except) {
  for (Result& result : round.results) {
    if (std::find(except.begin(), except.end(), result.host) != except.end()) continue;
    const Result* old = find(full, result.host, result.check, result.object);
    REQUIRE(old != nullptr);
    result.summary = old->summary;
    result.facts = old->facts;
  }
}

}  // namespace

TEST_CASE("thirty rounds, one of them stored in full, read back unchanged") {
  Round full = measured(10, 0min);
  follow(full, nullptr);
  Round previous = full;
  for (int i = 1; i <= 30; ++i) {
    Round now = measured(10, std::chrono::minutes{i});
    if (i == 7) now.results[4].state = State::critical;        // in this round only
    if (i >= 20) now.results[9].facts["boot_id"] = "another";  // a text fact has changed
    if (i >= 25) now.results[0].attempts = 3;                  // failed in earlier rounds
    follow(now, &previous);
    const auto changes = only_changes(now, full, base_of(full, i));
    REQUIRE(changes);
    std::vector<std::string> told;
    if (i >= 7) told.emplace_back("h00002");
    if (i >= 20) told.emplace_back("h00004");
    CHECK(changes->results.size() == told.size() * 2);
    const std::string bytes = write(*changes);
    const Round whole = complete(read(bytes, "changes"), full);
    Round expected = now;
    take_words(expected, full, told);
    CHECK(whole == expected);
    previous = whole;
  }
  CHECK(find(previous, "h00002", "icmp", "")->history.find('c') == std::string::npos);
  CHECK(find(previous, "h00002", "icmp", "")->since == kMorning + 8min);
  CHECK(find(previous, "h00001", "icmp", "")->history == std::string(21, 'o'));
  CHECK(find(previous, "h00001", "icmp", "")->attempts == 31);
}

TEST_CASE("which rounds are stored in full") {
  Round full = measured(4, 0min);
  follow(full, nullptr);
  Round good = measured(4, 5min);
  follow(good, &full);
  const Base base = base_of(full, 1);
  REQUIRE(only_changes(good, full, base));
  const auto refused = [&](const auto& change) {
    Round now = good;
    change(now);
    return !only_changes(now, full, base);
  };
  CHECK(refused([](Round& now) { now.at += 24h; }));
  CHECK(refused([](Round& now) { now.inventory = jaga::sha256("edited"); }));
  CHECK(refused([](Round& now) { now.skipped.push_back({"h9", "why"}); }));
  CHECK(refused([](Round& now) { now.installation = "there"; }));
  CHECK(refused([](Round& now) { now.partial = true; }));
  CHECK(refused([](Round& now) { now.results.erase(now.results.begin(), now.results.begin() + 2); }));
  CHECK(refused([](Round& now) { now.results.resize(6); }));
  CHECK(refused([](Round& now) {
    Result more = now.results.back();
    more.host = "h9";
    now.results.push_back(more);
  }));
  // More than half of the results changed.
  CHECK(refused([](Round& now) {
    for (std::size_t i = 0; i < 6; i += 2) now.results[i].state = State::unknown;
  }));
  Round odd = good;
  odd.results.erase(odd.results.begin());  // a check of a host is missing
  const auto changes = only_changes(odd, full, base);
  REQUIRE(changes);
  CHECK(changes->results.size() == 1);
  CHECK(complete(*changes, full).results.size() == 7);
}

TEST_CASE("a file with an invalid base is refused") {
  Round full = measured(2, 0min);
  follow(full, nullptr);
  Round now = measured(2, 5min);
  follow(now, &full);
  const auto changes = only_changes(now, full, base_of(full, 1));
  REQUIRE(changes);
  Round both = *changes;
  both.partial = true;
  CHECK_THROWS_AS(read(write(both), "x"), jaga::Error);
  for (const int rounds : {0, -1, 100'001}) {
    Round odd = *changes;
    odd.base->rounds = rounds;
    CHECK_THROWS_AS(read(write(odd), "x"), jaga::Error);
  }
  full.partial = true;
  CHECK(read(write(full), "x").partial);
}

TEST_CASE("65,024 results in a round, one of them changed") {
  Round full = measured(32'512, 0min);
  follow(full, nullptr);
  const std::string bytes = write(full);
  CHECK(read(bytes, "x") == full);
  Round now = measured(32'512, 5min);
  now.results[40'000].state = State::critical;
  follow(now, &full);
  const auto changes = only_changes(now, full, base_of(full, 1));
  REQUIRE(changes);
  CHECK(changes->results.size() == 2);
  const std::string small = write(*changes);
  CHECK(small.size() < 2'000);
  CHECK(complete(read(small, "x"), full).results.size() == 65'024);
}
