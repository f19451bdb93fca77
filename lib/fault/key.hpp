// The key of a fault, by which an incident is found again: "HOST/TYPE" or "HOST/TYPE/OBJECT", as
// "web01/disk-full/%2Fvar". The object is percent-encoded.
#pragma once

#include <string>
#include <string_view>

namespace jaga::fault {

// The type of a fault of which nobody knows what it is.
inline constexpr std::string_view kUnknownType = "unknown";

struct Key {
  std::string host;
  std::string type;
  std::string object;  // "/var", "nginx.service"; empty: the host itself
  std::string text() const;
  bool operator==(const Key&) const = default;
};
// Of any text: of one that names no type it is kUnknownType.
Key parse_key(std::string_view text);

}  // namespace jaga::fault
