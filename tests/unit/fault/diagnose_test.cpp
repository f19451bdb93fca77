#include "fault/diagnose.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

using namespace jaga;
using namespace jaga::fault;
using round::Reason;
using round::State;

namespace {

const inventory::Inventory& office() {
  static const inventory::Inventory kOffice = inventory::load({"hosts.yaml", R"(
hosts:
  - {name: core, address: 10.0.0.1, kind: switch}
  - {name: edge, address: 10.0.0.2, kind: switch, parents: {any: [core]}}
  - {name: web01, address: 10.0.0.3, parents: {any: [edge]}, checks: [{tcp: {port: 80, unit: nginx.service}}, ssh]}
  - {name: db01, address: 10.0.0.4, parents: {any: [edge, core]}}
)"},
                                                              {});
  return kOffice;
}

round::Result result(std::string host, std::string check, std::string object, State state,
                     Reason reason = Reason::none, bool hard = true) {
  round::Result out;
  out.host = std::move(host);
  out.check = std::move(check);
  out.object = std::move(object);
  out.state = state;
  out.reason = reason;
  out.hard = hard;
  return out;
}
round::Result up(std::string host) {
  return result(std::move(host), "icmp", "", State::ok);
}
round::Result silent(std::string host, bool hard = true) {
  return result(std::move(host), "icmp", "", State::critical, Reason::timed_out, hard);
}

Diagnosis look(std::vector<round::Result> results, round::Self self = {}) {
  round::Round round;
  round.results = std::move(results);
  round.self = self;
  const std::vector<round::Round> rounds = {round};
  return diagnose(rounds, office(), catalogue({}), {}, Instant{});
}

}  // namespace

TEST_CASE("hosts behind a switch that is down are unreachable, not down") {
  const Diagnosis found = look({up("core"), silent("edge"), silent("web01"), up("db01"),
                                result("web01", "tcp", "80", State::critical, Reason::timed_out)});
  REQUIRE(found.faults.size() == 1);
  const Fault& fault = found.faults[0];
  CHECK(fault.key == "edge/host-down");
  CHECK(fault.symptoms == std::vector<Symptom>{{"web01", "icmp", "", true}, {"web01", "tcp", "80", true}});
}

TEST_CASE("one of two paths is enough, and the topmost failure is the root cause") {
  CHECK(look({up("core"), silent("edge"), silent("db01")}).faults.size() == 2);
  const Diagnosis all = look({silent("core"), silent("edge"), silent("web01"), silent("db01")});
  REQUIRE(all.faults.size() == 1);
  CHECK(all.faults[0].host == "core");
  CHECK(all.faults[0].symptoms.size() == 3);
}

TEST_CASE("a switch that is not measured does not hide the failure above it") {
  const Diagnosis found = look({silent("core"), silent("web01")});
  REQUIRE(found.faults.size() == 1);
  CHECK(found.faults[0].host == "core");
}

TEST_CASE("a RST proves that the host is up") {
  const Diagnosis found =
      look({up("edge"), silent("web01"), result("web01", "tcp", "80", State::critical, Reason::refused)});
  REQUIRE(found.faults.size() == 1);
  CHECK(found.faults[0].key == "web01/service-down/80");
  CHECK(found.faults[0].plan == "restart-unit");
  CHECK(found.faults[0].parameters ==
        std::vector<std::pair<std::string, std::string>>{{"unit", "nginx.service"}});
}

TEST_CASE("a stopped sshd is one fault, and the checks that need a login are its symptoms") {
  const Diagnosis found = look({up("web01"), result("web01", "tcp", "22", State::critical, Reason::refused),
                                result("web01", "ssh", "", State::critical, Reason::refused),
                                result("web01", "disk", "/", State::unknown, Reason::lost)});
  REQUIRE(found.faults.size() == 1);
  CHECK(found.faults[0].key == "web01/service-down/22");
  CHECK(found.faults[0].plan == "manual");
  CHECK(found.faults[0].evidence.size() >= 2);
  CHECK(found.faults[0].symptoms == std::vector<Symptom>{{"web01", "disk", "/", false}});
}

TEST_CASE("a fault of a full disk has the mount point and a plan") {
  const Diagnosis found =
      look({up("web01"), result("web01", "disk", "/var", State::critical, Reason::limit_reached),
            result("web01", "disk", "/", State::ok)});
  REQUIRE(found.faults.size() == 1);
  CHECK(found.faults[0].key == "web01/disk-full/%2Fvar");
  CHECK(found.faults[0].plan == "clean-disk");
  CHECK(found.faults[0].next_command.en == "df -h /var");
  CHECK(found.faults[0].severity == Severity::critical);
}

