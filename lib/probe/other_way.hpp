// Private to probe: tries silent hosts by another method than that of their check.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "probe/icmp.hpp"
#include "probe/method.hpp"

namespace jaga::probe {

// For icmp checks without a reply or permission: tries the TCP ports that the inventory knows of the host.
void try_ports(const std::vector<Item*>& items, const Work& work);
// For tcp and ssh checks: sends an echo request, unless the host has an icmp check in this round.
void try_echo(const std::vector<Item*>& items, const Work& work);

IcmpOptions icmp_options(const Wave& wave);

inline std::int64_t micros(std::chrono::nanoseconds span) {
  return span.count() / 1'000;
}

}  // namespace jaga::probe
