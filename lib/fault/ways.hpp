// Private to fault: what leads to a host and what it cannot be without: its parents, and what `place` puts it
// on or into, where that is a host of the inventory itself.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "inventory/inventory.hpp"

namespace jaga::fault {

// Hosts are named by their place in Inventory::hosts. Keeps a reference to the inventory.
class Ways {
 public:
  using Index = std::uint32_t;

  // What `place` names is left out where it would close a circle: a hypervisor that is reached through one of
  // its own machines.
  explicit Ways(const inventory::Inventory& inventory);

  Index index(const inventory::Host& host) const;
  const inventory::Host& host(Index index) const;

  // All that must be up for this one to be reached, the nearest first, each once; at most kMostAbove.
  const std::vector<Index>& above(Index index) const { return above_[index]; }
  static constexpr std::size_t kMostAbove = 64;

  // Computes, once all hosts that are down are known, which are up. `heard`: by index, the hosts that answered.
  void settle(const std::set<std::string>& down, const std::vector<bool>& heard);
  bool is_up(Index index) const { return up_[index]; }
  // Through what leads to it, whatever it says itself.
  bool reachable(Index index) const;
  bool reachable(const inventory::Host& host) const { return reachable(index(host)); }
  // The hosts that are down, can be reached themselves, and stand between us and this one.
  std::set<std::string> roots_above(const inventory::Host& host) const;

  // How many of the hosts that are reached only through it, and that nothing is reached through, answer.
  struct Behind {
    std::size_t answering = 0;
    std::size_t members = 0;  // that were measured
  };
  static constexpr int kNever = -1;
  // Of each silent host that at least half of what lies behind it answers through: one of many may have
  // another way by now, or have been moved. By index: in which round (0 the newest) a host was heard, or
  // silent, or kNever. An answer of an older round than the silence proves nothing.
  std::map<Index, Behind> forwarding(const std::vector<int>& heard, const std::vector<int>& silent) const;

 private:
  struct Node {
    std::vector<Index> any;
    std::vector<Index> all;
  };
  bool leads_to(Index from, Index to) const;
  void sort_parents_first();
  void find_all_above();

  const inventory::Inventory& inventory_;
  std::vector<Node> nodes_;
  std::vector<Index> parents_first_;
  std::vector<std::vector<Index>> above_;
  std::vector<bool> down_;
  std::vector<bool> up_;
};

}  // namespace jaga::fault