TEST_CASE("an unconfirmed failure is not a fault yet") {
  const Diagnosis found = look({up("edge"), silent("web01", false)});
  CHECK(found.faults.empty());
  REQUIRE(found.soft.size() == 1);
  CHECK(found.soft[0].type == "host-down");
}

TEST_CASE("an isolated monitor reports only its own isolation") {
  round::Self self;
  self.route = false;
  const Diagnosis found = look({silent("core"), silent("edge"), silent("web01")}, self);
  REQUIRE(found.faults.size() == 1);
  CHECK(found.faults[0].type == "monitor-isolated");
  CHECK(found.faults[0].host.empty());  // not attributed to any host
  CHECK(found.faults[0].symptoms.empty());
  CHECK(found.soft.empty());
  // A host answered, so this machine is not cut off.
  CHECK(look({up("core"), silent("edge")}, self).faults[0].type == "host-down");
}

TEST_CASE("the newest round that measured a check counts") {
  round::Round newest;
  newest.results = {up("web01")};
  round::Round older;
  older.results = {silent("web01"), result("web01", "disk", "/", State::critical, Reason::limit_reached)};
  const std::vector<round::Round> rounds = {newest, older};
  const Diagnosis found = diagnose(rounds, office(), catalogue({}), {}, Instant{});
  REQUIRE(found.faults.size() == 1);
  CHECK(found.faults[0].type == "disk-full");
}

TEST_CASE("a refused port is evidence for the failure of its unit") {
  round::Result unit = result("web01", "unit", "nginx.service", State::critical, Reason::limit_reached);
  unit.facts.emplace("active", std::string("failed"));
  const round::Result port = result("web01", "tcp", "80", State::critical, Reason::refused);
  const Diagnosis found = look({up("web01"), unit, port});
  REQUIRE(found.faults.size() == 1);
  CHECK(found.faults[0].key == "web01/failed-unit/nginx.service");
  CHECK(found.faults[0].plan == "restart-unit");
  REQUIRE(found.faults[0].evidence.size() == 2);
  CHECK(found.faults[0].evidence[1].check == "tcp");
  // The failure of another unit does not explain it.
  unit.object = "cron.service";
  CHECK(look({up("web01"), unit, port}).faults.size() == 2);
  // An unconfirmed failure does not explain a confirmed one.
  unit.object = "nginx.service";
  unit.hard = false;
  const Diagnosis soft = look({up("web01"), unit, port});
  REQUIRE(soft.faults.size() == 1);
  CHECK(soft.faults[0].key == "web01/service-down/80");
}

