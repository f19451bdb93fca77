// A fork of the register and its merge. Private to register.
#pragma once

#include <vector>

#include "register/register.hpp"
#include "yaml/fields.hpp"

namespace jaga::registry {

// Whether nothing but host records lies between the fork and its heads.
bool only_pins_differ(const record::Chain& chain, const std::vector<Digest>& heads);

// The state after a merge's body. Throws Error{data} where an entry that differs between the heads is not in
// it, or a key that one head retired would come back.
State apply_merge(const std::vector<const State*>& heads, const yaml::Node& body, const yaml::Source& source);

}  // namespace jaga::registry
