// Private to probe: the result of the echo requests to a host.
#pragma once

#include <cstdint>
#include <string>

#include "probe/icmp.hpp"
#include "probe/measure.hpp"

namespace jaga::probe {

// By the limits of the item's check, which is one of icmp.
round::Result echo_result(const Item& item, const IcmpResult& echo);

// Another address of the name of a host that is silent at its first one.
struct HeardEcho {
  std::string address;
  IcmpResult echo;
  std::int64_t silent = 1;  // so many addresses before it
};
// The numbers are those of the address that answers; a warning at least. Where this machine has no way to the
// other one, that says nothing of the host.
round::Result echo_elsewhere(const Item& item, const IcmpResult& first, const HeardEcho& heard);

}  // namespace jaga::probe
