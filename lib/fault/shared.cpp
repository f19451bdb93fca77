#include "fault/shared.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.hpp"

namespace jaga::fault {
namespace {

using inventory::Host;

// From the narrowest to the widest; with equal cost the narrower one is more likely.
constexpr std::array<std::string_view, 5> kKinds = {"hypervisor", "power", "switch", "rack", "site"};

std::vector<std::string> things(const Host& host, std::size_t kind) {
  switch (kind) {
    case 0:
      return {host.place.hypervisor};
    case 1:
      return {host.place.power};
    case 2: {
      std::vector<std::string> parents = host.parents.any;
      // With several alternative parents, losing one has no effect.
      if (parents.size() > 1) parents.clear();
      parents.insert(parents.end(), host.parents.all.begin(), host.parents.all.end());
      return parents;
    }
    case 3:
      // Rack numbers are unique within a site only.
      return {host.place.rack.empty() || host.place.site.empty() ? host.place.rack
                                                                 : host.place.site + "/" + host.place.rack};
    default:
      return {host.place.site};
  }
}

}  // namespace

bool is_better_explanation(const Share& a, const Share& b) {
  constexpr std::size_t kContradiction = 2;
  const auto cost = [](const Share& one) { return 1 + kContradiction * (one.members - one.failed); };
  return cost(a) * b.failed < cost(b) * a.failed;
}

std::vector<Shared> shared(const inventory::Inventory& inventory, const std::map<std::string, Instant>& down,
                           const std::set<std::string>& measured) {
  std::map<std::pair<std::size_t, std::string>, std::vector<const Host*>> groups;
  for (const Host& host : inventory.hosts) {
    if (measured.count(host.name) == 0) continue;
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind)
      for (const std::string& thing : things(host, kind))
        if (!thing.empty()) groups[{kind, thing}].push_back(&host);
  }
  struct Ranked {
    std::size_t kind = 0;
    Share share;
    Shared shared;
  };
  std::vector<Ranked> out;
  for (const auto& [of, hosts] : groups) {
    const auto& [kind, name] = of;
    // Measured itself: no inference needed.
    if (measured.count(name) == 1) continue;
    Instant newest{};
    for (const Host* host : hosts)
      if (const auto since = down.find(host->name); since != down.end())
        newest = std::max(newest, since->second);
    std::size_t members = 0;
    Ranked one;
    one.kind = kind;
    for (const Host* host : hosts) {
      const auto since = down.find(host->name);
      if (since != down.end() && since->second + kSimultaneous < newest) continue;
      ++members;
      if (since != down.end()) one.shared.failed.push_back(host->name);
    }
    if (one.shared.failed.empty()) continue;
    const std::size_t failed = one.shared.failed.size();
    one.share = {failed, members};
    round::Result& result = one.shared.result;
    result.host = inventory.find(name) != nullptr ? name : hosts.front()->name;
    result.check = "shared";
    result.object = std::string(kKinds.at(kind)) + ":" + name;
    result.state = round::State::critical;
    result.summary =
        sentence("{failed} of {members} hosts that share it failed within {minutes} minutes: {hosts}",
                 {{"failed", std::to_string(failed)},
                  {"members", std::to_string(members)},
                  {"minutes", std::to_string(kSimultaneous.count())},
                  {"hosts", join(one.shared.failed, ", ")}});
    result.since = newest;
    result.facts = {{"failed", static_cast<std::int64_t>(failed)},
                    {"members", static_cast<std::int64_t>(members)},
                    {"failed_percent", static_cast<std::int64_t>(failed * 100 / members)}};
    out.push_back(std::move(one));
  }
  std::stable_sort(out.begin(), out.end(), [](const Ranked& a, const Ranked& b) {
    if (is_better_explanation(a.share, b.share)) return true;
    if (is_better_explanation(b.share, a.share)) return false;
    return std::tie(a.kind, a.shared.result.object) < std::tie(b.kind, b.shared.result.object);
  });
  std::vector<Shared> ordered;
  ordered.reserve(out.size());
  for (Ranked& one : out) ordered.push_back(std::move(one.shared));
  return ordered;
}

}  // namespace jaga::fault
