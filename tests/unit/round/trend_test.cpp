#include "round/trend.hpp"

#include <doctest/doctest.h>

#include "round/changes.hpp"
#include "round/warranty.hpp"

using namespace jaga;
using namespace std::chrono_literals;
using round::Result;
using round::State;

namespace {

const Instant kStart = *parse_instant("2026-11-24T08:00:00.000Z");

inventory::Inventory inventory_of(std::optional<std::int64_t> hours = 24) {
  inventory::Inventory out;
  inventory::Host host;
  host.name = "web01";
  host.change_thresholds().disk_left.warn = hours;
  out.hosts.push_back(host);
  return out;
}

round::Round round_at(std::chrono::minutes after, const std::string& check, const std::string& object,
                      round::Facts facts) {
  round::Round out;
  out.at = kStart + after;
  Result result;
  result.host = "web01";
  result.check = check;
  result.object = object;
  result.state = State::ok;
  result.facts = std::move(facts);
  out.results.push_back(std::move(result));
  return out;
}

// Consecutive rounds at intervals of `step`; `make` gets the index of the round.
template <typename Make>
std::vector<round::Round> series(int count, std::chrono::minutes step, Make make) {
  const inventory::Inventory inventory = inventory_of();
  std::vector<round::Round> out;
  for (int i = 0; i < count; ++i) {
    round::Round next = make(i, step * i);
    const round::Round* before = out.empty() ? nullptr : &out.back();
    round::judge_trends(next, before, inventory);
    round::follow(next, before);
    out.push_back(std::move(next));
  }
  return out;
}

round::Round disk_at(std::chrono::minutes after, std::int64_t free, std::int64_t total = 1'000'000) {
  return round_at(after, "disk", "/var",
                  {{"available_kib", free}, {"total_kib", total}, {"used_percent", 60}});
}
std::optional<std::int64_t> hours_left(const round::Round& round) {
  return round::number(round.results.front(), "full_in_h");
}

}  // namespace

TEST_CASE("a filling disk: hours until it is full, a warning near the limit, confirmed after three rounds") {
  // 50,000 KiB of 500,000 per hour.
  const auto rounds =
      series(30, 10min, [](int i, std::chrono::minutes at) { return disk_at(at, 500'000 - 50'000 * i / 6); });
  CHECK_FALSE(hours_left(rounds[0]));
  CHECK_FALSE(hours_left(rounds[2]));  // less than half an hour of history
  CHECK(hours_left(rounds[3]) == 9);
  CHECK(rounds[3].results.front().state == State::warning);
  CHECK(rounds[3].results.front().reason == round::Reason::limit_reached);
  CHECK(rounds[3].results.front().summary.text().find("full in about 9 h") != std::string::npos);
  CHECK_FALSE(rounds[4].results.front().hard);
  CHECK(rounds[5].results.front().hard);
  CHECK(hours_left(rounds[29]) == 5);
}

