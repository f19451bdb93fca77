// Private to inventory: settings as leaves under paths ("checks/tcp:5432/timeout"), so that layers (defaults,
// groups, host) merge field by field.
#pragma once

#include <map>
#include <string>

#include "inventory/inventory.hpp"
#include "yaml/fields.hpp"
#include "yaml/node.hpp"

namespace jaga::inventory {

struct Leaf {
  yaml::Node value;  // of a check's own path: plain "on" or "off"
  yaml::Mark mark;
  const yaml::Source* source = nullptr;
};
using Layer = std::map<std::string, Leaf>;

// The settings of one map of hosts.yaml but name, address and groups; `source` must outlive the layer. Throws
// Error{config} for unknown settings and invalid values.
Layer read_layer(const yaml::Node& map, const yaml::Source& source);

// Puts a whole layer into a host; checks are replaced.
void apply_layer(const Layer& layer, Host& host);

Thresholds read_thresholds(const yaml::Node& map, const yaml::Source& source);

}  // namespace jaga::inventory
