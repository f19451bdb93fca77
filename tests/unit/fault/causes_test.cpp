// Random outages of an office with 300 hosts: every detectable cause is found, and hosts that are only
// unreachable are not blamed.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "base/format.hpp"
#include "base/text.hpp"
#include "fault/diagnose.hpp"

using namespace jaga;
using namespace jaga::fault;
using round::Reason;
using round::State;

namespace {

// Two sites of five racks. A rack has a switch (behind an uplink switch that is not measured), a console
// server on another path, and servers on two power feeds; two servers are hypervisors with four virtual
// machines each. One server of each rack is a database that two others need.
constexpr int kSites = 2;
constexpr int kRacks = 5;
constexpr int kServers = 20;
constexpr int kMachines = 4;
const Instant kNow{std::chrono::seconds{1'795'000'000}};

std::string name(const char* kind, int site, int rack = -1, int number = -1) {
  std::string out = formatted("{}{}", kind, site);
  if (rack >= 0) out += formatted("-{}", rack);
  if (number >= 0) out += formatted("-{}", number);
  return out;
}

struct Office {
  inventory::Inventory inventory;
  std::map<std::string, std::set<std::string>> silent;  // by cause: hosts that do not answer
  std::map<std::string, std::string> place;             // object of a shared cause: "rack:dc0/R1"
};

const Office& office() {
  static const Office kOffice = [] {
    Office out;
    std::string hosts = "hosts:\n  - {name: core, address: 10.0.0.1, checks: [icmp]}\n";
    int count = 1;
    const auto add = [&](const std::string& host, const std::string& parent, const std::string& more) {
      hosts += formatted("  - {{name: {}, address: 10.0.{}.{}, parents: {{any: [{}]}}, {}}}\n", host,
                         count / 250, count % 250 + 2, parent, more);
      ++count;
    };
    for (int site = 0; site < kSites; ++site) {
      const std::string uplink = name("up", site);
      add(uplink, "core", formatted("place: {{site: dc{}}}", site));
      for (int rack = 0; rack < kRacks; ++rack) {
        const std::string in = formatted("site: dc{}, rack: R{}", site, rack);
        const std::string cause = formatted("rack:dc{}/R{}", site, rack);
        const std::string sw = name("sw", site, rack);
        const std::string console = name("con", site, rack);
        add(sw, uplink, formatted("place: {{{}}}, checks: [icmp]", in));
        add(console, "core", formatted("place: {{{}}}, checks: [icmp]", in));
        out.silent[cause].insert({sw, console});
        out.silent[uplink].insert(sw);
        out.silent[sw].insert(sw);
        const auto behind = [&](const std::string& host) {
          for (const std::string& above : {cause, uplink, sw, host}) out.silent[above].insert(host);
        };
        for (int number = 0; number < kServers; ++number) {
          const std::string server = name("s", site, rack, number);
          const std::string feed = formatted("feed{}{}", site, number % 2 == 0 ? "a" : "b");
          const std::string db = name("s", site, rack, 2);
          std::string more = formatted("place: {{{}, power: {}}}, checks: [icmp", in, feed);
          if (number == 2) more += ", {tcp: {port: 5432}}";
          if (number == 3 || number == 4) more += formatted(", {{http: {{url: \"http://{}/\"}}}}", server);
          more += "]";
          if (number == 3 || number == 4) more += formatted(", needs: [\"{}/tcp:5432\"]", db);
          add(server, sw, more);
          behind(server);
          out.silent["power:" + feed].insert(server);
          for (int machine = 0; number < 2 && machine < kMachines; ++machine) {
            const std::string vm = formatted("{}v{}", server, machine);
            add(vm, sw, formatted("place: {{hypervisor: {}}}, checks: [icmp]", server));
            behind(vm);
            out.silent["power:" + feed].insert(vm);
            out.silent[server].insert(vm);
          }
        }
      }
    }
    out.inventory = inventory::load({"hosts.yaml", hosts}, {});
    return out;
  }();
  return kOffice;
}

struct Cause {
  enum class Kind { common, host, service } kind = Kind::host;
  std::string name;  // as in Office::silent; for a service its host
};

Cause random_cause(std::mt19937_64& random) {
  const auto below = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
  const int site = below(kSites);
  const int rack = below(kRacks);
  switch (below(7)) {
    case 0:
      return {Cause::Kind::host, name("sw", site, rack)};
    case 1:
      return {Cause::Kind::common, name("up", site)};
    case 2:
      return {Cause::Kind::common, formatted("rack:dc{}/R{}", site, rack)};
    case 3:
      return {Cause::Kind::common, formatted("power:feed{}{}", site, below(2) == 0 ? "a" : "b")};
    case 4:
      return {Cause::Kind::host, name("s", site, rack, below(2))};  // a hypervisor
    case 5: {
      std::string host = name("s", site, rack, below(kServers));
      if ((host.ends_with("-0") || host.ends_with("-1")) && below(2) == 0) host += "v3";
      return {Cause::Kind::host, host};
    }
    default:
      return {Cause::Kind::service, name("s", site, rack, 2)};
  }
}

round::Round measured(const std::set<std::string>& silent, const std::set<std::string>& refused) {
  round::Round round;
  round.at = kNow;
  for (const inventory::Host& host : office().inventory.hosts) {
    const bool down = silent.contains(host.name);
    for (const inventory::Check& check : host.checks) {
      round::Result& result = round.results.emplace_back();
      result.host = host.name;
      result.check = "icmp";
      result.state = down ? State::critical : State::ok;
      result.reason = down ? Reason::timed_out : Reason::none;
      result.since = kNow;
      if (std::holds_alternative<inventory::TcpCheck>(check)) {
        result.check = "tcp";
        result.object = "5432";
        if (!down && refused.contains(host.name)) {
          result.state = State::critical;
          result.reason = Reason::refused;
        }
        if (down) result.phase = "connect";
      } else if (std::holds_alternative<inventory::HttpCheck>(check)) {
        result.check = "http";
        result.object = "http://" + host.name + "/";
        const std::string& db = host.needs.front().host;
        if (!down && (silent.contains(db) || refused.contains(db))) {
          result.state = State::critical;
          result.reason = Reason::bad_status;
        }
        if (down) result.phase = "connect";
      }
    }
  }
  return round;
}

std::vector<std::string> keys(const Diagnosis& found) {
  std::vector<std::string> out;
  for (const Fault& fault : found.faults) out.push_back(fault.key);
  return out;
}

// Whether the fault names the cause; a shared cause is reported at its first host.
bool names(const Fault& fault, const Cause& cause) {
  const std::string shared = cause.name.starts_with("up") ? "switch:" + cause.name : cause.name;
  switch (cause.kind) {
    case Cause::Kind::common:
      return fault.object == shared && !fault.evidence.empty() && fault.evidence.front().check == "shared";
    case Cause::Kind::host:
      return fault.key == cause.name + "/host-down";
    case Cause::Kind::service:
      return fault.key == cause.name + "/service-down/5432";
  }
  return false;
}

// Whether the cause has visible effects that the other causes do not hide.
bool can_be_told(const Cause& cause, const std::vector<Cause>& causes) {
  std::set<std::string> hidden;
  for (const Cause& other : causes) {
    if (other.name == cause.name || other.kind == Cause::Kind::service) continue;
    const auto& silent = office().silent.at(other.name);
    hidden.insert(silent.begin(), silent.end());
  }
  if (cause.kind != Cause::Kind::common) return !hidden.contains(cause.name);
  const auto& own = office().silent.at(cause.name);
  if (cause.name.starts_with("up")) return true;
  // A rack needs its switch and console server, a power feed at least two of its servers.
  if (cause.name.starts_with("rack:"))
    return std::none_of(causes.begin(), causes.end(), [&](const Cause& other) {
      return other.name.starts_with("up") && office().silent.at(other.name).contains(*own.rbegin());
    });
  return std::count_if(own.begin(), own.end(), [&](const std::string& host) {
           return !hidden.contains(host) && host.find('v') == std::string::npos;
         }) >= 2;
}

}  // namespace

TEST_CASE("the inventory of the random outages has 300 hosts") {
  CHECK(office().inventory.hosts.size() == 303);
}

TEST_CASE(
    "300 random outages with one to four causes: each cause is found, and hosts behind it are not blamed") {
  const Catalogue rules = catalogue({});
  std::map<std::string, int> told;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<Cause> causes;
    std::set<std::string> silent;
    std::set<std::string> refused;
    const std::size_t count = 1 + random() % 4;
    while (causes.size() < count) {
      Cause cause = random_cause(random);
      if (std::any_of(causes.begin(), causes.end(), [&](const Cause& one) { return one.name == cause.name; }))
        continue;
      if (cause.kind == Cause::Kind::service)
        refused.insert(cause.name);
      else
        silent.insert(office().silent.at(cause.name).begin(), office().silent.at(cause.name).end());
      causes.push_back(std::move(cause));
    }
    std::string of;
    for (const Cause& cause : causes)
      of += (cause.kind == Cause::Kind::service ? " service " : " ") + cause.name;

    std::vector<round::Round> rounds = {measured(silent, refused)};
    const Diagnosis found = diagnose(rounds, office().inventory, rules, {}, kNow);
    CAPTURE(seed);
    CAPTURE(of);
    CAPTURE(join(keys(found), " "));
    for (const Fault& fault : found.faults) {
      const bool known = std::any_of(causes.begin(), causes.end(), [&](const Cause& cause) {
        // If another cause hides the switch of a rack, only its console server is visible.
        return names(fault, cause) || (cause.name.starts_with("rack:") && !can_be_told(cause, causes) &&
                                       fault.key.starts_with("con") && fault.type == "host-down" &&
                                       office().silent.at(cause.name).contains(fault.host));
      });
      CHECK_MESSAGE(known, fault.key, " is accused");
    }
    for (const Cause& cause : causes) {
      if (!can_be_told(cause, causes)) continue;
      ++told[cause.name.substr(0, 2)];
      const auto named = std::count_if(found.faults.begin(), found.faults.end(),
                                       [&](const Fault& fault) { return names(fault, cause); });
      CHECK_MESSAGE(named == 1, cause.name, " is not named");
    }
    // Every failure is reported as a fault or as a symptom.
    std::set<std::pair<std::string, std::string>> places;
    for (const Fault& fault : found.faults) {
      for (const round::Result& result : fault.evidence) places.emplace(result.host, result.check);
      for (const Symptom& symptom : fault.symptoms) places.emplace(symptom.host, symptom.check);
    }
    for (const round::Result& result : rounds[0].results)
      if (result.state != State::ok) CHECK(places.contains({result.host, result.check}));

    if (seed % 5 != 0) continue;
    std::shuffle(rounds[0].results.begin(), rounds[0].results.end(), random);
    CHECK(keys(diagnose(rounds, office().inventory, rules, {}, kNow)) == keys(found));
  }
  // Each kind of cause was found often enough: switches and servers, uplinks, racks, feeds.
  for (const char* kind : {"sw", "s0", "s1", "up", "ra", "po"}) CHECK_MESSAGE(told[kind] >= 20, kind);
}
