// Private to fault: faults of several hosts that are one: what is lost on a link is lost for all behind it,
// one firewall drops a port for all, one certificate lies on many hosts, one key is refused by all of them.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "fault/diagnose.hpp"
#include "fault/needs.hpp"
#include "fault/ways.hpp"

namespace jaga::fault {

// Faults that name the same thing as their cause become the first one by key, with the evidence of all: one
// certificate (subject, issuer, days left), one issuer that is not trusted, one file server whose mounts
// hang, one router that sends packets in a circle.
void fold_same(Diagnosis& found);

// Loss, latency, lost large packets and filtered ports of a host become symptoms where something that it is
// reached through suffers the same, and as much of it.
void fold_on_the_way(Diagnosis& found, const inventory::Inventory& inventory, const Ways& ways);

// What is left of them, and refused logins, as one result of a check "shared" for what the hosts have in
// common and is well itself or not measured: object "loss:wan-b", "filtered:fw01/22", "latency:site:b",
// "login:user:jaga"; facts failed, members, failed_percent. Its host is the one of that name, else the first
// by name of those that share it. Not confirmed ones count on neither side.
struct Together {
  round::Result result;
  std::set<std::size_t> faults;  // by place in Diagnosis::faults
};
// By explains_cheaper(), then from the narrowest thing to the widest (of logins: from the widest), then by
// object.
std::vector<Together> together(const Diagnosis& found, const inventory::Inventory& inventory,
                               const Results& results, const Ways& ways, const std::set<std::string>& down);

// A fault that takes the place of those in `places`, with their evidence.
struct Root {
  std::set<std::size_t> places;
  Fault fault;
};
// Puts each root after the faults that are left; no two have a place in common. One lies in a maintenance
// window where all of its places do.
void take_their_place(Diagnosis& found, std::vector<Root> roots);

}  // namespace jaga::fault
