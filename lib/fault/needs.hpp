// Private to fault: services that others need (Host::needs). If one fails, the failures of those that need it are
// symptoms; if no check measures it, their failures together are the evidence that it fails.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "fault/diagnose.hpp"

namespace jaga::fault {

using Results = std::map<std::string, std::vector<const round::Result*>>;  // by host

// Faults of services and logins whose needed service has a fault of its own, or is a symptom of one, become
// symptoms of that root, over chains of any depth. Where the needed one is not confirmed yet, they wait with
// it in `soft`. What is explained so is said.
void fold_needs(Diagnosis& found, const inventory::Inventory& inventory, const std::set<std::string>& down);

// A needed service that has no result of its own, as the result of a check "shared": object "needs:db01" or
// "needs:db01/tcp:5432"; facts failed, members, failed_percent. Its host is the one that is needed.
struct Needed {
  round::Result result;
  std::vector<std::size_t> faults;  // of those that need it, by place in Diagnosis::faults
};
// Ordered by how many failed, then by object.
std::vector<Needed> needed(const Diagnosis& found, const inventory::Inventory& inventory,
                           const Results& results, const std::set<std::string>& down);

// Makes the faults of these places symptoms of `root`, which is put after the others.
void fold_into(Diagnosis& found, const std::vector<std::size_t>& places, Fault root);

}  // namespace jaga::fault