TEST_CASE("no forecast for a disk that does not fill, was emptied or was replaced") {
  for (const auto& round : series(60, 30min, [](int i, std::chrono::minutes at) {
         return disk_at(at, 500'000 + (i % 2 == 0 ? 0 : 20'000));  // alternates between two values
       }))
    if (round.at > kStart + 1h) CHECK((!hours_left(round) || *hours_left(round) > 10));
  const auto emptied = series(8, 30min, [](int i, std::chrono::minutes at) {
    return disk_at(at, i < 6 ? 500'000 - 50'000 * i : 900'000);
  });
  CHECK(hours_left(emptied[5]));
  CHECK_FALSE(hours_left(emptied[6]));
  CHECK(emptied[7].results.front().state == State::ok);
  const auto grown = series(8, 30min, [](int i, std::chrono::minutes at) {
    return disk_at(at, 500'000 - 10'000 * i, i < 6 ? 1'000'000 : 2'000'000);
  });
  CHECK(hours_left(grown[5]));
  CHECK_FALSE(hours_left(grown[6]));
  const auto slow =
      series(8, 30min, [](int i, std::chrono::minutes at) { return disk_at(at, 500'000 - 100 * i); });
  CHECK_FALSE(hours_left(slow[7]));  // 2,500 hours
}

TEST_CASE("old measurements do not count: the rate is that of the last 6 to 12 hours") {
  // Grows for a day, then stays constant for a day.
  const auto rounds = series(97, 30min, [](int i, std::chrono::minutes at) {
    return disk_at(at, 5'000'000 - 50'000 * std::min(i, 48), 9'000'000);
  });
  CHECK(hours_left(rounds[48]));
  CHECK_FALSE(hours_left(rounds[48 + 26]));
  const auto& facts = rounds[96].results.front();
  CHECK(round::number(facts, "before_s") <= 12 * 3600);
  CHECK(round::number(facts, "recent_s") <= 6 * 3600);
}

TEST_CASE("inodes likewise, with the limit of the host") {
  inventory::Inventory off = inventory_of(std::nullopt);
  const auto at = [](std::chrono::minutes after, std::int64_t free) {
    return round_at(after, "inode", "/srv",
                    {{"available_inodes", free}, {"total_inodes", std::int64_t{10'000}}});
  };
  for (const bool limited : {true, false}) {
    round::Round one = at(0min, 5'000);
    round::Round two = at(60min, 4'000);
    round::judge_trends(one, nullptr, limited ? inventory_of() : off);
    round::judge_trends(two, &one, limited ? inventory_of() : off);
    CHECK(round::number(two.results.front(), "full_in_h") == 4);
    CHECK(two.results.front().state == (limited ? State::warning : State::ok));
  }
}

TEST_CASE("any new error of a disk or memory module counts, many of an interface, and old ones do not") {
  struct Expected {
    std::string check;
    std::string object;
    std::string counter;
    std::int64_t growth;
    State state;
  };
  for (const Expected& one : {Expected{"smart", "sda", "errors", 1, State::warning},
                              Expected{"smart", "sda", "errors", 0, State::ok},
                              Expected{"kernel", "memory:DIMM_A1", "errors", 3, State::warning},
                              Expected{"kernel", "memory:DIMM_A1", "uncorrected", 1, State::critical},
                              Expected{"interface", "eth0", "rx_errors", 99, State::ok},
                              Expected{"interface", "eth0", "rx_errors", 100, State::warning}}) {
    const auto rounds = series(4, 10min, [&](int i, std::chrono::minutes at) {
      return round_at(at, one.check, one.object, {{one.counter, 40 + (i == 0 ? 0 : one.growth)}});
    });
    CHECK(rounds[0].results.front().state == State::ok);
    CHECK_FALSE(round::number(rounds[0].results.front(), "new_errors"));
    // Repeated in the following rounds, so that it can be confirmed.
    for (std::size_t i = 1; i < 4; ++i) {
      CHECK(rounds[i].results.front().state == one.state);
      CHECK(round::number(rounds[i].results.front(), "new_errors") == one.growth);
    }
    CHECK(rounds[3].results.front().hard);
  }
  const auto days = series(60, 30min, [](int i, std::chrono::minutes at) {
    return round_at(at, "smart", "sda", {{"errors", std::int64_t{i < 2 ? 40 : 41}}});
  });
  CHECK(days[10].results.front().state == State::warning);
  CHECK(days[40].results.front().state == State::ok);
}

TEST_CASE("a round trip compared with the usual one of the host") {
  const auto rtt = [](int rounds, std::int64_t usual, std::int64_t then) {
    return series(rounds + 1, 1min, [&](int i, std::chrono::minutes at) {
      return round_at(at, "icmp", "",
                      {{"loss_percent", std::int64_t{0}}, {"rtt_us", i < rounds ? usual : then}});
    });
  };
  const Result slow = rtt(12, 2'000, 45'000).back().results.front();
  CHECK(slow.state == State::warning);
  CHECK(round::number(slow, "rtt_percent") == 2250);
  CHECK(slow.summary.text().find("usually 2.0 ms") != std::string::npos);
  CHECK(round::number(slow, "rtt_usual_us") < 2'200);  // does not become the usual value at once
  CHECK(rtt(5, 2'000, 45'000).back().results.front().state == State::ok);  // too few rounds
  CHECK(rtt(12, 200, 2'000).back().results.front().state ==
        State::ok);  // ten times the usual, but still short
  CHECK(rtt(12, 30'000, 60'000).back().results.front().state == State::ok);  // only twice the usual
  // The usual value is kept while there is no reply.
  auto rounds = rtt(12, 2'000, 2'000);
  round::Round lost = round_at(20min, "icmp", "", {{"loss_percent", std::int64_t{100}}});
  round::judge_trends(lost, &rounds.back(), inventory_of());
  CHECK(round::number(lost.results.front(), "rtt_usual_us") == 2'000);
}

TEST_CASE("no trend for results of another monitor or after the clock was set back") {
  round::Round one = disk_at(0min, 500'000);
  one.source = "nagios";
  round::judge_trends(one, nullptr, inventory_of());
  CHECK(one.results.front().facts.size() == 3);
  round::Round first = disk_at(60min, 500'000);
  round::judge_trends(first, nullptr, inventory_of());
  round::Round earlier = disk_at(0min, 100'000);
  round::judge_trends(earlier, &first, inventory_of());
  CHECK_FALSE(hours_left(earlier));
  CHECK(round::number(earlier.results.front(), "before_s") == 0);
}

TEST_CASE("rounds with only changes include growing counters and age the reference values") {
  const inventory::Inventory inventory = inventory_of();
  round::Round full = disk_at(0min, 500'000);
  full.results.push_back(full.results.front());
  full.results.back().host = "web02";
  round::judge_trends(full, nullptr, inventory);
  round::follow(full, nullptr);
  round::Round quiet = full;
  quiet.at += 60min;
  round::follow(quiet, &full);
  const auto changes = round::only_changes(quiet, full, {{}, full.at, 1});
  REQUIRE(changes);
  CHECK(changes->results.empty());
  const round::Round whole = round::complete(*changes, full);
  CHECK(round::number(whole.results.front(), "before_s") == 3600);
  // From here on the rate is correct: 100,000 of 400,000 in two hours.
  round::Round later = disk_at(120min, 400'000);
  round::judge_trends(later, &whole, inventory);
  CHECK(hours_left(later) == 8);
  Result a;
  Result b;
  a.facts = {{"rx_errors", std::int64_t{3}}};
  b.facts = {{"rx_errors", std::int64_t{4}}};
  CHECK(round::counts_differ(a, b));
  CHECK_FALSE(round::counts_differ(a, a));
}

TEST_CASE("an address that alternates between network cards, and a replaced card") {
  const auto macs = [](const std::string& letters) {
    return series(static_cast<int>(letters.size()), 1min, [&](int i, std::chrono::minutes at) {
      round::Facts facts = {{"loss_percent", std::int64_t{0}}};
      const char letter = letters[static_cast<std::size_t>(i)];
      if (letter != '-') facts["mac"] = std::string("02:00:00:00:00:0") + letter;
      return round_at(at, "icmp", "", std::move(facts));
    });
  };
  const auto flips = [](const round::Round& round) {
    return round::number(round.results.front(), "mac_flips");
  };
  CHECK(flips(macs("aabab").back()) == 2);
  CHECK(flips(macs("aab-a-b").back()) == 2);  // unknown in between
  CHECK(flips(macs("aabbbb").back()) == 0);   // card replaced
  CHECK_FALSE(flips(macs("aaaa").back()));
  CHECK(round::text(macs("aab").back().results.front(), "other_mac") == "02:00:00:00:00:0a");
  CHECK_FALSE(flips(macs("abab" + std::string(21, 'b')).back()));  // stable for 21 rounds
}

TEST_CASE("the warranty check") {
  inventory::Inventory inventory = inventory_of();
  inventory::Host& host = inventory.hosts.front();
  round::Round round;
  round.at = kStart;
  round::add_warranties(round, inventory.hosts);
  CHECK(round.results.empty());
  struct Expected {
    std::string until;
    std::int64_t days;
    State state;
    std::string summary;
  };
  for (const Expected& one :
       {Expected{"2026-11-23", -1, State::warning, "the warranty ended 1 day ago, on 2026-11-23"},
        Expected{"2026-11-24", 0, State::warning, "the warranty ends in 0 days, on 2026-11-24"},
        Expected{"2026-12-24", 30, State::warning, "the warranty ends in 30 days, on 2026-12-24"},
        Expected{"2026-12-25", 31, State::ok, "the warranty ends in 31 days, on 2026-12-25"}}) {
    host.hardware.warranty_until = one.until;
    host.hardware.warranty_vendor = "PT Contoh";
    round.results.clear();
    round::add_warranties(round, inventory.hosts);
    REQUIRE(round.results.size() == 1);
    const Result& result = round.results.front();
    CHECK(result.check == "warranty");
    CHECK(round::number(result, "days") == one.days);
    CHECK(round::text(result, "vendor") == "PT Contoh");
    CHECK(result.state == one.state);
    CHECK(result.summary == one.summary);
    CHECK(result.attempts == round::kConfirmed);
  }
}
