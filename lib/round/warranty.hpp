// Results that follow from the inventory alone at the time of a round. Pure.
#pragma once

#include <span>

#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::round {

// A result of the check "warranty" for each host whose hardware has one: facts days (until it ends, at UTC;
// negative once it has), vendor, serial; against the limit warranty_left. A date needs no second look: it is
// confirmed at once. follow() sorts them in.
void add_warranties(Round& round, std::span<const inventory::Host> hosts);

}  // namespace jaga::round