TEST_CASE("a refused port without a unit is evidence for the only unit that failed at the same time") {
  const inventory::Inventory plain = inventory::load({"hosts.yaml", R"(
hosts:
  - {name: web01, address: 10.0.0.3, checks: [{tcp: {port: 80}}, {tcp: {port: 443}}, {http: {url: "http://web01:8080/"}}, ssh]}
)"},
                                                     {});
  const auto failed = [](const char* name, int minute) {
    round::Result unit = result("web01", "unit", name, State::critical, Reason::limit_reached);
    unit.facts.emplace("active", std::string("failed"));
    unit.since = Instant{std::chrono::minutes{minute}};
    return unit;
  };
  const auto refused = [](const char* check, const char* object, int minute, bool hard = true) {
    round::Result port = result("web01", check, object, State::critical, Reason::refused, hard);
    port.since = Instant{std::chrono::minutes{minute}};
    return port;
  };
  const auto keys = [&](std::vector<round::Result> results) {
    round::Round round;
    round.results = std::move(results);
    std::vector<std::string> out;
    for (const Fault& fault :
         diagnose(std::vector<round::Round>{round}, plain, catalogue({}), {}, Instant{}).faults)
      out.push_back(fault.key);
    return out;
  };
  using Keys = std::vector<std::string>;
  const Keys unit_alone = {"web01/failed-unit/web.service"};
  CHECK(keys({up("web01"), failed("web.service", 0), refused("tcp", "80", 5)}) == unit_alone);
  // Likewise for several ports and for a web page.
  CHECK(keys({up("web01"), failed("web.service", 0), refused("tcp", "80", 5), refused("tcp", "443", 5)}) ==
        unit_alone);
  CHECK(keys({up("web01"), failed("web.service", 0), refused("http", "http://web01:8080/", 0)}) ==
        unit_alone);
  // With two failed units it is ambiguous.
  CHECK(keys({up("web01"), failed("web.service", 0), failed("cron.service", 0), refused("tcp", "80", 0)}) ==
        Keys{"web01/failed-unit/cron.service", "web01/failed-unit/web.service", "web01/service-down/80"});
  // A unit that failed at another time, or that serves no port, is a fault of its own.
  CHECK(keys({up("web01"), failed("web.service", 0), refused("tcp", "80", 16)}).size() == 2);
  CHECK(keys({up("web01"), failed("apt-daily.timer", 0), refused("tcp", "80", 0)}).size() == 2);
  // A port that is not refused has another cause.
  round::Result page = result("web01", "http", "http://web01:8080/", State::critical, Reason::bad_status);
  page.since = Instant{};
  CHECK(keys({up("web01"), failed("web.service", 0), page}).size() == 2);
  // Without SSH the units are those of an older round.
  CHECK(keys({up("web01"), failed("web.service", 0), refused("tcp", "22", 0)}).size() == 2);
  // An unconfirmed failure explains nothing.
  CHECK(keys({up("web01"), failed("web.service", 0), refused("tcp", "80", 0, false)}) == unit_alone);

  round::Round round;
  round.results = {up("web01"), failed("web.service", 0), refused("tcp", "80", 5), refused("tcp", "443", 5),
                   refused("http", "http://web01:8080/", 5)};
  const Diagnosis found = diagnose(std::vector<round::Round>{round}, plain, catalogue({}), {}, Instant{});
  REQUIRE(found.faults.size() == 1);
  const Fault& fault = found.faults[0];
  CHECK(fault.plan == "restart-unit");
  CHECK(fault.evidence.size() == 4);  // each once, to be measured again after the repair
  REQUIRE(fault.speaks_against.size() == 2);
  CHECK(fault.speaks_against[0] ==
        "no check names the unit that serves 443; this is the only unit that failed at the same time");
  REQUIRE_FALSE(fault.candidates.empty());
  CHECK(fault.candidates[0].type == "service-down");
}

TEST_CASE("a host that answers is not down: its service hangs, its port is filtered, its packets are lost") {
  round::Result login = result("web01", "ssh", "", State::critical, Reason::timed_out);
  login.phase = "handshake";
  const Diagnosis hung = look({up("web01"), login});
  REQUIRE(hung.faults.size() == 1);
  CHECK(hung.faults[0].key == "web01/service-hung/22");
  login.phase = "connect";
  const Diagnosis filtered = look({up("web01"), login});
  REQUIRE(filtered.faults.size() == 1);
  CHECK(filtered.faults[0].key == "web01/filtered/22");
  const Diagnosis lost = look({silent("web01"), result("web01", "tcp", "80", State::ok)});
  REQUIRE(lost.faults.size() == 1);
  CHECK(lost.faults[0].key == "web01/packet-loss");
}

TEST_CASE("the order of the results changes nothing") {
  const std::vector<round::Result> results = {
      up("core"), silent("edge"), silent("web01"),
      result("db01", "disk", "/", State::critical, Reason::limit_reached),
      result("db01", "load", "", State::critical, Reason::limit_reached)};
  const Diagnosis one = look(results);
  const Diagnosis two = look({results.rbegin(), results.rend()});
  REQUIRE(one.faults.size() == 3);
  REQUIRE(two.faults.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(one.faults[i].key == two.faults[i].key);
    CHECK(one.faults[i].symptoms == two.faults[i].symptoms);
  }
}

TEST_CASE("recent changes weigh more in flapping detection") {
  CHECK(flap_percent("ooooooooooooooooooooo") == 0);
  CHECK(flap_percent("ococococococococococo") == 99);
  CHECK(flap_percent("ooooooooooooooooooooc") == 6);
  CHECK(flap_percent("coooooooooooooooooooo") == 4);
  CHECK(flap_percent("") == 0);
}

