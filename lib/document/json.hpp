// JSON that is printed: values whose keys stay in the order in which they were set.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "yaml/node.hpp"

namespace jaga {

using Json = nlohmann::ordered_json;

namespace document {

// A record, or a part of one, as it is: integers and booleans as such, whatever else is a scalar as a string.
Json json_of(const yaml::Node& node);

// JSON (RFC 8259) in one line without its end, a blank behind every comma and colon. In strings and keys LF,
// TAB, quotes and backslashes have their short escapes, other control characters \u00XX; one that is not
// UTF-8 is sanitized.
std::string json_line(const Json& value);

}  // namespace document
}  // namespace jaga
