// The name of a check in records: "CHECK:OBJECT", such as "disk:/var", or "CHECK" if it has no object
// ("icmp").
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
// Inverse of check_name(): splits at the first colon, since the name of a check contains none.
CheckName parse_check_name(std::string_view text);

}  // namespace jaga::round
