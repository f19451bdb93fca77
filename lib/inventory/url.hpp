// URLs of http checks (RFC 3986, the part of it that HTTP uses). Pure text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jaga::inventory {

struct Url {
  bool tls = false;
  std::string host;  // a name in lower case, IPv4, or IPv6 without brackets
  std::uint16_t port = 80;
  std::string path = "/";  // with the query, as it is sent

  // "example.org", "example.org:8080", "[::1]": as in the Host header, without the usual port.
  std::string authority() const;
  std::string text() const;
  bool operator==(const Url&) const = default;
};

// http://HOST[:PORT][/PATH][?QUERY][#FRAGMENT]; the fragment is dropped. nullopt for everything else: another
// scheme, a user name, a space or control character, more than 2,000 bytes.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);
// What a Location header on an answer from `base` means; it may be relative, hold blanks and other than ASCII in its
// path, and have 16,000 bytes.
std::optional<Url> resolve_url(const Url& base, std::string_view location);

}  // namespace jaga::inventory
