// Private to probe: hosts that are silent, asked by another method than their check's own.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "probe/icmp.hpp"
#include "probe/method.hpp"

namespace jaga::probe {

// A host that does not answer echoes, or may not be asked, may still answer on a port that is known of it.
void try_ports(const std::vector<Item*>& items, const Work& work);
// The other way round, for hosts without a check of echoes.
void try_echo(const std::vector<Item*>& items, const Work& work);

IcmpOptions icmp_options(const Wave& wave);

inline std::int64_t micros(std::chrono::nanoseconds span) {
  return span.count() / 1'000;
}

}  // namespace jaga::probe
