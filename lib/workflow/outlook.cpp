#include "workflow/outlook.hpp"

#include <algorithm>

#include "fault/diagnose.hpp"
#include "inventory/inventory.hpp"
#include "register/register.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"
#include "workflow/history.hpp"
#include "workflow/maintenance.hpp"
#include "workflow/office_rules.hpp"
#include "workflow/rounds.hpp"
#include "workflow/upkeep.hpp"

namespace jaga::workflow {

std::vector<std::string> unpinned_hosts(const Office& office) {
  std::vector<std::string> out;
  for (const inventory::Host& host : office.inventory->hosts)
    if (host.logs_in() && (!office.registered || !office.registered->pins.contains(host.name)))
      out.push_back(host.name);
  return out;
}

bool has_new_faults(const Context& context, std::span<const InboxEntry> open) {
  const LatestRounds latest = latest_rounds(context, [](const store::RoundName&, const Error&) {});
  if (latest.rounds.empty()) return false;
  const OfficeRules rules = office_rules(context);
  const fault::Diagnosis found = fault::diagnose(latest.rounds, *context.inventory, rules.catalogue,
                                                 maintenance_windows(context), context.now());
  return std::any_of(found.faults.begin(), found.faults.end(), [&](const fault::Fault& fault) {
    if (fault.host.empty() || !fault.window.empty() || gathers(fault)) return false;
    if (!opens_incidents(context.sop->policies, fault.severity)) return false;
    const bool known = std::any_of(open.begin(), open.end(), [&](const InboxEntry& entry) {
      return entry.due && entry.fault_key == fault.key;
    });
    return !known && !left_alone(context, fault.host, fault.key, fault.evidence.front().since);
  });
}

bool is_measured(const Context& context) {
  return !recent_rounds(context).empty() || !context.directory->list("summaries").empty();
}

}  // namespace jaga::workflow
