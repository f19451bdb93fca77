// The kind of check "tcp" (jaga-hosts(5)); its members are those of inventory/check/kind.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/check/kind.hpp"

namespace jaga::inventory {

// A connection to a port.
struct TcpCheck {
  std::uint16_t port = 0;
  milliseconds timeout{5'000};
  std::string unit;  // the systemd unit that serves the port, for the plan; may be empty

  static constexpr std::string_view kKind = "tcp";
  static constexpr std::string_view kTyped = "tcp:PORT, tcp:PORT/UNIT";
  std::string object() const { return std::to_string(port); }
  static Named named(const Body& body);
  bool before(const TcpCheck& other) const { return port < other.port; }
  void set(const std::string& path, const Leaf& leaf);
  void write(yaml::Node& body) const;
  // Throws Error{usage} for a UNIT that is none.
  static std::optional<TcpCheck> typed(std::string_view text);
  bool operator==(const TcpCheck&) const = default;
};

}  // namespace jaga::inventory
