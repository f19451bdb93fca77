#include "inventory/url.hpp"

#include <algorithm>
#include <boost/url/ipv4_address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/scheme.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <utility>

#include "inventory/inventory.hpp"

namespace jaga::inventory {
namespace {

namespace urls = boost::urls;

constexpr std::size_t kMostUrl = 2'000;
constexpr std::size_t kMostLocation = 16'000;  // of those who sign users in

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// "HOST[:PORT]" of "scheme://HOST[:PORT]/path" or "//HOST[:PORT]/path": where it begins and ends. Twice 0:
// none.
std::pair<std::size_t, std::size_t> authority_of(std::string_view text) {
  const std::size_t slashes = text.substr(0, text.find('?')).find("//");
  if (slashes == std::string_view::npos || (slashes > 0 && text[slashes - 1] != ':')) return {0, 0};
  return {slashes + 2, std::min(text.find_first_of("/?", slashes + 2), text.size())};
}

// As servers and people write it, made what RFC 3986 has: what is not allowed in a path or a query is
// percent-encoded, most of it as browsers do (WHATWG URL). In a host it is refused later, encoded or not.
std::string encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kNever = " \"<>\\^`{|}";
  const auto [begin, end] = authority_of(text);
  const std::string_view host = text.substr(begin, text.find_first_of(":/?", begin) - begin);
  // Boost.URL 1.81 takes the beginning of 192.0.2.1.example.org for an address, and the rest for a path.
  const bool no_address = begin < end && is_digit(text[begin]) && !urls::parse_ipv4_address(host);
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const auto byte = static_cast<unsigned char>(c);
    const bool in_authority = at >= begin && at < end;
    const bool bracket = (c == '[' || c == ']') && !in_authority;
    const bool alone =
        c == '%' && (in_authority || at + 2 >= text.size() || !is_hex(text[at + 1]) || !is_hex(text[at + 2]));
    const bool digit = no_address && at == begin;
    if (byte < 0x80 && kNever.find(c) == std::string_view::npos && !bracket && !alone && !digit) {
      out += c;
      continue;
    }
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xfU];
  }
  return out;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; });
}

// Absent and ":" are the usual one (RFC 3986, 3.2.3).
std::optional<std::uint16_t> port_of(std::string_view digits, std::uint16_t usual) {
  if (digits.empty()) return usual;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size() || number < 1 || number > 65'535)
    return std::nullopt;
  return static_cast<std::uint16_t>(number);
}

// Of one of Boost.URL's views, whose types differ by its version.
template <typename View>
std::string_view view(const View& text) {
  return {text.data(), text.size()};
}

std::optional<Url> convert(const urls::url_view_base& from) {
  if (from.scheme_id() != urls::scheme::http && from.scheme_id() != urls::scheme::https) return std::nullopt;
  if (!from.has_authority() || from.has_userinfo()) return std::nullopt;
  // Boost.URL 1.81 takes what cannot be a port for a path.
  const std::string_view path = view(from.encoded_path());
  if (!path.empty() && path.front() != '/') return std::nullopt;
  Url url;
  url.tls = from.scheme_id() == urls::scheme::https;
  if (from.host_type() == urls::host_type::ipv6) {
    const std::string_view host = view(from.encoded_host());
    url.host = std::string(host.substr(1, host.size() - 2));
    if (url.host.find('%') != std::string::npos) return std::nullopt;  // a zone, which Boost 1.83 lets pass
  } else {
    url.host = std::string(view(from.encoded_host()));
    // The digit that encoded() has hidden from Boost.URL.
    if (url.host.size() > 2 && url.host.starts_with("%3") && is_digit(url.host[2])) url.host.erase(0, 2);
    for (char& c : url.host)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (!is_address(url.host)) return std::nullopt;
  const auto port = port_of(view(from.port()), url.tls ? 443 : 80);
  if (!port) return std::nullopt;
  url.port = *port;
  url.path = path.empty() ? "/" : std::string(path);
  if (from.has_query()) {
    url.path += '?';
    url.path += view(from.encoded_query());
  }
  return url;
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

std::optional<Url> parse_url(std::string_view text) {
  const bool clean = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (text.size() > kMostUrl || !clean) return std::nullopt;
  const std::string plain = encoded(text.substr(0, text.find('#')));
  const auto parsed = urls::parse_uri(plain);
  return parsed ? convert(*parsed) : std::nullopt;
}

std::optional<Url> resolve_url(const Url& base, std::string_view location) {
  if (has_control(location)) return std::nullopt;
  const std::string from = encoded(base.text());
  const std::string to = encoded(location.substr(0, location.find('#')));
  const auto absolute = urls::parse_uri(from);
  const auto reference = urls::parse_uri_reference(to);
  if (!absolute || !reference) return std::nullopt;
  // RFC 3986, 5.2.2 is strict about "http:g"; Boost 1.83 is not.
  if (reference->has_scheme() && !reference->has_authority()) return std::nullopt;
  if (reference->has_authority() && !view(reference->encoded_path()).empty() &&
      !reference->is_path_absolute())
    return std::nullopt;
  urls::url meant;
  if (!urls::resolve(*absolute, *reference, meant) || meant.size() > kMostLocation) return std::nullopt;
  std::optional<Url> url = convert(meant);
  // RFC 3986, 5.4.2: there is nothing above the top, where Boost.URL keeps the "..".
  while (url && url->path.starts_with("/../")) url->path.erase(0, 3);
  if (url && (url->path == "/.." || url->path.starts_with("/..?"))) url->path.erase(1, 2);
  return url;
}

}  // namespace jaga::inventory
