// How an office reaches its NATS server, the hub, as jaga tells it to jaga-fleet: a part of each file that it
// is given (fleet/exchange.hpp, fleet/examination.hpp).
#pragma once

#include <string>
#include <vector>

#include "yaml/fields.hpp"
#include "yaml/node.hpp"

namespace jaga::fleet {

struct Hub {
  std::vector<std::string> servers;  // of NATS: "tls://HOST:PORT"
  std::string ca;                    // file; empty: the system's
  std::string seed;                  // file with the office's key for NATS; made where it is missing
  std::string name;                  // of the office, as the server lists it
};

// As keys of their own.
void add_hub(yaml::Node& to, const Hub& hub);
// Throws what Fields throws.
Hub read_hub(yaml::Fields& fields);

}  // namespace jaga::fleet
