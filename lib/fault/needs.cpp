#include "fault/needs.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "fault/shared.hpp"

namespace jaga::fault {
namespace {

using inventory::Host;
using inventory::Need;
using round::Result;
using round::State;

using Spot =
    std::pair<std::string, std::string>;  // host and check; an empty check stands for the host being up

std::string name_of(const std::string& check, const std::string& object) {
  return check + (object.empty() ? "" : ":" + object);
}

// Whether a missing service can cause this fault: other services or logins fail. It cannot take a host down,
// fill a disk or change a host key.
bool follows(const Fault& fault) {
  if (fault.type == "host-key-changed" || fault.type == "host-key-unknown") return false;
  return fault.fault_class == "service" || fault.fault_class == "access" || fault.type == "host-hung";
}

bool is_about(const Need& need, const Fault& fault) {
  return need.of.empty() || std::any_of(fault.evidence.begin(), fault.evidence.end(), [&](const Result& one) {
           return one.host == fault.host && one.state != State::ok &&
                  name_of(one.check, one.object) == need.of;
         });
}

// Maps each failing check to the fault that has it as evidence, or otherwise as a symptom.
std::map<Spot, std::size_t> by_place(const std::vector<Fault>& faults, const std::set<std::string>& down) {
  std::map<Spot, std::size_t> out;
  const auto add = [&](const std::string& host, const std::string& check, std::size_t at) {
    out.emplace(Spot{host, check}, at);
    if (down.contains(host)) out.emplace(Spot{host, ""}, at);
  };
  for (std::size_t i = 0; i < faults.size(); ++i)
    for (const Result& result : faults[i].evidence)
      if (result.state != State::ok) add(result.host, name_of(result.check, result.object), i);
  for (std::size_t i = 0; i < faults.size(); ++i)
    for (const Symptom& symptom : faults[i].symptoms)
      add(symptom.host, name_of(symptom.check, symptom.object), i);
  return out;
}

std::optional<std::size_t> find(const std::map<Spot, std::size_t>& places, const Need& need) {
  auto at = places.find({need.host, need.check});
  if (at == places.end()) at = places.find({need.host, ""});
  if (at == places.end()) return std::nullopt;
  return at->second;
}

void add_as_symptoms(Fault& root, const Fault& fault) {
  const auto add = [&](const Symptom& symptom) {
    if (std::find(root.symptoms.begin(), root.symptoms.end(), symptom) == root.symptoms.end())
      root.symptoms.push_back(symptom);
  };
  for (const Result& result : fault.evidence)
    if (result.state != State::ok) add({result.host, result.check, result.object, false});
  for (const Symptom& symptom : fault.symptoms) add(symptom);
}

Explained explained(const Fault& fault, const std::string& needed) {
  return {fault.host, fault.object, fault.type, false,
          msg("needs '{needed}', which fails", {{"needed", needed}})};
}

}  // namespace

void fold_needs(Diagnosis& found, const inventory::Inventory& inventory, const std::set<std::string>& down) {
  std::vector<Fault>& faults = found.faults;
  const auto hard = by_place(faults, down);
  const auto soft = by_place(found.soft, {});
  std::vector<std::optional<std::size_t>> because(faults.size());
  std::vector<bool> waits(faults.size());
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const Host* host = inventory.find(faults[i].host);
    if (host == nullptr || !follows(faults[i])) continue;
    for (const Need& need : host->needs) {
      if (!is_about(need, faults[i])) continue;
      const auto root = find(hard, need);
      if (root && *root != i) {
        because[i] = *root;
        found.explained.push_back(explained(faults[i], faults[*root].key));
        break;
      }
      if (const auto not_yet = find(soft, need)) {
        waits[i] = true;
        found.explained.push_back(explained(faults[i], found.soft[*not_yet].key));
      }
    }
  }
  const auto root_of = [&](std::size_t at) {
    for (std::size_t steps = 0; because[at]; ++steps) {
      // Services that need each other can fail together: a cycle has no root.
      if (steps > faults.size()) return at;
      at = *because[at];
    }
    return at;
  };
  std::vector<std::size_t> roots(faults.size());
  for (std::size_t i = 0; i < faults.size(); ++i) {
    roots[i] = root_of(i);
    if (because[roots[i]]) roots[i] = i;
  }
  std::vector<Fault> left;
  for (std::size_t i = 0; i < faults.size(); ++i)
    if (roots[i] != i) add_as_symptoms(faults[roots[i]], faults[i]);
  for (std::size_t i = 0; i < faults.size(); ++i) {
    if (roots[i] != i) continue;
    (waits[i] ? found.soft : left).push_back(std::move(faults[i]));
  }
  faults = std::move(left);
}

