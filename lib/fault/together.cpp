#include "fault/together.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "base/text.hpp"
#include "fault/shared.hpp"

namespace jaga::fault {
namespace {

using inventory::Host;
using round::Reason;
using round::Result;
using round::State;

// A problem on the network path, or a refused login.
struct Problem {
  std::string kind;    // kind of problem: "loss", "latency", "mtu", "filtered", "login"
  std::string object;  // for filtered: the port, or "icmp"
  auto operator<=>(const Problem&) const = default;
};

std::optional<Problem> problem_of(const Fault& fault) {
  const std::string& type = fault.type;
  if (type == "packet-loss" || type == "packet-loss-warning") {
    // The host answers everything but echo requests: they are filtered.
    const bool all = round::number(fault.evidence.front(), "loss_percent") == 100;
    return all ? Problem{"filtered", "icmp"} : Problem{"loss", {}};
  }
  if (type == "high-latency") return Problem{"latency", {}};
  if (type == "mtu-blackhole") return Problem{"mtu", {}};
  if (type == "filtered") return Problem{"filtered", fault.object};
  if (type == "auth-failure" || type == "login-incomplete" || type == "login-broken" ||
      type == "ssh-transport")
    return Problem{"login", {}};
  return std::nullopt;
}

// Whether a result of this kind would reveal the problem on this host.
bool would_reveal(const Problem& problem, const Host& host, const Result& result) {
  if (problem.kind == "login")
    return result.check == "ssh" &&
           (result.state == State::ok || result.reason == Reason::auth_failed ||
            result.reason == Reason::auth_partial || result.reason == Reason::exec_failed ||
            result.reason == Reason::lost || result.reason == Reason::handshake_failed);
  if (problem.kind != "filtered" || problem.object == "icmp") return result.check == "icmp";
  return (result.check == "tcp" && result.object == problem.object) ||
         (result.check == "ssh" && std::to_string(host.login.port) == problem.object);
}

// Whether the problem at `above` is large enough to explain the one at `here`, given the few packets
// measured.
bool explains(const Problem& problem, const Result& above, const Result& here) {
  constexpr std::int64_t kPoints = 30;
  constexpr std::int64_t kMicroseconds = 50'000;
  const auto fact = [](const Result& result, const char* name) {
    return round::number(result, name).value_or(0);
  };
  if (problem.kind == "loss") return fact(here, "loss_percent") <= fact(above, "loss_percent") + kPoints;
  if (problem.kind == "latency") return fact(here, "rtt_us") <= 2 * fact(above, "rtt_us") + kMicroseconds;
  return true;
}

// The server of a mount source: "nas1" for "nas1:/export" and "//nas1/share".
std::string server_of(const std::string& source) {
  if (source.starts_with("//")) return source.substr(2, source.find('/', 2) - 2);
  const std::size_t colon = source.rfind(":/");
  return colon == std::string::npos ? std::string() : source.substr(0, colon);
}

// The cause that the deciding result names; empty if it names none.
std::string named_cause(const Fault& fault) {
  const Result& deciding = fault.evidence.front();
  const auto text = [&](const char* name) { return round::text(deciding, name).value_or(""); };
  const std::string subject = text("certificate_subject");
  const std::string issuer = text("certificate_issuer");
  if (fault.type == "certificate-expired" || fault.type == "certificate-expiring") {
    const auto days = round::number(deciding, "certificate_days");
    return subject.empty() || !days ? std::string() : "certificate:" + subject;
  }
  if (fault.type == "certificate-untrusted")
    return issuer.empty() || issuer == subject ? std::string() : "issuer:" + issuer;
  if (fault.type == "mount-silent") {
    const std::string server = server_of(text("source"));
    return server.empty() ? server : "server:" + server;
  }
  if (fault.type == "routing-loop" && !text("router").empty()) return "router:" + text("router");
  return {};
}

void add_evidence(Fault& root, const Fault& fault,
                  std::set<std::tuple<std::string, std::string, std::string>>& seen) {
  for (const Result& result : fault.evidence)
    if (result.state != State::ok && seen.emplace(result.host, result.check, result.object).second)
      root.evidence.push_back(result);
  for (const Symptom& symptom : fault.symptoms)
    if (seen.emplace(symptom.host, symptom.check, symptom.object).second) root.symptoms.push_back(symptom);
}

Explained explained(const Fault& fault, const Fault& root) {
  return {fault.host, fault.object, fault.type, false,
          msg("has the same cause as '{fault}'", {{"fault", root.key}})};
}

Result shared_result(std::string host, std::string object, std::size_t failed, std::size_t members,
                     Sentence summary, Instant since) {
  Result result;
  result.host = std::move(host);
  result.check = "shared";
  result.object = std::move(object);
  result.state = State::critical;
  result.summary = std::move(summary);
  result.since = since;
  result.attempts = round::kConfirmed;
  result.facts = {{"failed", static_cast<std::int64_t>(failed)},
                  {"members", static_cast<std::int64_t>(members)},
                  {"failed_percent", static_cast<std::int64_t>(failed * 100 / members)}};
  return result;
}

std::vector<std::string> hosts_of(const std::vector<Fault>& faults, const std::vector<std::size_t>& places) {
  std::set<std::string> hosts;
  for (const std::size_t at : places) hosts.insert(faults[at].host);
  return {hosts.begin(), hosts.end()};
}

// Something hosts share; a lower rank is closer to the host.
struct Thing {
  std::size_t rank = 0;
  std::string name;
};
constexpr std::size_t kPlace = Ways::kMostAbove + 1;

std::vector<Thing> shared_things(const Problem& problem, const Host& host, const Ways& ways) {
  std::vector<Thing> out;
  const auto add = [&](std::size_t rank, std::string_view kind, const std::string& name) {
    if (!name.empty()) out.push_back({rank, std::string(kind) + name});
  };
  if (problem.kind == "login") {
    // The user's key and agent are on this side: if all hosts refuse them, that is more likely the cause.
    add(0, "user:", host.login.measure);
    add(1, "jump:", host.jump);
    add(2, "site:", host.place.site);
    return out;
  }
  std::size_t near = 0;
  for (const Ways::Index above : ways.above(ways.index(host))) add(++near, "", ways.host(above).name);
  add(0, "hypervisor:", host.place.hypervisor);
  // Rack numbers are unique within a site only.
  if (!host.place.rack.empty())
    add(kPlace, "rack:", (host.place.site.empty() ? "" : host.place.site + "/") + host.place.rack);
  add(kPlace + 1, "site:", host.place.site);
  return out;
}

// A degrading link crosses the limits of hosts at different times; a configuration change affects all at
// once.
std::chrono::minutes window_of(const Problem& problem) {
  return problem.kind == "loss" || problem.kind == "latency" ? 4 * kSimultaneous : kSimultaneous;
}

struct Group {
  std::size_t rank = SIZE_MAX;
  std::string first;  // first member by name
  std::size_t members = 0;
  std::vector<std::size_t> failed;  // indexes of faults
  std::size_t hosts = 0;            // number of failed hosts
};

struct Ranked {
  Share share;
  std::size_t rank = 0;
  SharedProblem shared;
};

void add_groups(const Problem& problem, const std::map<std::string, std::vector<std::size_t>>& failing,
                const std::set<std::string>& not_counted, const Diagnosis& found,
                const inventory::Inventory& inventory, const Results& results, const Ways& ways,
                std::vector<Ranked>& out) {
  Instant newest{};
  for (const auto& [host, places] : failing)
    for (const std::size_t at : places) newest = std::max(newest, found.faults[at].evidence.front().since);
  std::map<std::string, Group> groups;
  for (const auto& [name, places] : failing)
    for (const Thing& thing : shared_things(problem, inventory.at(name), ways)) groups[thing.name];
  for (const Host& host : inventory.hosts) {
    const auto measured = results.find(host.name);
    if (measured == results.end() || not_counted.contains(host.name)) continue;
    const auto failed = failing.find(host.name);
    if (failed == failing.end() &&
        std::none_of(measured->second.begin(), measured->second.end(),
                     [&](const Result* one) { return would_reveal(problem, host, *one); }))
      continue;
    // Began long before the others: unrelated.
    if (failed != failing.end() &&
        found.faults[failed->second.front()].evidence.front().since + window_of(problem) < newest)
      continue;
    for (const Thing& thing : shared_things(problem, host, ways)) {
      const auto at = groups.find(thing.name);
      if (at == groups.end()) continue;
      Group& group = at->second;
      group.rank = std::min(group.rank, thing.rank);
      if (group.members++ == 0) group.first = host.name;
      if (failed == failing.end()) continue;
      ++group.hosts;
      group.failed.insert(group.failed.end(), failed->second.begin(), failed->second.end());
    }
  }
  for (const auto& [name, group] : groups) {
    if (group.hosts < 2) continue;
    const std::string object =
        problem.kind + ":" + name + (problem.object.empty() ? "" : "/" + problem.object);
    const bool is_host = inventory.find(name) != nullptr;
    Ranked& one = out.emplace_back();
    one.share = {group.hosts, group.members};
    one.rank = group.rank;
    one.shared.faults = {group.failed.begin(), group.failed.end()};
    one.shared.result =
        shared_result(is_host ? name : group.first, object, group.hosts, group.members,
                      sentence("{failed} of {members} hosts that share it developed the same problem within "
                               "{minutes} minutes: {hosts}",
                               {{"failed", std::to_string(group.hosts)},
                                {"members", std::to_string(group.members)},
                                {"minutes", std::to_string(window_of(problem).count())},
                                {"hosts", join(hosts_of(found.faults, group.failed), ", ")}}),
                      newest);
  }
}

}  // namespace

void fold_same_cause(Diagnosis& found) {
  std::map<std::tuple<std::string, std::string, std::int64_t>, std::vector<std::size_t>> same;
  for (std::size_t i = 0; i < found.faults.size(); ++i) {
    const Fault& fault = found.faults[i];
    const std::string thing = named_cause(fault);
    if (thing.empty()) continue;
    const bool dated = thing.starts_with("certificate:");
    const std::string issuer =
        dated ? round::text(fault.evidence.front(), "certificate_issuer").value_or("") : "";
    const std::int64_t days =
        dated ? round::number(fault.evidence.front(), "certificate_days").value_or(0) : 0;
    same[{fault.type, thing + "\n" + issuer, days}].push_back(i);
  }
  std::set<std::size_t> gone;
  for (auto& [what, places] : same) {
    if (places.size() < 2) continue;
    std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(found.faults[a].key, a) < std::pair(found.faults[b].key, b);
    });
    Fault& root = found.faults[places.front()];
    const std::string thing = std::get<1>(what).substr(0, std::get<1>(what).find('\n'));
    const std::vector<std::string> hosts = hosts_of(found.faults, places);
    std::set<std::tuple<std::string, std::string, std::string>> seen;
    for (const Result& result : root.evidence) seen.emplace(result.host, result.check, result.object);
    for (std::size_t i = 1; i < places.size(); ++i) {
      const Fault& fault = found.faults[places[i]];
      if (fault.window.empty()) root.window.clear();
      found.explained.push_back(explained(fault, root));
      add_evidence(root, fault, seen);
      gone.insert(places[i]);
    }
    root.evidence.push_back(shared_result(root.host, thing, places.size(), places.size(),
                                          sentence("one cause at {places} places on {count} hosts: {hosts}",
                                                   {{"places", std::to_string(places.size())},
                                                    {"count", std::to_string(hosts.size())},
                                                    {"hosts", join(hosts, ", ")}}),
                                          root.evidence.front().since));
  }
  if (gone.empty()) return;
  std::vector<Fault> left;
  for (std::size_t i = 0; i < found.faults.size(); ++i)
    if (!gone.contains(i)) left.push_back(std::move(found.faults[i]));
  found.faults = std::move(left);
}

