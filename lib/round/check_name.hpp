// How records name a check: "disk:/var", or "icmp" where it is about no object of the host.
#pragma once

#include <string>
#include <string_view>

namespace jaga::round {

struct CheckName {
  std::string check;
  std::string object;
  bool operator==(const CheckName&) const = default;
};

std::string check_name(std::string_view check, std::string_view object);
// The exact reverse: an object may hold further colons, a kind of check holds none.
CheckName parse_check_name(std::string_view text);

}  // namespace jaga::round
