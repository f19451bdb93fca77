// The kind of check "plugin" (jaga-hosts(5)); its members are those of inventory/check/kind.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/check/kind.hpp"

namespace jaga::inventory {

// A Nagios plugin, run as it is: its exit status is the state, its performance data become facts.
struct PluginCheck {
  enum class Via { local, ssh };  // here, or on the host as login.measure
  std::string name;               // is_name; that of the program where none is given
  std::vector<std::string>
      command;  // the program by its full path, then its arguments; never through a shell
  Via via = Via::local;
  milliseconds timeout{30'000};

  static constexpr std::string_view kKind = "plugin";
  std::string object() const { return name; }
  static Named named(const Body& body);
  bool needs_address() const { return via == Via::ssh; }
  bool over_ssh() const { return via == Via::ssh; }
  bool logs_in() const { return via == Via::ssh; }
  void set(const std::string& path, const Leaf& leaf);
  void fill(const Words& words);
  void write(yaml::Node& body) const;
  bool operator==(const PluginCheck&) const = default;
};

}  // namespace jaga::inventory