TEST_CASE("a fault has recovered when the round finds all of its checks OK") {
  const std::vector<Place> disk = {{"web01", "disk", "/var"}};
  round::Round now;
  CHECK_FALSE(has_recovered(disk, now));
  now.results = {up("web01"), result("web01", "disk", "/var", State::ok)};
  CHECK(has_recovered(disk, now));
  CHECK_FALSE(has_recovered({}, now));
  now.results[1].state = State::warning;
  CHECK_FALSE(has_recovered(disk, now));
  // A unit has a result of its own only while it is failed.
  const std::vector<Place> unit = {{"web01", "unit", "nginx.service"}, {"web01", "icmp", ""}};
  CHECK_FALSE(has_recovered(unit, now));
  now.results.push_back(result("web01", "unit", "", State::ok));
  CHECK(has_recovered(unit, now));
  now.results.push_back(result("web01", "unit", "nginx.service", State::critical));
  CHECK_FALSE(has_recovered(unit, now));
}

TEST_CASE("the verdict does not depend on the order in which parents and children fail") {
  std::vector<round::Result> results = {
      up("core"),
      silent("edge"),
      silent("web01"),
      silent("db01"),
      result("web01", "tcp", "80", State::critical, Reason::timed_out),
      result("web01", "ssh", "", State::critical, Reason::timed_out),
  };
  const Diagnosis first = look(results);
  REQUIRE(first.faults.size() == 2);
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    std::shuffle(results.begin(), results.end(), random);
    // Nor does it matter which of them failed first.
    for (round::Result& one : results)
      if (one.state != State::ok) one.since = Instant{std::chrono::seconds{1000 + random() % 60}};
    const Diagnosis again = look(results);
    REQUIRE(again.faults.size() == first.faults.size());
    for (std::size_t at = 0; at < first.faults.size(); ++at) {
      CHECK(again.faults[at].key == first.faults[at].key);
      CHECK(again.faults[at].symptoms == first.faults[at].symptoms);
      CHECK(again.faults[at].candidates == first.faults[at].candidates);
    }
  }
}

TEST_CASE("the cost of deep chains and many paths is linear in the number of hosts") {
  // Sixty layers of two unmeasured switches, each connected to both of the layer above: 2^60 paths.
  std::string text = "hosts:\n  - {name: top, address: 10.0.0.1}\n";
  std::string above = "top";
  for (int i = 0; i < 60; ++i) {
    const std::string a = "a" + std::to_string(i);
    const std::string b = "b" + std::to_string(i);
    for (const std::string& name : {a, b})
      text += "  - {name: " + name + ", address: 10.0.1.1, parents: {any: [" + above + "]}}\n";
    above = a + ", " + b;
  }
  text += "  - {name: leaf, address: 10.0.2.1, parents: {any: [" + above + "]}}\n";
  std::string last = "leaf";
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "c" + std::to_string(i);
    text += "  - {name: " + name + ", address: 10.0.3.1, parents: {all: [" + last + "]}}\n";
    last = name;
  }
  const inventory::Inventory deep = inventory::load({"hosts.yaml", text}, {});
  round::Round round;
  round.results = {silent("top"), silent(last)};
  const std::vector<round::Round> rounds = {round};
  const Diagnosis found = diagnose(rounds, deep, catalogue({}), {}, Instant{});
  REQUIRE(found.faults.size() == 1);
  CHECK(found.faults[0].host == "top");
  CHECK(found.faults[0].symptoms == std::vector<Symptom>{{last, "icmp", "", true}});
}

TEST_CASE("why a rule does not match is computed only on request") {
  round::Round round;
  round.results = {silent("web01")};
  const std::vector<round::Round> rounds = {round};
  const auto held_back = [](const Diagnosis& found) {
    return std::count_if(found.explained.begin(), found.explained.end(),
                         [](const Explained& one) { return !one.fired && !one.why.empty(); });
  };
  const Diagnosis brief = diagnose(rounds, office(), catalogue({}), {}, Instant{});
  const Diagnosis all = diagnose(rounds, office(), catalogue({}), {}, Instant{}, Explain::all);
  CHECK(held_back(brief) == 0);
  CHECK(held_back(all) > 10);
  REQUIRE(brief.explained.size() == 1);
  CHECK(brief.explained[0].rule == "host-down");
  CHECK(std::count_if(all.explained.begin(), all.explained.end(),
                      [](const Explained& one) { return one.fired; }) == 1);
}

