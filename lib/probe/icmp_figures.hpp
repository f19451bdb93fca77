// Private to probe: what the round trips of one target come to.
#pragma once

#include <cstdint>
#include <vector>

#include "probe/icmp.hpp"

namespace jaga::probe {

// Puts min, mean, median, p95 (nearest rank), max and jitter of `trips`, nanoseconds in the order of the
// requests, into `result`; nothing where there are none. Sorts `trips`.
void put_figures(std::vector<std::int64_t>& trips, IcmpResult& result);

}  // namespace jaga::probe
