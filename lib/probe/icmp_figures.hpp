// Private to probe: statistics over the round trips of one target.
#pragma once

#include <cstdint>
#include <vector>

#include "probe/icmp.hpp"

namespace jaga::probe {

// Sets min, mean, median, p95 (nearest rank), max and jitter of `result`, unless `trips` is empty. `trips`:
// nanoseconds, in order of the requests; sorted by this function.
void put_figures(std::vector<std::int64_t>& trips, IcmpResult& result);

}  // namespace jaga::probe
