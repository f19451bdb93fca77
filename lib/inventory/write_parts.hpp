// Private to inventory: writes settings into a map; defaults are left out.
#pragma once

#include <chrono>
#include <string>

#include "yaml/node.hpp"

namespace jaga::inventory {

// Sets `key` where the map has anything.
void set_map(yaml::Node& into, const char* key, yaml::Node map);
void set_text(yaml::Node& into, const char* key, const std::string& value, const std::string& usual = {});
void set_span(yaml::Node& into, const char* key, std::chrono::milliseconds value,
              std::chrono::milliseconds usual);

}  // namespace jaga::inventory
