// Causes that are not measured themselves, inferred from the hosts that share them.
#include <doctest/doctest.h>

#include <algorithm>

#include "fault/diagnose.hpp"

using namespace jaga;
using namespace jaga::fault;
using round::Reason;
using round::State;

namespace {

const inventory::Inventory& office() {
  static const inventory::Inventory kOffice = inventory::load({"hosts.yaml", R"(
hosts:
  - {name: gw, address: 10.0.0.1, kind: switch, checks: [icmp]}
  - {name: sw-a, address: 10.0.0.2, kind: switch, parents: {any: [gw]}}
  - {name: a1, address: 10.0.1.1, parents: {any: [sw-a]}, checks: [icmp]}
  - {name: a2, address: 10.0.1.2, parents: {any: [sw-a]}, checks: [icmp]}
  - {name: pve1, address: 10.0.2.1, checks: [icmp]}
  - {name: v1, address: 10.0.2.2, place: {hypervisor: pve1}, checks: [icmp]}
  - {name: v2, address: 10.0.2.3, place: {hypervisor: pve1}, checks: [icmp]}
  - {name: r1, address: 10.0.3.1, place: {site: dc1, rack: R1, power: ups-a}, checks: [icmp]}
  - {name: r2, address: 10.0.3.2, place: {site: dc1, rack: R1, power: ups-a}, checks: [icmp]}
  - {name: r3, address: 10.0.3.3, place: {site: dc1, rack: R1, power: ups-b}, checks: [icmp]}
  - {name: r4, address: 10.0.3.4, place: {site: dc1, rack: R2, power: ups-b}, checks: [icmp]}
  - {name: r5, address: 10.0.3.5, place: {site: dc1, rack: R2, power: ups-b}, checks: [icmp]}
  - {name: s1, address: 10.0.4.1, place: {site: dc2, rack: R1}, checks: [icmp]}
)"},
                                                              {});
  return kOffice;
}

constexpr std::chrono::hours kDay{24};
const Instant kNow{std::chrono::seconds{1'795'000'000}};

// All hosts are up except those listed, which failed the given time ago.
struct Down {
  std::string host;
  std::chrono::minutes ago{0};
};
Diagnosis look(const std::vector<Down>& down, bool backwards = false) {
  round::Round round;
  round.at = kNow;
  for (const inventory::Host& host : office().hosts) {
    if (host.checks.empty()) continue;
    round::Result result;
    result.host = host.name;
    result.check = "icmp";
    result.state = State::ok;
    result.since = kNow - kDay;
    for (const Down& one : down) {
      if (one.host != host.name) continue;
      result.state = State::critical;
      result.reason = Reason::timed_out;
      result.since = kNow - one.ago;
    }
    round.results.push_back(result);
  }
  if (backwards) std::reverse(round.results.begin(), round.results.end());
  const std::vector<round::Round> rounds = {round};
  return diagnose(rounds, office(), catalogue({}), {}, kNow);
}

std::vector<std::string> keys(const Diagnosis& found) {
  std::vector<std::string> out;
  for (const Fault& fault : found.faults) out.push_back(fault.key);
  return out;
}
using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("hosts that fail together reveal a shared cause") {
  CHECK(keys(look({{"r1"}, {"r2"}})) == Keys{"r1/power-loss/power%3Aups-a"});
  CHECK(keys(look({{"r3"}, {"r4"}, {"r5"}})) == Keys{"r3/power-loss/power%3Aups-b"});
  CHECK(keys(look({{"r4"}, {"r5"}})) == Keys{"r4/segment-down/rack%3Adc1%2FR2"});
  CHECK(keys(look({{"r1"}, {"r2"}, {"r3"}, {"r4"}, {"r5"}})) == Keys{"r1/segment-down/site%3Adc1"});
}

TEST_CASE("a rack that is down completely and one dead host elsewhere do not make a site outage") {
  const std::vector<Down> down = {{"r1"}, {"r2"}, {"r3"}, {"r4"}};
  CHECK(keys(look(down)) == Keys{"r1/segment-down/rack%3Adc1%2FR1", "r4/host-down"});
}

TEST_CASE("a fault of an unmeasured switch has the name of the switch") {
  const Diagnosis found = look({{"a1"}, {"a2"}});
  REQUIRE(keys(found) == Keys{"sw-a/segment-down/switch%3Asw-a"});
  const Fault& fault = found.faults[0];
  CHECK(fault.host == "sw-a");
  REQUIRE(fault.evidence.size() == 3);
  CHECK(fault.evidence[0].check == "shared");
  CHECK(fault.evidence[0].summary == "2 of 2 hosts that share it failed within 15 minutes: a1, a2");
  CHECK(fault.evidence[1].host == "a1");
}

TEST_CASE("a cause that has checks of its own is not inferred") {
  CHECK(keys(look({{"v1"}, {"v2"}})) == Keys{"v1/host-down", "v2/host-down"});
}

TEST_CASE(
    "a single host, half of the hosts, or one that was down long before do not suffice to infer a cause") {
  CHECK(keys(look({{"r1"}})) == Keys{"r1/host-down"});
  CHECK(keys(look({{"r1"}, {"s1"}})) == Keys{"r1/host-down", "s1/host-down"});
  CHECK(keys(look({{"a1", std::chrono::hours{3}}, {"a2"}})) == Keys{"a1/host-down", "a2/host-down"});
  // But it does not count against the others either.
  CHECK(keys(look({{"r3", kDay}, {"r4"}, {"r5"}})) == Keys{"r3/host-down", "r3/power-loss/power%3Aups-b"});
}

TEST_CASE("the order of the results changes nothing") {
  for (const std::vector<Down>& down : std::vector<std::vector<Down>>{
           {{"r1"}, {"r2"}}, {{"a1"}, {"a2"}, {"r4"}, {"r5"}}, {{"r1"}, {"v1"}, {"a2"}}})
    CHECK(keys(look(down)) == keys(look(down, true)));
}

TEST_CASE("everything that failed has recovered; an inferred failure needs no result of its own") {
  round::Round round;
  for (const char* host : {"a1", "a2"}) {
    round::Result result;
    result.host = host;
    result.check = "icmp";
    result.state = State::ok;
    round.results.push_back(result);
  }
  const std::vector<Place> failed = {
      {"sw-a", "shared", "switch:sw-a"}, {"a1", "icmp", ""}, {"a2", "icmp", ""}};
  CHECK(has_recovered(failed, round));
  round.results[1].state = State::critical;
  CHECK_FALSE(has_recovered(failed, round));
  CHECK_FALSE(has_recovered(std::vector<Place>{{"sw-a", "shared", "switch:sw-a"}}, round));
}

TEST_CASE("when the root has recovered, a failure behind it becomes a root") {
  CHECK(keys(look({{"gw"}, {"a1"}, {"a2"}})) == Keys{"gw/host-down"});
  CHECK(keys(look({{"a1"}})) == Keys{"a1/host-down"});
}

TEST_CASE("a shared cause is in a maintenance window only if all failed hosts are") {
  const auto look_in = [](std::vector<std::string> hosts) {
    round::Round round;
    round.at = kNow;
    for (const char* name : {"v1", "v2"}) {
      round::Result result;
      result.host = name;
      result.check = "icmp";
      result.state = State::critical;
      result.reason = Reason::timed_out;
      result.since = kNow;
      round.results.push_back(result);
    }
    const std::vector<round::Round> rounds = {round};
    const std::vector<inventory::Window> windows = {
        {"night", std::move(hosts), kNow - kDay, kNow + kDay, "staff", "work"}};
    return diagnose(rounds, office(), catalogue({}), windows, kNow);
  };
  REQUIRE(look_in({"v1", "v2"}).faults.size() == 1);
  CHECK(look_in({"v1", "v2"}).faults[0].type == "hypervisor-down");
  CHECK(look_in({"v1", "v2"}).faults[0].window == "night");
  CHECK(look_in({"v1"}).faults[0].window.empty());
}

TEST_CASE("a site that did not answer is one root, unless something of it was measured") {
  round::Round round;
  round.at = kNow;
  const auto add = [&](const char* host, const char* check, State state, Reason reason) -> round::Result& {
    round::Result& result = round.results.emplace_back();
    result.host = host;
    result.check = check;
    result.state = state;
    result.reason = reason;
    result.since = kNow - std::chrono::minutes{5};
    result.attempts = round::kConfirmed;
    return result;
  };
  for (const char* host : {"r1", "r2", "r3", "r4"}) add(host, "icmp", State::unknown, Reason::site_silent);
  add("r4", "tcp", State::unknown, Reason::site_silent);
  add("r4", "updates", State::warning, Reason::limit_reached).measured = kNow - std::chrono::hours{2};
  add("s1", "icmp", State::ok, Reason::none);
  const auto diagnosed = [&] { return diagnose(std::span(&round, 1), office(), catalogue({}), {}, kNow); };
  const Diagnosis found = diagnosed();
  REQUIRE(found.faults.size() == 1);
  const Fault& fault = found.faults[0];
  CHECK(fault.key == "r1/site-silent/site%3Adc1");
  CHECK(fault.evidence.size() == 5);
  REQUIRE(fault.symptoms.size() == 1);
  CHECK(fault.symptoms[0] == Symptom{"r4", "tcp", "", true});
  CHECK(found.soft.empty());

  add("r5", "icmp", State::critical, Reason::timed_out);
  const Diagnosis partly = diagnosed();
  CHECK(std::none_of(partly.faults.begin(), partly.faults.end(),
                     [](const Fault& one) { return one.type == "site-silent"; }));
}
