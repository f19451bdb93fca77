// vendors.yaml: who repairs under contract or warranty (jaga-vendors(5)).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jaga::inventory {

struct Vendor {
  std::string name;       // as `repair --vendor` and `hardware.warranty.vendor` name them
  std::string address;    // the others may be empty
  std::string contract;   // number and date
  std::string warranty;   // its terms
  std::string telephone;
  bool operator==(const Vendor&) const = default;
};

// Throws Error{config} with file, line and column, also for a name that is there twice.
std::vector<Vendor> parse_vendors(std::string_view bytes, std::string_view file);

}  // namespace jaga::inventory