void fold_along_paths(Diagnosis& found, const inventory::Inventory& inventory, const Ways& ways) {
  std::vector<Fault>& faults = found.faults;
  std::map<std::pair<Problem, Ways::Index>, std::size_t> affected;
  for (std::size_t i = 0; i < faults.size(); ++i)
    if (const auto problem = problem_of(faults[i]); problem && problem->kind != "login")
      if (const Host* host = inventory.find(faults[i].host); host != nullptr)
        affected.emplace(std::pair(*problem, ways.index(*host)), i);
  if (affected.size() < 2) return;
  std::vector<std::size_t> root(faults.size());
  for (std::size_t i = 0; i < root.size(); ++i) root[i] = i;
  for (const auto& [what, i] : affected) {
    for (const Ways::Index above : ways.above(what.second)) {
      const auto at = affected.find({what.first, above});
      if (at == affected.end()) continue;
      if (!explains(what.first, faults[at->second].evidence.front(), faults[i].evidence.front())) break;
      root[i] = at->second;
      break;
    }
  }
  std::vector<Fault> left;
  std::set<std::tuple<std::size_t, std::string, std::string, std::string>> seen;
  const auto topmost = [&](std::size_t at) {
    while (root[at] != at) at = root[at];  // dependencies have no cycles
    return at;
  };
  for (std::size_t i = 0; i < faults.size(); ++i) {
    if (root[i] == i) continue;
    const std::size_t top = topmost(i);
    found.explained.push_back(explained(faults[i], faults[top]));
    const auto add = [&](const Symptom& symptom) {
      if (seen.emplace(top, symptom.host, symptom.check, symptom.object).second)
        faults[top].symptoms.push_back(symptom);
    };
    for (const Result& result : faults[i].evidence)
      if (result.state != State::ok) add({result.host, result.check, result.object, false});
    for (const Symptom& symptom : std::vector<Symptom>(faults[i].symptoms)) add(symptom);
  }
  for (std::size_t i = 0; i < faults.size(); ++i)
    if (root[i] == i) left.push_back(std::move(faults[i]));
  faults = std::move(left);
}

