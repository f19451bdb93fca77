#include "inventory/check/ssh.hpp"

#include "inventory/settings_leaf.hpp"
#include "inventory/write_parts.hpp"
#include "yaml/node.hpp"

namespace jaga::inventory {

void SshCheck::set(const std::string& path, const Leaf& leaf) {
  if (path != "timeout") unknown(leaf, path, {"timeout"});
  timeout = span(leaf);
}

void SshCheck::write(yaml::Node& body) const {
  set_span(body, "timeout", timeout, SshCheck{}.timeout);
}

std::optional<SshCheck> SshCheck::typed(std::string_view text) {
  return text.empty() ? std::optional(SshCheck{}) : std::nullopt;
}

}  // namespace jaga::inventory
