// Private to fault: services that other hosts depend on (Host::needs). If such a service fails, failures of
// its dependants are symptoms. If no check measures it, their simultaneous failure is evidence that it has
// failed.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "fault/diagnose.hpp"

namespace jaga::fault {

using Results =
    std::map<std::string, std::vector<const round::Result*>>;  // by host, sorted by check and object

// Turns faults of services and logins into symptoms of the fault of a service they need, following chains of
// any length. If that fault is not confirmed yet, they are moved to `soft`. Adds an entry to `explained` for
// each.
void fold_needs(Diagnosis& found, const inventory::Inventory& inventory, const std::set<std::string>& down);

// A needed service without a result of its own, as a result of the check "shared" with the object
// "needs:HOST" or "needs:HOST/CHECK:OBJECT" ("needs:db01/tcp:5432") and the facts failed, members and
// failed_percent. Result::host is the needed host.
struct UnmeasuredNeed {
  round::Result result;
  std::vector<std::size_t> faults;  // faults of the dependants, as indexes into Diagnosis::faults
};
// Sorted by number of faults, descending, then by object.
std::vector<UnmeasuredNeed> unmeasured_needs(const Diagnosis& found, const inventory::Inventory& inventory,
                                             const Results& results, const std::set<std::string>& down);

// Replaces the faults at these indexes by `root`, with their results as its symptoms.
void fold_into(Diagnosis& found, const std::vector<std::size_t>& places, Fault root);

}  // namespace jaga::fault
