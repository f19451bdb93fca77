// Private to fault: what hosts share and nobody measures (a power feed, a rack's switch), inferred from how
// they fail together.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::fault {

// One thing that hosts share, with how many of those measured fail, as the result of a check "shared":
// object "power:ups-a", "hypervisor:pve2", "switch:sw2", "rack:R1" or "site:dc1"; facts failed, members,
// failed_percent. Its host is the host of that name where the inventory has one, else its first member by
// name.
struct Shared {
  round::Result result;
  std::vector<std::string> failed;  // by name
};

// Hosts fail together when they began to within this of each other; who was down long before tells nothing.
inline constexpr std::chrono::minutes kTogether{15};

// `failed` of `members` that share something, at least one.
struct Share {
  std::size_t failed = 0;
  std::size_t members = 0;
};
// Which of two common causes is the better explanation, by what it costs for each that failed: one fault, and
// for each member that is well, which contradicts it, two. Of a rack lost as a whole beside one dead host the
// rack is the cause, not the site, of which nearly all are down; of a site whose two feeds are lost it is the
// feeds.
bool explains_cheaper(const Share& a, const Share& b);

// `down`: the hosts that are down and could be reached, each with since when. `measured`: those that count,
// the down ones too. Ordered by explains_cheaper(), then from the narrowest kind to the widest, then by name.
std::vector<Shared> shared(const inventory::Inventory& inventory, const std::map<std::string, Instant>& down,
                           const std::set<std::string>& measured);

}  // namespace jaga::fault
