// The kind of check "ssh" (jaga-hosts(5)); its members are those of inventory/check/kind.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/check/kind.hpp"

namespace jaga::inventory {

// A login, and what the collector reports there.
struct SshCheck {
  milliseconds timeout{60'000};  // of the collector; connecting has deadlines of its own

  static constexpr std::string_view kKind = "ssh";
  static constexpr std::string_view kTyped = "ssh";
  bool over_ssh() const { return true; }
  bool logs_in() const { return true; }
  void set(const std::string& path, const Leaf& leaf);
  void write(yaml::Node& body) const;
  static std::optional<SshCheck> typed(std::string_view text);
  bool operator==(const SshCheck&) const = default;
};

}  // namespace jaga::inventory
