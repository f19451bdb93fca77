#include "bag/manifest.hpp"

#include "bag/bag.hpp"
#include "base/text.hpp"

namespace jaga::bag {

bool is_safe_path(std::string_view path) {
  if (path.empty() || path.size() > 512) return false;
  for (const auto& part : split(path, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
    for (const char c : part) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && std::string_view("._@+=,-").find(c) == std::string_view::npos) return false;
    }
  }
  return true;
}

std::optional<std::map<std::string, std::string>> parse_manifest(std::string_view text, std::size_t digits,
                                                                 Message& problem) {
  std::map<std::string, std::string> entries;
  std::map<std::string, int> folded;
  if (text.empty() || text.back() != '\n') {
    problem = msg("a manifest is truncated");
    return std::nullopt;
  }
  text.remove_suffix(1);
  for (const auto& line : split(text, '\n')) {
    const std::string_view view(line);
    if (view.size() < digits + 3 || view.substr(digits, 2) != "  " ||
        view.substr(0, digits).find_first_not_of("0123456789abcdef") != std::string_view::npos) {
      problem = msg("a manifest has an invalid line: '{line}'", {{"line", printable(view.substr(0, 200))}});
      return std::nullopt;
    }
    const std::string path(view.substr(digits + 2));
    if (!is_safe_path(path)) {
      problem = msg("a manifest lists '{path}', which is not allowed in a bag", {{"path", printable(path)}});
      return std::nullopt;
    }
    if (!entries.emplace(path, view.substr(0, digits)).second) {
      problem = msg("a manifest lists '{path}' twice", {{"path", path}});
      return std::nullopt;
    }
    if (!folded.emplace(lower(path), 0).second) {
      problem = msg("a manifest lists '{path}' twice with different upper and lower case", {{"path", path}});
      return std::nullopt;
    }
  }
  return entries;
}

}  // namespace jaga::bag
