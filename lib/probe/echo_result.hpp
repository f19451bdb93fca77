// Private to probe: converts measurements of the ICMP engine to results.
#pragma once

#include <cstdint>
#include <string>

#include "probe/icmp.hpp"
#include "probe/measure.hpp"

namespace jaga::probe {

// Applies the limits of the item's check, which must be an IcmpCheck.
round::Result echo_result(const Item& item, const IcmpResult& echo);

// A reply from another address of the same name, after the first address did not answer.
struct HeardEcho {
  std::string address;
  IcmpResult echo;
  std::int64_t silent = 1;  // number of addresses tried before
};
// A result with the measurements of the address that answered. At least a warning, unless this machine has no
// route to the first address, which does not indicate a fault of the host.
round::Result echo_elsewhere(const Item& item, const IcmpResult& first, const HeardEcho& heard);

}  // namespace jaga::probe
