#include "inventory/url.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "inventory/inventory.hpp"

namespace jaga::inventory {
namespace {

constexpr std::size_t kMostUrl = 2'000;
constexpr std::size_t kMostLocation = 16'000;  // of those who sign users in

bool is_clean(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// A Location as servers write it: blanks and other than ASCII stand percent-encoded, as browsers ask for it
// (WHATWG URL).
std::string encoded(std::string_view location) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : location) {
    const auto byte = static_cast<unsigned char>(c);
    if (c != ' ' && byte < 0x80) {
      out += c;
      continue;
    }
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xfU];
  }
  return out;
}

// "HOST[:PORT]" into `url`.
bool take_authority(std::string_view text, Url& url) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    url.host = std::string(text.substr(1, end - 1));
    if (url.host.find(':') == std::string::npos || url.host.find('%') != std::string::npos) return false;
    port = text.substr(end + 1);
  } else {
    const std::size_t colon = text.find(':');
    url.host = lower(text.substr(0, colon));
    if (url.host.find(':') != std::string::npos) return false;
    port = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
  }
  if (!is_address(url.host)) return false;
  url.port = url.tls ? 443 : 80;
  if (port.empty()) return true;
  if (port == ":") return true;  // RFC 3986, 3.2.3: the usual one
  const auto number = port.front() == ':' ? parse_port(port.substr(1)) : std::nullopt;
  if (!number) return false;
  url.port = *number;
  return true;
}

}  // namespace

std::string Url::authority() const {
  std::string out = host.find(':') != std::string::npos ? "[" + host + "]" : host;
  if (port != (tls ? 443 : 80)) out += ":" + std::to_string(port);
  return out;
}

std::string Url::text() const {
  return (tls ? "https://" : "http://") + authority() + path;
}

namespace {
std::optional<Url> parse(std::string_view text, std::size_t most) {
  if (text.size() > most || !is_clean(text)) return std::nullopt;
  text = text.substr(0, text.find('#'));
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string scheme = lower(text.substr(0, colon));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  Url url;
  url.tls = scheme == "https";
  text.remove_prefix(colon + 3);
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  if (!take_authority(text.substr(0, end), url)) return std::nullopt;
  text.remove_prefix(end);
  if (!text.empty()) url.path = text.front() == '?' ? "/" + std::string(text) : std::string(text);
  return url;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  return parse(text, kMostUrl);
}

std::optional<Url> resolve_url(const Url& base, std::string_view given) {
  const std::string plain = encoded(given.substr(0, given.find('#')));
  const std::string_view location = plain;
  const std::size_t colon = location.find(':');
  const std::size_t slash = location.find_first_of("/?");
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon < slash))
    return parse(location, kMostLocation);
  if (location.starts_with("//"))
    return parse((base.tls ? "https:" : "http:") + std::string(location), kMostLocation);
  Url url = base;
  const std::string path = base.path.substr(0, base.path.find('?'));
  if (location.empty())
    url.path = base.path;
  else if (location.front() == '/')
    url.path = std::string(location);
  else if (location.front() == '?')
    url.path = path + std::string(location);
  else
    url.path = path.substr(0, path.rfind('/') + 1) + std::string(location);
  return parse(url.text(), kMostLocation);
}

}  // namespace jaga::inventory
