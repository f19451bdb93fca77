// Applies the rules to real measurements, recorded by tests/lab/record in a lab with one defect at a time.
// machine.txt is written by hand from the output of real tools, for hardware that network namespaces lack.
#include "round/facts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "fault/diagnose.hpp"
#include "round/collector.hpp"
#include "round/trend.hpp"

using namespace jaga;
using namespace jaga::fault;

namespace {

const std::vector<std::string> kRounds = {
    "healthy",      "disk-full",     "failed-unit",   "memory-pressure",  "overload",
    "host-down",    "segment",       "service-down",  "host-key-changed", "identity-changed",
    "auth-failure", "icmp-filtered", "port-filtered", "unreachable",      "icmp-refused"};
const std::vector<std::string> kOutputs = {"healthy",         "disk-full", "failed-unit",
                                           "memory-pressure", "overload",  "machine"};

std::string recorded(const std::string& name) {
  std::ifstream file(JAGA_RECORDED "/" + name, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), name);
  return {std::istreambuf_iterator<char>(file), {}};
}

const inventory::Inventory& lab() {
  static const inventory::Inventory kLab = inventory::load({"hosts.yaml", R"(
hosts:
  - {name: sw-core, address: 10.77.0.2, kind: switch, checks: [icmp]}
  - {name: web01, address: 10.77.0.11, parents: {any: [sw-core]}, checks: [icmp, {tcp: {port: 80, unit: web.service}}, ssh]}
  - {name: db01, address: 10.77.0.13, parents: {any: [sw-core]}, checks: [{tcp: {port: 5432}}]}
  - {name: web02, address: 10.77.0.12, checks: [ssh]}
  - {name: nobody, address: 10.99.0.1, checks: [icmp]}
)"},
                                                           {});
  return kLab;
}

round::Round round_of(const std::string& name) {
  return round::read(recorded(name + ".yaml"), name + ".yaml");
}

// The collector's output as a round of its own, after writing and reading it.
round::Round round_of_output(const std::string& name) {
  round::Round round;
  round.installation = "test";
  round.results = round::parse_collector(recorded(name + ".txt"), "recorded", lab().at("web01")).results;
  for (round::Result& result : round.results) result.attempts = round::kConfirmed;
  round::follow(round, nullptr);
  return round::read(round::write(round), name);
}

std::vector<std::string> keys(const round::Round& round) {
  const std::vector<round::Round> rounds = {round};
  const Diagnosis found = diagnose(rounds, lab(), catalogue({}), {}, Instant{});
  std::vector<std::string> out;
  for (const Fault& fault : found.faults) out.push_back(fault.key);
  return out;
}
using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("the recorded collector output yields exactly the expected fault") {
  CHECK(keys(round_of_output("healthy")).empty());
  CHECK(keys(round_of_output("disk-full")) == Keys{"web01/disk-full/%2Fvar%2Flog"});
  CHECK(keys(round_of_output("failed-unit")) == Keys{"web01/failed-unit/cron.service"});
  CHECK(keys(round_of_output("memory-pressure")) == Keys{"web01/memory-pressure"});
  CHECK(keys(round_of_output("overload")) == Keys{"web01/overload"});
}

TEST_CASE("a machine with many defects has a fault for each") {
  CHECK(keys(round_of_output("machine")) == Keys{"web01/brute-force",
                                                 "web01/conntrack-full",
                                                 "web01/disk-failing/sdb",
                                                 "web01/fan/nct6775%2Ffan2",
                                                 "web01/filesystem-error",
                                                 "web01/filesystem-read-only/%2Fsrv",
                                                 "web01/mount-silent/%2Fmnt%2Fnas",
                                                 "web01/oom-killed",
                                                 "web01/raid-battery/storcli%2F0",
                                                 "web01/raid-degraded/md0",
                                                 "web01/root-account/toor",
                                                 "web01/temperature/coretemp%2FPackage%20id%200",
                                                 "web01/ups-on-battery/rack1",
                                                 "web01/account-expired/backup",
                                                 "web01/clock-unsynchronized",
                                                 "web01/end-of-life",
                                                 "web01/reboot-required",
                                                 "web01/security-updates-pending",
                                                 "web01/services-need-restart",
                                                 "web01/ssh-weak-settings",
                                                 "web01/sudo-denied/bob",
                                                 "web01/sysctl-weak",
                                                 "web01/timer-stale/backup.timer",
                                                 "web01/world-writable"});
}

