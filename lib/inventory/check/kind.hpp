// What a kind of check has to say of itself. Each kind is a struct of its settings, in a header of its own
// beside this one, and is added to the row `Check` of inventory/check.hpp; its members are called from there.
// Those that a kind does not need it leaves out:
//
//   static constexpr std::string_view kKind      "tcp", as hosts.yaml has it
//   std::string object() const                   what tells two checks of this kind on one host apart: "443"
//   static Named named(const Body& body)         the same while settings are read, and refuses what has none
//   bool before(const X& other) const            their order on a host; else that of their objects
//   void set(path, leaf)                         one setting, as "warn/loss"; refuses unknown ones
//   void check_limits(leaf) const                what settings must be together
//   void fill(const Words& words)                puts in a host's own words, and checks the result
//   void write(yaml::Node& body) const           the settings that differ from the defaults, and
//   those that name it bool needs_address() const                   false: it asks nobody at the host's
//   address bool over_ssh() const                        true: somebody logs in on the host for it bool
//   logs_in() const                         true: it looks at the host from within static constexpr
//   std::string_view kTyped     how a person types it, as "tcp:PORT, tcp:PORT/UNIT" static std::optional<X>
//   typed(text)          the text after "tcp:", or all of it
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/message.hpp"

namespace jaga::yaml {
class Node;
struct Source;
}  // namespace jaga::yaml

namespace jaga::inventory {

using std::chrono::milliseconds;

struct Leaf;

// The settings of a check while they are read; `node` is null if only the kind is given.
struct Body {
  const yaml::Node* node;
  const Leaf& here;
  const yaml::Source& source;
  // The text under `key`, or nullopt.
  std::optional<std::string> text(const char* key) const;
};

// The object of a check, and settings that say it, for a layer that only adds to the check.
struct Named {
  std::string object;
  std::vector<std::pair<std::string, std::string>> settings{};
};

// Puts `to` wherever `from` stands.
void replace_all(std::string& text, std::string_view from, std::string_view to);

// What checks of a group or of the defaults say with a host's own words, {name} and {address}. Only then is
// it known what they are.
struct Words {
  std::string_view name;
  std::string_view address;
  std::function<void(Message)> refuse;  // throws Error{config} at the host's place

  void fill(std::string& text) const;
  void fill_url(std::string& url) const;  // an IPv6 address has brackets there
};

}  // namespace jaga::inventory
