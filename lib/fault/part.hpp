// Private to fault: the spare part that a fault needs.
#pragma once

#include <string>
#include <vector>

#include "fault/catalogue.hpp"
#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::fault {

// Completes the rule's part with model, serial number and slot of the old part and of the machine, for the
// request to the vendor. `deciding`: the result that the fault is based on. `results`: all results of the
// host; may be null.
Title part_of(const Rule& rule, const inventory::Host& host, const std::string& object,
              const round::Result& deciding, const std::vector<const round::Result*>* results);

}  // namespace jaga::fault
