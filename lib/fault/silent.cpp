#include "fault/silent.hpp"

#include <algorithm>
#include <map>

#include "fault/catalogue.hpp"

namespace jaga::fault {
namespace {

using inventory::Host;
using round::Reason;
using round::Result;

bool is_silent(const std::vector<const Result*>& results) {
  bool any = false;
  for (const Result* result : results) {
    if (result->measured || is_from_inventory(*result)) continue;
    if (result->reason != Reason::site_silent) return false;
    any = true;
  }
  return any;
}

}  // namespace

std::vector<SilentSite> silent_sites(const inventory::Inventory& inventory, const Results& results) {
  std::map<std::string, std::vector<const Host*>> sites;
  for (const Host& host : inventory.hosts)
    if (results.contains(host.name) && !host.place.site.empty() && !host.has_check("local"))
      sites[host.place.site].push_back(&host);
  std::vector<SilentSite> out;
  for (const auto& [site, hosts] : sites) {
    if (!std::all_of(hosts.begin(), hosts.end(),
                     [&](const Host* host) { return is_silent(results.at(host->name)); }))
      continue;
    SilentSite& one = out.emplace_back();
    for (const Host* host : hosts) {
      one.hosts.push_back(host->name);
      const std::size_t before = one.evidence.size();
      for (const Result* result : results.at(host->name)) {
        if (result->reason != Reason::site_silent) continue;
        if (one.evidence.size() == before)
          one.evidence.push_back(result);
        else
          one.symptoms.push_back({host->name, result->check, result->object, true});
      }
    }
    Result& inferred = one.result;
    inferred.host = hosts.front()->name;
    inferred.check = "shared";
    inferred.object = "site:" + site;
    inferred.reason = Reason::site_silent;
    inferred.summary = sentence("no worker of the site answered; hosts not measured: {count}",
                                {{"count", std::to_string(hosts.size())}});
    inferred.since = one.evidence.front()->since;
    for (const Result* result : one.evidence) inferred.since = std::min(inferred.since, result->since);
    inferred.attempts = round::kConfirmed;
    const auto count = static_cast<std::int64_t>(hosts.size());
    inferred.facts = {{"failed", count}, {"members", count}};
  }
  return out;
}

}  // namespace jaga::fault
