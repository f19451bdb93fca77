// Names to numeric addresses by the system's resolver.
#pragma once

#include <string>
#include <vector>

namespace jaga::probe {

struct Resolved {
  std::string address;     // numeric, with %scope where it has one; empty: failed
  std::string error_text;  // of getaddrinfo(3)
};

// An IPv4 or IPv6 address, with or without %scope: nothing to look up.
bool is_numeric(const std::string& name);

// In the order of the names; numeric addresses come back as they are. At most 16 at a time.
std::vector<Resolved> resolve(const std::vector<std::string>& names);

}  // namespace jaga::probe
