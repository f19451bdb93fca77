// Private to inventory: services that others need, read and checked.
#pragma once

#include <string>
#include <vector>

#include "inventory/inventory.hpp"
#include "inventory/settings_tree.hpp"

namespace jaga::inventory {

// A list of "HOST" and "HOST/CHECK[:OBJECT]"; may be empty. Throws Error{config}.
std::vector<Need> read_needs(const Leaf& leaf, const std::string& of);

// Throws Error{config} for a need of a host or check that is not there, and for a circle, naming it.
void check_needs(const Inventory& inventory);

}  // namespace jaga::inventory
