// The kind of check "dns" (jaga-hosts(5)); its members are those of inventory/check/kind.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/check/kind.hpp"

namespace jaga::inventory {

// A question to a server of names.
struct DnsCheck {
  std::string name;
  std::string type = "A";           // A, AAAA, CNAME, MX, NS, PTR, SOA or TXT
  std::vector<std::string> expect;  // exactly these records; empty: any
  std::string server;               // an address or a host name; empty: those of this machine
  std::uint16_t port = 53;
  milliseconds timeout{5'000};

  static constexpr std::string_view kKind = "dns";
  static constexpr std::string_view kTyped = "dns:NAME/TYPE";
  std::string object() const { return name + "/" + type; }
  static Named named(const Body& body);
  bool needs_address() const { return false; }
  void set(const std::string& path, const Leaf& leaf);
  void fill(const Words& words);
  void write(yaml::Node& body) const;
  static std::optional<DnsCheck> typed(std::string_view text);
  bool operator==(const DnsCheck&) const = default;
};

}  // namespace jaga::inventory
