// The kind of check "icmp" (jaga-hosts(5)); its members are those of inventory/check/kind.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/check/kind.hpp"

namespace jaga::inventory {

// Echo requests.
struct IcmpCheck {
  int count = 5;  // 1...100 echo requests
  milliseconds timeout{1'000};
  milliseconds interval{200};  // between two requests to the same host
  int warn_loss = 20;          // percent, reached or above
  int crit_loss = 60;
  std::optional<milliseconds> warn_rtt;  // of the median
  std::optional<milliseconds> crit_rtt;

  static constexpr std::string_view kKind = "icmp";
  static constexpr std::string_view kTyped = "icmp";
  void set(const std::string& path, const Leaf& leaf);
  void check_limits(const Leaf& leaf) const;
  void write(yaml::Node& body) const;
  static std::optional<IcmpCheck> typed(std::string_view text);
  bool operator==(const IcmpCheck&) const = default;
};

}  // namespace jaga::inventory