TEST_CASE("a spare part is described by the known data of the old part and its machine") {
  const inventory::Inventory office = inventory::load({"hosts.yaml", R"(
hosts:
  - {name: web01, address: 10.0.0.3, hardware: {model: "R640", serial: "M1"}}
  - {name: web02, address: 10.0.0.4}
)"},
                                                      {});
  round::Round round;
  for (const char* host : {"web01", "web02"}) {
    round.results.push_back(result(host, "smart", "sda", State::critical, Reason::limit_reached));
    round.results.back().facts = {{"model", std::string("X1")}, {"serial", std::string("S9")}};
    round.results.push_back(result(host, "kernel", "memory:DIMM_A1", State::warning, Reason::limit_reached));
    round.results.back().facts = {{"slot", std::string("DIMM_A1")}, {"new_errors", std::int64_t{4}}};
    round.results.push_back(result(host, "ssh", "", State::ok));
    if (std::string_view(host) == "web02") round.results.back().facts = {{"serials", std::string("M2")}};
  }
  const std::vector<round::Round> rounds = {round};
  std::map<std::string, Title> parts;
  for (const Fault& fault : diagnose(rounds, office, catalogue({}), {}, Instant{}).faults)
    parts[fault.key] = fault.part;
  CHECK(parts["web01/disk-failing/sda"].en == "Disk, model X1, serial S9, at sda; in R640, serial M1");
  CHECK(parts["web01/disk-failing/sda"].id ==
        "Disk, model X1, nomor seri S9, pada sda; dalam R640, nomor seri M1");
  CHECK(parts["web01/memory-ecc"].en == "Memory module, slot DIMM_A1; in R640, serial M1");
  CHECK(parts["web02/disk-failing/sda"].en == "Disk, model X1, serial S9, at sda; in web02, serial M2");
}

TEST_CASE("a result that is more than a day older than the newest round is only reported as old") {
  std::vector<round::Round> rounds(2);
  rounds[0].at = *parse_instant("2026-11-26T08:00:00.000Z");
  rounds[0].partial = true;
  rounds[0].results = {up("core"), up("edge")};
  rounds[1].at = *parse_instant("2026-11-25T07:59:00.000Z");
  rounds[1].results = {silent("web01"), silent("db01"), silent("edge")};
  const Diagnosis found = diagnose(rounds, office(), catalogue({}), {}, rounds[0].at);
  REQUIRE(found.faults.size() == 2);
  for (const Fault& fault : found.faults) CHECK(fault.type == "stale-data");
  CHECK(found.faults[0].host == "db01");
  CHECK(round::number(found.faults[0].evidence.front(), "age_s") == 24 * 3600 + 60);
  // Exactly one day is still recent enough.
  rounds[1].at += std::chrono::minutes{1};
  for (const Fault& fault : diagnose(rounds, office(), catalogue({}), {}, rounds[0].at).faults)
    CHECK(fault.type == "host-down");
}

TEST_CASE("an expiry date is not a symptom; flapping is reported if no other type explains the result") {
  round::Result warranty = result("web01", "warranty", "", State::warning, Reason::limit_reached);
  const Diagnosis down = look({silent("web01"), warranty, up("edge"), up("core")});
  REQUIRE(down.faults.size() == 1);
  CHECK(down.faults[0].type == "host-down");
  CHECK(down.faults[0].symptoms.empty());
  const Diagnosis well = look({up("web01"), warranty});
  REQUIRE(well.faults.size() == 1);
  CHECK(well.faults[0].key == "web01/warranty-expired");

  round::Result load = result("web01", "load", "", State::warning, Reason::limit_reached);
  load.history = "ooooooooooowwwwwwwwww";
  CHECK(look({up("web01"), load}).faults.empty());
  load.history = "owowowowowowowowowowow";
  const Diagnosis flaps = look({up("web01"), load});
  REQUIRE(flaps.faults.size() == 1);
  CHECK(flaps.faults[0].key == "web01/flapping/load");
  CHECK(flaps.faults[0].flapping);
}

