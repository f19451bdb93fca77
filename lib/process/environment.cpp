#include "process/environment.hpp"

#include <algorithm>

namespace jaga::process {
namespace {

std::string_view name_of(std::string_view entry) {
  return entry.substr(0, entry.find('='));
}

}  // namespace

std::vector<std::string> environment_with(std::span<const std::string> base,
                                          std::span<const Change> changes) {
  std::vector<std::string> out;
  const auto drop = [&out](std::string_view name) {
    std::erase_if(out, [name](const std::string& entry) { return name_of(entry) == name; });
  };
  for (const std::string& entry : base) {
    const std::string_view name = name_of(entry);
    if (name.empty() || name.size() == entry.size()) continue;
    if (variable(out, name)) continue;
    out.push_back(entry);
  }
  for (const Change& change : changes) {
    drop(change.first);
    if (change.second) out.push_back(change.first + "=" + *change.second);
  }
  return out;
}

std::optional<std::string> variable(std::span<const std::string> environment, std::string_view name) {
  for (const std::string& entry : environment) {
    if (entry.size() > name.size() && entry[name.size()] == '=' && name_of(entry) == name) {
      return entry.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

}  // namespace jaga::process
