#include "round/states.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace jaga;
using namespace jaga::round;

namespace {

Round sample() {
  Round round;
  round.installation = "inst-1";
  round.at = *parse_instant("2026-11-24T02:00:00.000Z");
  round.inventory = sha256("inventory");
  for (const char* host : {"db01", "web01"}) {
    Result result;
    result.host = host;
    result.check = "disk";
    result.object = "/var";
    result.state = State::critical;
    result.reason = Reason::limit_reached;
    result.summary = "it says \"hard: true, }\", \\ and more";
    result.since = round.at;
    result.hard = host[0] == 'w';
    result.history = "occ";
    result.facts = {{"used_percent", std::int64_t{98}}, {"path", std::string("{a: [\"x, y\"]}")}};
    round.results.push_back(result);
  }
  return round;
}

// Whether both have the same states.
bool same(const Round& states, const Round& whole) {
  if (states.at != whole.at || states.partial != whole.partial ||
      states.results.size() != whole.results.size())
    return false;
  for (std::size_t n = 0; n < whole.results.size(); ++n) {
    const Result& a = states.results[n];
    const Result& b = whole.results[n];
    if (a.host != b.host || a.check != b.check || a.object != b.object || a.state != b.state ||
        a.hard != b.hard || (a.reason == Reason::cancelled) != (b.reason == Reason::cancelled))
      return false;
  }
  return true;
}

}  // namespace

TEST_CASE("the states read fast are those of the complete round") {
  Round round = sample();
  const auto states = read_states(write(round));
  REQUIRE(states.has_value());
  CHECK(same(*states, round));
  CHECK(states->results[0].hard == false);
  CHECK(states->results[1].hard == true);
  round.partial = true;
  round.results[1].state = State::unknown;
  round.results[1].reason = Reason::cancelled;
  round.results[1].hard = false;
  CHECK(same(*read_states(write(round)), round));
  CHECK(read_states(write(round))->partial);
  round.results[0].reason = Reason::site_silent;
  CHECK(read_states(write(round))->results[0].reason == Reason::site_silent);
  round.results.clear();
  const auto none = read_states(write(round));
  REQUIRE(none.has_value());
  CHECK(none->results.empty());
}

TEST_CASE("the states of every round of the gallery") {
  std::size_t looked = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(JAGA_GALLERY)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream in(entry.path());
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (!bytes.starts_with("format: \"jaga/round@")) continue;
    CAPTURE(entry.path().string());
    const Round whole = read(bytes, "round.yaml");
    for (const std::string& each : {bytes, write(whole)}) {
      const auto states = read_states(each);
      if (!states) continue;  // hand-written: only read() accepts it
      CHECK(same(*states, whole));
      ++looked;
    }
    Round again = read(write(whole), "round.yaml");
    CHECK(again.version == 2);
    again.version = whole.version;
    CHECK(again == whole);
  }
  CHECK(looked > 100);
}

TEST_CASE("an incomplete round or one with a base is left to read()") {
  Round round = sample();
  const std::string good = write(round);
  for (std::size_t length = 0; length < good.size(); ++length)
    CHECK_FALSE(read_states(good.substr(0, length)));
  round.base = Base{sha256("full"), round.at, 1};
  CHECK_FALSE(read_states(write(round)));
  for (const auto& [from, to] :
       {std::pair{"host: \"db01\"", "host: \"D B\""}, std::pair{"state: \"critical\"", "state: \"bad\""},
        std::pair{"  - {host", "  - {hist"}, std::pair{"at: \"2026", "at: \"20x6"},
        std::pair{"object: \"/var\"", "object: \"/v\\\"ar\""}, std::pair{"hard: false", "hard: maybe"}}) {
    std::string text = good;
    const std::size_t place = text.find(from);
    REQUIRE(place != std::string::npos);
    text.replace(place, std::string_view(from).size(), to);
    CAPTURE(text);
    CHECK_FALSE(read_states(text));
  }
}
