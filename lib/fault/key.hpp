// The key of a fault, by which its incident is found: "HOST/TYPE" or "HOST/TYPE/OBJECT", such as
// "web01/disk-full/%2Fvar". The object is percent-encoded (RFC 3986, section 2.1).
#pragma once

#include <string>
#include <string_view>

namespace jaga::fault {

// The type of a fault that no rule describes.
inline constexpr std::string_view kUnknownType = "unknown";

struct Key {
  std::string host;
  std::string type;
  std::string object;  // "/var", "nginx.service"; empty: the whole host
  std::string text() const;
  bool operator==(const Key&) const = default;
};
// Inverse of Key::text(). Accepts any text; without a type, the type is kUnknownType.
Key parse_key(std::string_view text);

}  // namespace jaga::fault
