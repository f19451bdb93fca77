// Private to fault: ports that refuse connections because their unit has failed.
#pragma once

#include <utility>
#include <vector>

#include "fault/diagnose.hpp"

namespace jaga::fault {

// Merges faults of one host; the flag tells whether a fault is confirmed. A refused port becomes evidence for
// the fault of its unit, and its type a candidate there. The unit is the one that the tcp check names;
// otherwise the only failed service or socket unit of the host, if both failures began within kSimultaneous.
// The latter is noted in speaks_against. The SSH port is excluded, because units are unknown without a login.
void fold_into_units(const inventory::Host& host, std::vector<std::pair<Fault, bool>>& found);

}  // namespace jaga::fault
