// Files of hosts.d/ with several hosts, for imports.
#pragma once

#include <span>
#include <string>

#include "inventory/inventory.hpp"

namespace jaga::inventory {

// As host_yaml(), for all of them in this order.
std::string hosts_yaml(std::span<const Host> hosts);

}  // namespace jaga::inventory