TEST_CASE("the catalogue is complete") {
  const Catalogue all = catalogue({});
  for (const char* type : {"monitor-isolated",
                           "host-down",
                           "host-hung",
                           "segment-down",
                           "site-silent",
                           "power-loss",
                           "hypervisor-down",
                           "no-route",
                           "routing-loop",
                           "filtered",
                           "packet-loss",
                           "high-latency",
                           "mtu-blackhole",
                           "duplicate-ip",
                           "dns-failure",
                           "service-down",
                           "service-hung",
                           "service-error",
                           "dependency-down",
                           "certificate-expiring",
                           "certificate-expired",
                           "certificate-mismatch",
                           "failed-unit",
                           "oom-killed",
                           "timer-stale",
                           "port-unexpected",
                           "auth-failure",
                           "host-key-changed",
                           "host-key-unknown",
                           "ssh-transport",
                           "sudo-denied",
                           "account-expired",
                           "brute-force",
                           "disk-full",
                           "inode-full",
                           "filesystem-read-only",
                           "filesystem-error",
                           "memory-pressure",
                           "overload",
                           "io-saturation",
                           "handles-exhausted",
                           "conntrack-full",
                           "clock-skew",
                           "disk-failing",
                           "raid-degraded",
                           "raid-battery",
                           "memory-ecc",
                           "temperature",
                           "fan",
                           "power-supply",
                           "nic-failing",
                           "ups-on-battery",
                           "reboot-required",
                           "services-need-restart",
                           "security-updates-pending",
                           "package-list-stale",
                           "end-of-life",
                           "warranty-expired",
                           "ssh-weak-settings",
                           "flapping",
                           "unknown",
                           "stale-data",
                           "maintenance"})
    CHECK_MESSAGE(all.find(type) != nullptr, type);
}

TEST_CASE("replies of this machine to itself do not prove that it is connected") {
  round::Self self;
  self.gateway = "10.0.0.254";
  self.gateway_reachable = false;
  const round::Result disk = result("db01", "disk", "/", State::ok);
  CHECK(look({silent("web01"), result("db01", "local", "", State::ok), up("db01"), disk}, self)
            .faults.front()
            .type == "monitor-isolated");
  CHECK(look({silent("web01"), up("db01"), disk}, self).faults.front().type == "host-down");
}

TEST_CASE("what is carried from an earlier round stands, but proves nothing about the host now") {
  const auto carried = [](round::Result one) {
    one.measured = Instant{} - std::chrono::hours{2};
    return one;
  };
  CHECK_FALSE(proves_up(carried(result("web01", "updates", "", State::ok))));
  const round::Result pending =
      carried(result("web01", "updates", "", State::warning, Reason::limit_reached));
  round::Result counted = pending;
  counted.facts = {
      {"security", std::int64_t{3}}, {"pending", std::int64_t{3}}, {"lists_age_s", std::int64_t{60}}};
  const Diagnosis standing = look({up("core"), up("web01"), result("web01", "ssh", "", State::ok), counted});
  REQUIRE(standing.faults.size() == 1);
  CHECK(standing.faults[0].fault_class == "upkeep");
  // Nobody could log in: it speaks neither for the host nor of it.
  const Diagnosis silence = look({up("core"), up("edge"), silent("web01"),
                                  result("web01", "ssh", "", State::critical, Reason::timed_out),
                                  carried(result("web01", "account", "", State::ok)), counted});
  REQUIRE(silence.faults.size() == 1);
  CHECK(silence.faults[0].type == "host-down");
  for (const Symptom& symptom : silence.faults[0].symptoms) CHECK(symptom.check == "ssh");
}

TEST_CASE("a result that was cancelled is that of the round before") {
  round::Round before;
  before.results = {up("core"), silent("edge")};
  round::Round broken_off;
  broken_off.partial = true;
  broken_off.at = Instant{} + std::chrono::minutes{1};
  broken_off.results = {up("core"), result("edge", "icmp", "", State::unknown, Reason::cancelled, false)};
  const std::vector<round::Round> rounds = {broken_off, before};
  const Diagnosis found = diagnose(rounds, office(), catalogue({}), {}, Instant{});
  REQUIRE(found.faults.size() == 1);
  CHECK(found.faults[0].key == "edge/host-down");
  CHECK(found.soft.empty());
}

TEST_CASE("what was measured before a repair does not show that it helped") {
  const Instant repaired = Instant{} + std::chrono::hours{1};
  const std::vector<Place> updates = {{"web01", "updates", ""}};
  round::Round now;
  now.at = repaired + std::chrono::minutes{1};
  now.results = {result("web01", "updates", "", State::ok)};
  CHECK(has_recovered(updates, now, repaired));
  now.results[0].measured = repaired - std::chrono::minutes{1};
  CHECK_FALSE(has_recovered(updates, now, repaired));
  CHECK(has_recovered(updates, now));
}