std::vector<UnmeasuredNeed> unmeasured_needs(const Diagnosis& found, const inventory::Inventory& inventory,
                                             const Results& results, const std::set<std::string>& down) {
  struct Users {
    std::vector<std::string> all;
    std::map<std::string, std::vector<std::size_t>> failed;  // by host, indexes of faults
  };
  std::map<std::string, std::vector<std::size_t>> faults_of;
  for (std::size_t i = 0; i < found.faults.size(); ++i)
    if (follows(found.faults[i])) faults_of[found.faults[i].host].push_back(i);
  std::map<Spot, bool> measured;
  const auto is_measured = [&](const Need& need) {
    const auto known = measured.find({need.host, need.check});
    if (known != measured.end()) return known->second;
    const auto here = results.find(need.host);
    const bool is =
        here != results.end() &&
        (need.check.empty() || std::any_of(here->second.begin(), here->second.end(), [&](const Result* one) {
           return name_of(one->check, one->object) == need.check;
         }));
    measured[{need.host, need.check}] = is;
    return is;
  };
  std::map<Spot, Users> users;
  for (const Host& host : inventory.hosts) {
    if (host.needs.empty() || !results.contains(host.name) || down.contains(host.name)) continue;
    for (const Need& need : host.needs) {
      if (is_measured(need)) continue;
      Users& of = users[{need.host, need.check}];
      if (of.all.empty() || of.all.back() != host.name) of.all.push_back(host.name);
      for (const std::size_t at : faults_of[host.name])
        if (is_about(need, found.faults[at])) of.failed[host.name].push_back(at);
    }
  }
  std::vector<UnmeasuredNeed> out;
  for (const auto& [place, of] : users) {
    if (of.failed.empty()) continue;
    Instant newest{};
    for (const auto& [host, places] : of.failed)
      for (const std::size_t at : places) newest = std::max(newest, found.faults[at].evidence.front().since);
    UnmeasuredNeed one;
    std::size_t members = of.all.size();
    std::vector<std::string> failed;
    for (const auto& [host, places] : of.failed) {
      std::vector<std::size_t> together;
      for (const std::size_t at : places)
        if (found.faults[at].evidence.front().since + kSimultaneous >= newest) together.push_back(at);
      if (together.empty()) {
        --members;
        continue;
      }
      failed.push_back(host);
      one.faults.insert(one.faults.end(), together.begin(), together.end());
    }
    std::sort(one.faults.begin(), one.faults.end());
    one.faults.erase(std::unique(one.faults.begin(), one.faults.end()), one.faults.end());
    Result& result = one.result;
    result.host = place.first;
    result.check = "shared";
    result.object = "needs:" + place.first + (place.second.empty() ? "" : "/" + place.second);
    result.state = State::critical;
    result.summary =
        sentence("{failed} of {members} hosts that need it failed within {minutes} minutes: {hosts}",
                 {{"failed", std::to_string(failed.size())},
                  {"members", std::to_string(members)},
                  {"minutes", std::to_string(kSimultaneous.count())},
                  {"hosts", join(failed, ", ")}});
    result.since = newest;
    result.facts = {{"failed", static_cast<std::int64_t>(failed.size())},
                    {"members", static_cast<std::int64_t>(members)},
                    {"failed_percent", static_cast<std::int64_t>(failed.size() * 100 / members)}};
    out.push_back(std::move(one));
  }
  std::stable_sort(out.begin(), out.end(), [](const UnmeasuredNeed& a, const UnmeasuredNeed& b) {
    if (a.faults.size() != b.faults.size()) return a.faults.size() > b.faults.size();
    return a.result.object < b.result.object;
  });
  return out;
}

void fold_into(Diagnosis& found, const std::vector<std::size_t>& places, Fault root) {
  std::vector<Fault> left;
  for (std::size_t i = 0; i < found.faults.size(); ++i) {
    if (std::find(places.begin(), places.end(), i) == places.end()) {
      left.push_back(std::move(found.faults[i]));
      continue;
    }
    add_as_symptoms(root, found.faults[i]);
    found.explained.push_back(explained(found.faults[i], root.key));
  }
  left.push_back(std::move(root));
  found.faults = std::move(left);
}

}  // namespace jaga::fault
