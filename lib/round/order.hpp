// The order of the results of a round.
#pragma once

#include <vector>

#include "round/round.hpp"

namespace jaga::round {

// By host, check, object. Of two results that have all of these in common, the same thing measured twice
// (over SSH and here, told by two monitors), the worse one stays: read() takes whatever write() has written.
void put_in_order(std::vector<Result>& results);

}  // namespace jaga::round
