// Private to fault: ports that are refused because the unit that serves them has failed.
#pragma once

#include <utility>
#include <vector>

#include "fault/diagnose.hpp"

namespace jaga::fault {

// The faults of one host, each with whether it is confirmed. A refused port becomes evidence of the fault of
// the unit that serves it, its type a candidate there: of the unit that its check names; or, where its check
// names none, of the one failed service or socket unit of the host, if both began to fail within kTogether.
// The latter is noted in speaks_against. The SSH port itself is excluded: without a login no unit is
// known.
void fold_into_units(const inventory::Host& host, std::vector<std::pair<Fault, bool>>& found);

}  // namespace jaga::fault
