#include "fault/ways.hpp"

#include <algorithm>

namespace jaga::fault {
namespace {

using inventory::Host;

constexpr std::size_t kMostLooked = 10'000;

template <typename List, typename Item>
bool holds(const List& list, const Item& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

Ways::Ways(const inventory::Inventory& inventory) : inventory_(inventory), nodes_(inventory.hosts.size()) {
  std::vector<bool> is_above(nodes_.size());
  for (Index i = 0; i < nodes_.size(); ++i) {
    const Host& one = inventory.hosts[i];
    for (const std::string& parent : one.parents.any) nodes_[i].any.push_back(index(inventory.at(parent)));
    for (const std::string& parent : one.parents.all) nodes_[i].all.push_back(index(inventory.at(parent)));
    for (const auto* list : {&nodes_[i].any, &nodes_[i].all})
      for (const Index parent : *list) is_above[parent] = true;
  }
  for (Index i = 0; i < nodes_.size(); ++i) {
    const inventory::Place& place = inventory.hosts[i].place;
    for (const std::string* name : {&place.hypervisor, &place.rack, &place.power, &place.site}) {
      const Host* thing = name->empty() ? nullptr : inventory.find(*name);
      if (thing == nullptr) continue;
      const Index above = index(*thing);
      if (above == i || holds(nodes_[i].all, above) || (is_above[i] && leads_to(i, above))) continue;
      nodes_[i].all.push_back(above);
      is_above[above] = true;
    }
  }
  sort_parents_first();
  find_all_above();
}

Ways::Index Ways::index(const Host& host) const {
  return static_cast<Index>(&host - inventory_.hosts.data());
}

const Host& Ways::host(Index index) const {
  return inventory_.hosts[index];
}

// Whether `from` is above `to`. Returns true if that cannot be decided within kMostLooked hosts.
bool Ways::leads_to(Index from, Index to) const {
  std::set<Index> seen;
  std::vector<Index> open{to};
  while (!open.empty()) {
    const Index at = open.back();
    open.pop_back();
    if (at == from || seen.size() > kMostLooked) return true;
    if (!seen.insert(at).second) continue;
    for (const auto* list : {&nodes_[at].any, &nodes_[at].all})
      open.insert(open.end(), list->begin(), list->end());
  }
  return false;
}

// Iterative, because chains can be of any length.
void Ways::sort_parents_first() {
  std::vector<std::size_t> waits_for(nodes_.size());
  std::vector<std::vector<Index>> below(nodes_.size());
  for (Index i = 0; i < nodes_.size(); ++i)
    for (const auto* list : {&nodes_[i].any, &nodes_[i].all})
      for (const Index parent : *list) {
        ++waits_for[i];
        below[parent].push_back(i);
      }
  parents_first_.reserve(nodes_.size());
  for (Index i = 0; i < nodes_.size(); ++i)
    if (waits_for[i] == 0) parents_first_.push_back(i);
  for (std::size_t at = 0; at < parents_first_.size(); ++at)
    for (const Index child : below[parents_first_[at]])
      if (--waits_for[child] == 0) parents_first_.push_back(child);
}

void Ways::find_all_above() {
  above_.resize(nodes_.size());
  for (const Index i : parents_first_) {
    std::vector<Index>& out = above_[i];
    const auto add = [&](Index one) {
      if (out.size() < kMostAbove && !holds(out, one)) out.push_back(one);
    };
    std::vector<Index> nearest = nodes_[i].all;
    if (nodes_[i].any.size() == 1) nearest.push_back(nodes_[i].any.front());
    for (const Index one : nearest) add(one);
    for (const Index one : nearest)
      for (const Index further : above_[one]) add(further);
    // Of alternative parents: what all of them depend on.
    if (nodes_[i].any.size() < 2) continue;
    for (const Index shared : above_[nodes_[i].any.front()])
      if (std::all_of(nodes_[i].any.begin(), nodes_[i].any.end(),
                      [&](Index way) { return way == shared || holds(above_[way], shared); }))
        add(shared);
  }
}

void Ways::settle(const std::set<std::string>& down, const std::vector<bool>& heard) {
  down_.assign(nodes_.size(), false);
  up_.assign(nodes_.size(), true);
  for (const std::string& name : down) down_[index(inventory_.at(name))] = true;
  for (const Index i : parents_first_) up_[i] = !down_[i] && (heard[i] || reachable(i));
}

bool Ways::reachable(Index index) const {
  const Node& node = nodes_[index];
  const auto up = [&](Index parent) { return up_[parent]; };
  return (node.any.empty() || std::any_of(node.any.begin(), node.any.end(), up)) &&
         std::all_of(node.all.begin(), node.all.end(), up);
}

std::set<std::string> Ways::roots_above(const Host& host) const {
  std::set<std::string> roots;
  std::set<Index> seen;
  std::vector<Index> open{index(host)};
  while (!open.empty()) {
    const Node& at = nodes_[open.back()];
    open.pop_back();
    for (const auto* list : {&at.any, &at.all})
      for (const Index parent : *list) {
        if (up_[parent] || !seen.insert(parent).second) continue;
        if (down_[parent] && reachable(parent))
          roots.insert(inventory_.hosts[parent].name);
        else
          open.push_back(parent);
      }
  }
  return roots;
}

std::map<Ways::Index, Ways::Behind> Ways::forwarding(const std::vector<int>& heard,
                                                     const std::vector<int>& silent) const {
  std::map<Index, Behind> out;
  for (Index i = 0; i < nodes_.size(); ++i)
    if (silent[i] != kNever && heard[i] == kNever) out.emplace(i, Behind{});
  if (out.empty()) return out;
  const auto measured = [&](Index i) { return heard[i] != kNever || silent[i] != kNever; };
  std::vector<bool> has_below(nodes_.size());
  for (auto i = parents_first_.rbegin(); i != parents_first_.rend(); ++i)
    if (measured(*i) || has_below[*i])
      for (const auto* list : {&nodes_[*i].any, &nodes_[*i].all})
        for (const Index parent : *list) has_below[parent] = true;
  for (Index i = 0; i < nodes_.size(); ++i) {
    if (!measured(i) || has_below[i]) continue;
    for (const Index one : above_[i]) {
      const auto at = out.find(one);
      if (at == out.end()) continue;
      ++at->second.members;
      if (heard[i] != kNever && heard[i] <= silent[one]) ++at->second.answering;
    }
  }
  std::erase_if(out, [](const auto& one) {
    return one.second.answering == 0 || one.second.answering * 2 < one.second.members;
  });
  return out;
}

}  // namespace jaga::fault