std::vector<SharedProblem> shared_problems(const Diagnosis& found, const inventory::Inventory& inventory,
                                           const Results& results, const Ways& ways,
                                           const std::set<std::string>& down) {
  std::map<Problem, std::map<std::string, std::vector<std::size_t>>> problems;
  for (std::size_t i = 0; i < found.faults.size(); ++i)
    if (const auto problem = problem_of(found.faults[i]))
      if (results.contains(found.faults[i].host)) problems[*problem][found.faults[i].host].push_back(i);
  std::map<Problem, std::set<std::string>> not_yet;
  for (const Fault& fault : found.soft)
    if (const auto problem = problem_of(fault)) not_yet[*problem].insert(fault.host);
  std::vector<Ranked> ranked;
  for (const auto& [problem, failing] : problems) {
    if (failing.size() < 2) continue;
    std::set<std::string> not_counted = not_yet[problem];
    not_counted.insert(down.begin(), down.end());
    add_groups(problem, failing, not_counted, found, inventory, results, ways, ranked);
  }
  std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    if (is_better_explanation(a.share, b.share)) return true;
    if (is_better_explanation(b.share, a.share)) return false;
    return std::tie(a.rank, a.shared.result.object) < std::tie(b.rank, b.shared.result.object);
  });
  std::vector<SharedProblem> out;
  out.reserve(ranked.size());
  for (Ranked& one : ranked) out.push_back(std::move(one.shared));
  return out;
}

void replace_with_roots(Diagnosis& found, std::vector<Root> roots) {
  std::map<std::size_t, std::size_t> root_of;
  std::vector<std::set<std::tuple<std::string, std::string, std::string>>> seen(roots.size());
  std::vector<bool> in_window(roots.size(), true);
  for (std::size_t n = 0; n < roots.size(); ++n) {
    for (const std::size_t place : roots[n].places) root_of.emplace(place, n);
    for (const Result& result : roots[n].fault.evidence)
      seen[n].emplace(result.host, result.check, result.object);
  }
  std::vector<Fault> left;
  for (std::size_t i = 0; i < found.faults.size(); ++i) {
    Fault& fault = found.faults[i];
    const auto at = root_of.find(i);
    if (at == root_of.end()) {
      left.push_back(std::move(fault));
      continue;
    }
    Fault& root = roots[at->second].fault;
    found.explained.push_back(explained(fault, root));
    add_evidence(root, fault, seen[at->second]);
    in_window[at->second] = in_window[at->second] && !fault.window.empty();
    root.window = in_window[at->second] ? fault.window : std::string();
  }
  for (Root& root : roots) left.push_back(std::move(root.fault));
  found.faults = std::move(left);
}

}  // namespace jaga::fault
