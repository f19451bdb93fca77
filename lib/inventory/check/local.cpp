#include "inventory/check/local.hpp"

#include "inventory/settings_leaf.hpp"
#include "inventory/write_parts.hpp"
#include "yaml/node.hpp"

namespace jaga::inventory {

void LocalCheck::set(const std::string& path, const Leaf& leaf) {
  if (path != "timeout") unknown(leaf, path, {"timeout"});
  timeout = span(leaf);
}

void LocalCheck::write(yaml::Node& body) const {
  set_span(body, "timeout", timeout, LocalCheck{}.timeout);
}

std::optional<LocalCheck> LocalCheck::typed(std::string_view text) {
  return text.empty() ? std::optional(LocalCheck{}) : std::nullopt;
}

}  // namespace jaga::inventory