TEST_CASE("the recorded measurements yield exactly the expected fault") {
  CHECK(keys(round_of("healthy")).empty());
  CHECK(keys(round_of("disk-full")) == Keys{"web01/disk-full/%2Fvar%2Flog"});
  CHECK(keys(round_of("failed-unit")) == Keys{"web01/failed-unit/cron.service"});
  CHECK(keys(round_of("memory-pressure")) == Keys{"web01/memory-pressure"});
  CHECK(keys(round_of("overload")) == Keys{"web01/overload"});
  CHECK(keys(round_of("host-down")) == Keys{"web01/host-down"});
  CHECK(keys(round_of("segment")) == Keys{"sw-core/host-down"});
  CHECK(keys(round_of("service-down")) == Keys{"web01/service-down/22"});
  CHECK(keys(round_of("host-key-changed")) == Keys{"web01/host-key-changed"});
  CHECK(keys(round_of("identity-changed")) == Keys{"web01/host-key-changed"});
  CHECK(keys(round_of("auth-failure")) == Keys{"web01/auth-failure"});
  CHECK(keys(round_of("unreachable")) == Keys{"nobody/host-down"});
}

TEST_CASE("a host that one method reaches is not down") {
  CHECK(keys(round_of("icmp-filtered")) == Keys{"web01/packet-loss"});
  CHECK(keys(round_of("port-filtered")) == Keys{"db01/filtered/5432", "web02/filtered/22"});
  CHECK(keys(round_of("icmp-refused")) == Keys{"web01/echo-refused"});
}

TEST_CASE("measured facts and known facts are the same") {
  std::set<std::pair<std::string, std::string>> measured;
  const auto look = [&](const round::Round& round, const std::string& name) {
    for (const round::Result& result : round.results) {
      CHECK_MESSAGE(round::is_known_check(result.check), name, " ", result.check);
      for (const auto& fact : result.facts) {
        const round::KnownFact* known = round::known_fact(result.check, fact.first);
        CHECK_MESSAGE(known != nullptr, name, ": ", result.check, " gives ", fact.first);
        if (known != nullptr)
          CHECK_MESSAGE(known->number == std::holds_alternative<std::int64_t>(fact.second), name, " ",
                        fact.first);
        measured.emplace(result.check, fact.first);
      }
    }
  };
  for (const std::string& name : kRounds) look(round_of(name), name);
  for (const std::string& name : kOutputs) look(round_of_output(name), name);
  // Facts that need a second round.
  for (const std::string& name : {std::string("healthy"), std::string("machine")}) {
    round::Round first = round_of_output(name);
    round::judge_trends(first, nullptr, lab());
    round::Round second = round_of_output(name);
    second.at = first.at + std::chrono::hours{1};
    round::judge_trends(second, &first, lab());
    look(second, name);
  }
  round::Round pinged = round_of("healthy");
  round::judge_trends(pinged, nullptr, lab());
  look(pinged, "healthy");
  // Facts that neither the lab nor machine.txt can produce: serial numbers, expected ports, healthy timers,
  // clock offsets, other addresses of a name, sensors of ipmitool, and facts inferred by diagnose().
  const std::set<std::pair<std::string, std::string>> not_in_the_lab = {
      {"ssh", "serials"},           {"local", "hostname"},   {"local", "serials"},
      {"clock", "offset_s"},        {"disk", "full_in_h"},   {"shared", "failed"},
      {"inode", "full_in_h"},       {"icmp", "rtt_percent"}, {"icmp", "large_bytes"},
      {"icmp", "large_lost"},       {"icmp", "mac"},         {"icmp", "mac_flips"},
      {"icmp", "mac_rounds"},       {"icmp", "other_mac"},   {"age", "age_s"},
      {"warranty", "days"},         {"warranty", "vendor"},  {"warranty", "serial"},
      {"shared", "failed_percent"}, {"shared", "members"},   {"listen", "address"},
      {"timer", "timers"},          {"behind", "answering"}, {"behind", "members"},
      {"load", "blocked_percent"},  {"icmp", "answered_by"}, {"icmp", "silent_address"},
      {"icmp", "silent_addresses"}, {"power", "record"}};
  // Plugins, services and other monitors are not recorded; tests/unit/probe and tests/unit/feed compare their
  // facts with the list.
  const std::set<std::string, std::less<>> elsewhere = {"alert", "dns", "http", "nagios", "plugin"};
  for (const round::KnownFact& known : round::known_facts()) {
    if (elsewhere.count(known.check) == 1) continue;
    const std::pair<std::string, std::string> key{known.check, known.fact};
    CHECK_MESSAGE((measured.count(key) == 1 || not_in_the_lab.count(key) == 1), "nothing gives ", key.first,
                  " ", key.second);
  }
}

TEST_CASE("known facts are sorted and unique") {
  const auto facts = round::known_facts();
  CHECK(std::is_sorted(facts.begin(), facts.end(), [](const auto& a, const auto& b) {
    return std::pair(a.check, a.fact) < std::pair(b.check, b.fact);
  }));
  CHECK(std::adjacent_find(facts.begin(), facts.end(), [](const auto& a, const auto& b) {
          return a.check == b.check && a.fact == b.fact;
        }) == facts.end());
}
