// The kind of check "local" (jaga-hosts(5)); its members are those of inventory/check/kind.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/check/kind.hpp"

namespace jaga::inventory {

// What the collector reports of this machine.
struct LocalCheck {
  milliseconds timeout{60'000};

  static constexpr std::string_view kKind = "local";
  static constexpr std::string_view kTyped = "local";
  bool needs_address() const { return false; }
  bool logs_in() const { return true; }
  void set(const std::string& path, const Leaf& leaf);
  void write(yaml::Node& body) const;
  static std::optional<LocalCheck> typed(std::string_view text);
  bool operator==(const LocalCheck&) const = default;
};

}  // namespace jaga::inventory
