#include "workflow/upkeep.hpp"

#include <set>

#include "fault/key.hpp"
#include "inventory/inventory.hpp"
#include "workflow/findings.hpp"

namespace jaga::workflow {

bool gathers(const fault::Fault& fault) {
  return fault.fault_class == kUpkeep && fault.severity == fault::Severity::warning && !fault.host.empty();
}

bool opens_incidents(const sop::Policies& policies, fault::Severity severity) {
  return severity != fault::Severity::warning || policies.open_from == sop::Policies::OpenFrom::warning;
}

bool is_upkeep(const incident::Monitor& monitor) {
  return monitor.source == incident::FaultSource::schedule &&
         fault::parse_key(monitor.fault_key).host == kUpkeep;
}

fault::Fault gathered(const std::vector<fault::Fault>& faults, const std::string& month) {
  fault::Fault all = faults.front();
  all.host = kUpkeep;
  all.object = month;
  all.key = fault::Key{all.host, all.type, month}.text();
  all.next_command = {};
  for (std::size_t i = 1; i < faults.size(); ++i) {
    const fault::Fault& one = faults[i];
    all.evidence.insert(all.evidence.end(), one.evidence.begin(), one.evidence.end());
    all.symptoms.insert(all.symptoms.end(), one.symptoms.begin(), one.symptoms.end());
    if (one.plan != all.plan || one.parameters != all.parameters) all.plan.clear();
  }
  return all;
}

std::vector<std::string> planned_hosts(const Office& office, const Incident& incident,
                                       const std::string& root) {
  if (!is_upkeep(incident.state.monitor)) return {root};
  std::set<std::string> names;
  for (const incident::Result& result : incident.state.monitor.results) names.insert(result.host);
  for (const std::string& host : found_hosts(incident)) names.insert(host);
  std::vector<std::string> out;
  for (const std::string& name : names)
    if (office.inventory->find(name) != nullptr) out.push_back(name);
  return out;
}

}  // namespace jaga::workflow
