// Upkeep (updates, restarts, expiry) is not an outage: its findings gather in one scheduled incident per type
// of fault and month, whatever the number of hosts.
#pragma once

#include <string>
#include <vector>

#include "fault/diagnose.hpp"
#include "workflow/incidents.hpp"

namespace jaga::workflow {

// In place of the host in such an incident's id and fault key: "upkeep/reboot-required/2026-11".
inline constexpr std::string_view kUpkeep = "upkeep";

// Whether it gathers; what is critical opens an incident of its own.
bool gathers(const fault::Fault& fault);
// Whether the procedure opens incidents for faults of that severity.
bool opens_incidents(const sop::Policies& policies, fault::Severity severity);
bool is_upkeep(const incident::Monitor& monitor);

// All of one type as one fault of this month ("2026-11"), with all their evidence; the plan that each of them
// suggests, none where they differ.
fault::Fault gathered(const std::vector<fault::Fault>& faults, const std::string& month);

// The hosts that an incident's plan is for: its own; of upkeep those of its results and of what was found
// since, as far as the inventory still has them.
std::vector<std::string> planned_hosts(const Office& office, const Incident& incident,
                                       const std::string& root);

}  // namespace jaga::workflow
