#include "inventory/address.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "inventory/inventory.hpp"

namespace jaga::inventory {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
           return all_digits(part) && part.size() <= 3 && (part.size() == 1 || part[0] != '0') &&
                  std::stoi(part) <= 255;
         });
}

// RFC 4291, 2.2: eight groups, "::" once for some of them, the last two also as IPv4.
bool is_ipv6(std::string_view text) {
  if (const auto scope = text.find('%'); scope != std::string_view::npos) {
    const std::string_view zone = text.substr(scope + 1);
    if (zone.empty() || zone.size() > 15 || !std::all_of(zone.begin(), zone.end(), [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                 c == '_' || c == '-';
        }))
      return false;
    text = text.substr(0, scope);
  }
  const auto gap = text.find("::");
  const auto count = [](std::string_view half, bool last, int& groups) {
    if (half.empty()) return true;
    const auto parts = split(half, ':');
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (last && i + 1 == parts.size() && is_ipv4(parts[i])) {
        groups += 2;
        continue;
      }
      if (parts[i].empty() || parts[i].size() > 4 ||
          parts[i].find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
        return false;
      ++groups;
    }
    return true;
  };
  int groups = 0;
  if (gap == std::string_view::npos) return !text.empty() && count(text, true, groups) && groups == 8;
  return count(text.substr(0, gap), false, groups) && count(text.substr(gap + 2), true, groups) &&
         groups <= 7;
}

// RFC 1123, 2.1, and '_', which resolvers take and inventories hold. A dot at the end keeps the search list
// away.
bool is_host_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 253 || is_numeric_name(text)) return false;
  const auto labels = split(text, '.');
  return std::all_of(labels.begin(), labels.end(), [](const std::string& label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), [](char c) {
             return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                    c == '_';
           });
  });
}

}  // namespace

bool is_login_name(std::string_view text) {
  return !text.empty() && text.size() <= 32 && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                  c == '-' || c == '.';
         });
}

bool is_numeric_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  std::string_view last = text.substr(text.rfind('.') + 1);  // npos + 1 is 0
  if (all_digits(last)) return true;
  if (!last.starts_with("0x") && !last.starts_with("0X")) return false;
  last.remove_prefix(2);
  return last.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool is_address(std::string_view text) {
  return is_ipv4(text) || is_ipv6(text) || is_host_name(text);
}

std::optional<Sockets> parse_sockets(std::string_view text) {
  Sockets out;
  out.protocol = std::string(text.substr(0, text.find(':')));
  if ((out.protocol != "tcp" && out.protocol != "udp") || text.size() < 5) return std::nullopt;
  const auto ports = split(text.substr(4), '-');
  if (ports.size() > 2) return std::nullopt;
  const auto port = [](const std::string& each) {
    return each.size() <= 5 ? parse_port(each).value_or(0) : std::uint16_t{0};
  };
  out.first = port(ports.front());
  out.last = port(ports.back());
  if (out.first == 0 || out.last < out.first) return std::nullopt;
  return out;
}

std::string to_text(const Sockets& sockets) {
  std::string out = sockets.protocol + ":" + std::to_string(sockets.first);
  if (sockets.last != sockets.first) out += "-" + std::to_string(sockets.last);
  return out;
}

Message address_hint(std::string_view text) {
  std::vector<std::string> parts = split(text, '.');
  for (std::string& part : parts)
    if (part.size() > 1) part.erase(0, std::min(part.find_first_not_of('0'), part.size() - 1));
  const std::string plain = join(parts, ".");
  if (plain != text && is_ipv4(plain))
    return msg("some programs read numbers with leading zeros as octal; write {address}",
               {{"address", plain}});
  return msg("give an IPv4 or IPv6 address, or a host name");
}

}  // namespace jaga::inventory
