#include "inventory/check/kind.hpp"

#include "yaml/fields.hpp"

namespace jaga::inventory {
void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::optional<std::string> Body::text(const char* key) const {
  const yaml::Node* found = node == nullptr ? nullptr : node->find(key);
  if (found == nullptr) return std::nullopt;
  return yaml::text_of(*found, source);
}

void Words::fill(std::string& text) const {
  replace_all(text, "{name}", name);
  replace_all(text, "{address}", address);
}

void Words::fill_url(std::string& url) const {
  if (address.find(':') != std::string_view::npos)
    replace_all(url, "://{address}", "://[" + std::string(address) + "]");
  fill(url);
}

}  // namespace jaga::inventory
