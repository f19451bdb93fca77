// Private to fault: merges faults of several hosts that have one cause, such as a lossy link in front of
// them, a firewall that blocks a port, a certificate installed on several hosts, or a key that all of them
// refuse.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "fault/diagnose.hpp"
#include "fault/needs.hpp"
#include "fault/ways.hpp"

namespace jaga::fault {

// Merges faults that name the same cause into the one with the lowest key, with the evidence of all: one
// certificate (subject, issuer, days left), one untrusted issuer, one file server with hanging mounts, one
// router in a routing loop.
void fold_same_cause(Diagnosis& found);

// Turns loss, latency, lost large packets and filtered ports of a host into symptoms of a host on its path
// with the same problem of at least similar extent.
void fold_along_paths(Diagnosis& found, const inventory::Inventory& inventory, const Ways& ways);

// A remaining problem of that kind, or refused logins, of hosts that share something which is healthy or not
// measured itself. A result of the check "shared" with the object "loss:wan-b", "filtered:fw01/22",
// "latency:site:b" or "login:user:jaga" and the facts failed, members and failed_percent. Result::host is the
// host of that name, otherwise the first member. Hosts with an unconfirmed problem are not counted.
struct SharedProblem {
  round::Result result;
  std::set<std::size_t> faults;  // indexes into Diagnosis::faults
};
// Sorted by is_better_explanation(), then from the narrowest common thing to the widest (for logins from the
// widest), then by object.
std::vector<SharedProblem> shared_problems(const Diagnosis& found, const inventory::Inventory& inventory,
                                           const Results& results, const Ways& ways,
                                           const std::set<std::string>& down);

// A fault that replaces those at the indexes `places` and takes over their evidence.
struct Root {
  std::set<std::size_t> places;
  Fault fault;
};
// Removes the faults in `places` and appends their roots. The sets of indexes must not overlap. A root is in
// a maintenance window if all its faults are.
void replace_with_roots(Diagnosis& found, std::vector<Root> roots);

}  // namespace jaga::fault
