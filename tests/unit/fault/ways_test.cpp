// What hosts depend on: parents and the things in `place`.
#include <doctest/doctest.h>

#include "fault/diagnose.hpp"

using namespace jaga;
using namespace jaga::fault;
using round::Reason;
using round::State;

namespace {

inventory::Inventory office(const std::string& hosts) {
  return inventory::load({"hosts.yaml", "hosts:\n" + hosts}, {});
}

// "pve1" does not answer echo requests, "+vm1" does.
round::Result result(std::string word) {
  round::Result out;
  out.state = word.front() == '+' ? State::ok : State::critical;
  if (out.state != State::ok) out.reason = Reason::timed_out;
  out.host = word.substr(word.front() == '+' ? 1 : 0);
  out.check = "icmp";
  return out;
}

std::vector<std::string> keys(const inventory::Inventory& inventory, const std::vector<std::string>& words,
                              const std::vector<std::string>& earlier = {}) {
  std::vector<round::Round> rounds;
  for (const auto* list : {&words, &earlier}) {
    round::Round& round = rounds.emplace_back();
    for (const std::string& word : *list) round.results.push_back(result(word));
  }
  std::vector<std::string> out;
  for (const Fault& fault : diagnose(rounds, inventory, catalogue({}), {}, Instant{}).faults)
    out.push_back(fault.key);
  return out;
}
using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("failures on a host that is down are its symptoms, over any number of steps") {
  const auto inventory = office(R"(
  - {name: pve1, address: 10.0.0.1, checks: [icmp]}
  - {name: vm1, address: 10.0.0.2, place: {hypervisor: pve1}, checks: [icmp]}
  - {name: fw, address: 10.0.0.3, place: {hypervisor: pve1}, checks: [icmp]}
  - {name: dmz, address: 10.0.0.4, parents: {any: [fw]}, checks: [icmp]}
  - {name: nested, address: 10.0.0.5, place: {hypervisor: vm1}, checks: [icmp]}
)");
  CHECK(keys(inventory, {"pve1", "vm1", "fw", "dmz", "nested"}) == Keys{"pve1/host-down"});
  CHECK(keys(inventory, {"+pve1", "vm1", "fw", "dmz", "+nested"}) ==
        Keys{"fw/host-down", "vm1/management-silent"});
}

TEST_CASE("racks, feeds and sites that are hosts of the inventory are on the path to their hosts") {
  const auto inventory = office(R"(
  - {name: pdu1, address: 10.0.0.1, checks: [icmp]}
  - {name: ups1, address: 10.0.0.2, checks: [icmp]}
  - {name: s1, address: 10.0.0.3, place: {rack: pdu1}, checks: [icmp]}
  - {name: s2, address: 10.0.0.4, place: {rack: pdu1}, checks: [icmp]}
  - {name: s3, address: 10.0.0.5, place: {power: ups1}, checks: [icmp]}
  - {name: s4, address: 10.0.0.6, place: {power: ups1}, checks: [icmp]}
)");
  CHECK(keys(inventory, {"pdu1", "s1", "s2", "+ups1", "+s3", "+s4"}) == Keys{"pdu1/host-down"});
  CHECK(keys(inventory, {"+pdu1", "+s1", "+s2", "ups1", "s3", "s4"}) == Keys{"ups1/host-down"});
  // Its network card does not answer, but it supplies power.
  CHECK(keys(inventory, {"ups1", "+s3", "s4"}) == Keys{"s4/host-down", "ups1/management-silent"});
}

TEST_CASE("a hypervisor reached through its own virtual machine causes no endless loop") {
  const auto inventory = office(R"(
  - {name: fw, address: 10.0.0.1, place: {hypervisor: pve1}, checks: [icmp]}
  - {name: pve1, address: 10.0.0.2, parents: {any: [fw]}, place: {hypervisor: pve1}, checks: [icmp]}
  - {name: vm1, address: 10.0.0.3, parents: {any: [fw]}, place: {hypervisor: pve1}, checks: [icmp]}
)");
  CHECK(keys(inventory, {"fw", "pve1", "vm1"}) == Keys{"fw/host-down"});
  CHECK(keys(inventory, {"+fw", "pve1", "vm1"}) == Keys{"pve1/host-down"});
}

TEST_CASE("a silent device that forwards is not down and not the cause of failures behind it") {
  const auto inventory = office(R"(
  - {name: core, address: 10.0.0.1, checks: [icmp]}
  - {name: sw-a, address: 10.0.0.2, parents: {any: [core]}, checks: [icmp]}
  - {name: sw-b, address: 10.0.0.3, parents: {any: [core]}, checks: [icmp]}
  - {name: a1, address: 10.0.0.4, parents: {any: [sw-a]}, checks: [icmp]}
  - {name: a2, address: 10.0.0.5, parents: {any: [sw-a]}, checks: [icmp]}
  - {name: a3, address: 10.0.0.6, parents: {any: [sw-a]}, checks: [icmp]}
  - {name: both, address: 10.0.0.7, parents: {any: [sw-a, sw-b]}, checks: [icmp]}
)");
  CHECK(keys(inventory, {"+core", "sw-a", "+a1", "+a2", "a3", "+sw-b", "+both"}) ==
        Keys{"a3/host-down", "sw-a/management-silent"});
  // Two of three are silent as well: the third may have a path that the inventory lacks.
  CHECK(keys(inventory, {"+core", "sw-a", "+a1", "a2", "a3", "+sw-b", "+both"}) == Keys{"sw-a/host-down"});
  // A host with two paths proves neither of them, only what they have in common.
  CHECK(keys(inventory, {"core", "sw-a", "sw-b", "+both"}) ==
        Keys{"sw-a/host-down", "sw-b/host-down", "core/management-silent"});
  // An answer in an earlier round proves nothing about the present.
  CHECK(keys(inventory, {"+core", "sw-a"}, {"+a1", "+a2", "+a3"}) == Keys{"sw-a/host-down"});
  CHECK(keys(inventory, {"+a1", "+a2", "+a3"}, {"+core", "sw-a"}) == Keys{"sw-a/management-silent"});
}

TEST_CASE("no switch is on the path to this machine itself") {
  const auto inventory = office(R"(
  - {name: sw, address: 10.0.0.1, checks: [icmp]}
  - {name: here, address: 10.0.0.2, parents: {any: [sw]}, checks: [icmp, local]}
)");
  std::vector<round::Round> rounds(1);
  rounds[0].results = {result("sw"), result("+here"), result("+here")};
  rounds[0].results[2].check = "local";
  const auto found = diagnose(rounds, inventory, catalogue({}), {}, Instant{});
  REQUIRE(found.faults.size() == 1);
  CHECK(found.faults[0].key == "sw/host-down");
}

TEST_CASE("an unconfirmed failure is evidence neither for nor against a common cause") {
  std::string hosts;
  for (int i = 1; i <= 5; ++i)
    hosts += "  - {name: s" + std::to_string(i) + ", address: 10.0.0." + std::to_string(i) +
             ", place: {rack: R1}, checks: [icmp]}\n";
  const auto inventory = office(hosts);
  std::vector<round::Round> rounds(1);
  for (int i = 1; i <= 5; ++i) {
    rounds[0].results.push_back(result("s" + std::to_string(i)));
    rounds[0].results.back().hard = i <= 3;
  }
  const auto found = diagnose(rounds, inventory, catalogue({}), {}, Instant{});
  REQUIRE(found.faults.size() == 1);
  CHECK(found.faults[0].key == "s1/segment-down/rack%3AR1");
  CHECK(found.soft.size() == 2);
}
