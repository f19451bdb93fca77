// The order of the results of a round.
#pragma once

#include <string>
#include <vector>

#include "round/round.hpp"

namespace jaga::round {

// Sorts by host, check and object. Keeps only the worst of several results with the same key (one thing
// measured over SSH and locally, or reported by two monitors), because read() rejects duplicates.
void put_in_order(std::vector<Result>& results);

// As write(), of a round whose results are in order, as follow() leaves them: it is not copied for that.
std::string write_in_order(const Round& round);

}  // namespace jaga::round
