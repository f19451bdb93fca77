// Private to fault: infers failures of infrastructure that is not measured itself (a power feed, a rack's
// switch) from hosts that fail together.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::fault {

// Something that hosts share and the share of them that failed, as a result of the check "shared" with the
// object "power:ups-a", "hypervisor:pve2", "switch:sw2", "rack:R1" or "site:dc1" and the facts failed,
// members and failed_percent. Result::host is the host of that name if the inventory has one, otherwise the
// first member.
struct Shared {
  round::Result result;
  std::vector<std::string> failed;  // host names, sorted
};

// Failures that began within this time of the newest one are considered simultaneous; earlier ones are
// ignored.
inline constexpr std::chrono::minutes kSimultaneous{15};

// Number of failed members (at least one) and of all members measured.
struct Share {
  std::size_t failed = 0;
  std::size_t members = 0;
};
// Whether `a` explains the failures better than `b`. The cost of an explanation is one fault, plus two for
// each member that is up, which contradicts it; compared per failed member. Example: if a whole rack fails
// and one other host of the site, the rack is the better explanation than the site; if both power feeds of a
// site fail, the feeds are better than the site.
bool is_better_explanation(const Share& a, const Share& b);

// `down`: hosts that are down although their parents are up, with the time since. `measured`: all hosts to
// count, including those in `down`. Sorted by is_better_explanation(), then from the narrowest kind to the
// widest, then by name.
std::vector<Shared> shared(const inventory::Inventory& inventory, const std::map<std::string, Instant>& down,
                           const std::set<std::string>& measured);

}  // namespace jaga::fault
