#include "document/round_report.hpp"

#include <doctest/doctest.h>

#include "../expect.hpp"

using namespace jaga;
using jaga::expect::has;

namespace {

round::Result result(std::string host, std::string check, round::State state, std::string summary) {
  round::Result out;
  out.host = std::move(host);
  out.check = std::move(check);
  out.state = state;
  out.reason = state == round::State::ok ? round::Reason::none : round::Reason::timed_out;
  out.summary = std::move(summary);
  out.history = std::string("owu") + round::letter(state);
  return out;
}

std::string report(std::vector<round::Result> results, std::vector<round::Skipped> skipped = {},
                   Language language = Language::english) {
  const auto inventory = inventory::load({"hosts.yaml", R"(
hosts:
  - {name: sw, address: 10.0.0.1}
  - {name: web01, address: 10.0.0.2, parents: {any: [sw]}}
  - {name: db01, address: 10.0.0.3}
)"},
                                         {});
  round::Round round;
  round.results = std::move(results);
  round.skipped = std::move(skipped);
  const std::vector<round::Round> rounds = {round};
  const auto diagnosis = fault::diagnose(rounds, inventory, fault::catalogue({}), {}, Instant{});
  return document::to_text(
      document::round_report({round, diagnosis, inventory, "Office", "", {"web02: well"}}, language));
}

}  // namespace

TEST_CASE("the cause, its consequence, what fails, what was not measured") {
  const std::string text = report({result("sw", "icmp", round::State::critical, "no reply"),
                                   result("web01", "icmp", round::State::critical, "no reply"),
                                   result("gone", "icmp", round::State::ok, "fine")},
                                  {{"db01", "no check of the kinds asked for"}});
  CHECK(has(text, "1. sw: Host is down\n"));
  CHECK_FALSE(has(text, "2. "));
  CHECK(has(text, "+ sw icmp: no reply"));
  CHECK(has(text, "~ web01 icmp, unreachable because of it"));
  CHECK(has(text, "1 ok, 0 warning, 2 critical, 0 unknown"));
  CHECK(has(text, ".!?#"));
  CHECK(has(text, "db01  no check of the kinds asked for"));
  CHECK(has(text, "gone (not in the inventory)"));
  CHECK(has(text, "  web02: well"));
}

TEST_CASE("all is well") {
  const std::string text = report({result("sw", "icmp", round::State::ok, "fine")});
  CHECK(has(text, "No fault found in 1 result."));
  CHECK(has(text, "Nothing."));
  CHECK(has(text, "web01  not measured in this round"));
  CHECK_FALSE(has(text, "Not confirmed yet"));
}
