// Private to fault: the spare part that a fault needs.
#pragma once

#include <string>
#include <vector>

#include "fault/catalogue.hpp"
#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::fault {

// The rule's part with what is known of the old one and of the machine that it is in, so that a letter to the
// vendor can name both. `deciding`: the result that the rule rests on; `results`: all of the host, or
// nullptr.
Title part_of(const Rule& rule, const inventory::Host& host, const std::string& object,
              const round::Result& deciding, const std::vector<const round::Result*>* results);

}  // namespace jaga::fault
