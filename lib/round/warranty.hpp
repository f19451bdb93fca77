// Results that follow from the inventory and the date alone. Pure.
#pragma once

#include <span>

#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::round {

// Adds a result of the check "warranty" for each host with a warranty, judged by the limit warranty_left.
// Facts: days (until it ends in UTC; negative after that), vendor, serial. Confirmed at once, since a date
// cannot change on a retry. Call before follow(), which sorts the results.
void add_warranties(Round& round, std::span<const inventory::Host> hosts);

}  // namespace jaga::round
