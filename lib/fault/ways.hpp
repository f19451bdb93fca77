// Private to fault: what each host depends on to be reachable: its parents, and the hypervisor, rack, power
// feed and site in its `place` that are hosts of the inventory.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "inventory/inventory.hpp"

namespace jaga::fault {

// Identifies hosts by their index in Inventory::hosts. Refers to the inventory, which must outlive it.
class Ways {
 public:
  using Index = std::uint32_t;

  // Ignores entries of `place` that would create a cycle, such as a hypervisor reached through its own guest.
  explicit Ways(const inventory::Inventory& inventory);

  Index index(const inventory::Host& host) const;
  const inventory::Host& host(Index index) const;

  // Hosts that must be up for this one to be reachable, nearest first, without duplicates; at most
  // kMostAbove.
  const std::vector<Index>& above(Index index) const { return above_[index]; }
  static constexpr std::size_t kMostAbove = 64;

  // Determines which hosts are up. `down`: all hosts that are down. `heard`: by index, whether the host
  // answered. Must be called before is_up() and reachable().
  void settle(const std::set<std::string>& down, const std::vector<bool>& heard);
  bool is_up(Index index) const { return up_[index]; }
  // Whether everything this host depends on is up, regardless of its own results.
  bool reachable(Index index) const;
  bool reachable(const inventory::Host& host) const { return reachable(index(host)); }
  // The nearest hosts above this one that are down while reachable themselves, on all paths.
  std::set<std::string> roots_above(const inventory::Host& host) const;

  // Hosts that are reached only through a host and have no hosts behind them: how many of them answer.
  struct Behind {
    std::size_t answering = 0;
    std::size_t members = 0;  // measured ones
  };
  static constexpr int kNever = -1;
  // Silent hosts through which at least half of those behind them answer; a few might answer over another
  // path, or have been moved. `heard` and `silent`: by index, the round (0 is the newest) in which the host
  // answered or was silent, or kNever. An answer in a round older than the silence is ignored.
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
