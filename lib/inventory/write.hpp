// Several hosts as a document: a file of hosts.d/ for imports, and an order to the workers of a site.
#pragma once

#include <span>
#include <string>

#include "inventory/inventory.hpp"
#include "yaml/fields.hpp"
#include "yaml/node.hpp"

namespace jaga::inventory {

// As host_yaml(), for all of them in this order.
std::string hosts_yaml(std::span<const Host> hosts);
// The list alone.
yaml::Node hosts_node(std::span<const Host> hosts);
// Reads such a list. What it names must be in it: parents, jump hosts, needs; there are no groups. `source`
// is for messages. Throws Error{source.code}.
Inventory load_hosts(const yaml::Node& list, const yaml::Source& source);

}  // namespace jaga::inventory
