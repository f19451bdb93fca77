#include "inventory/window.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {

Window parse_window(std::string_view bytes, std::string_view file, std::string_view name,
                    const Inventory& inventory, std::chrono::minutes utc_offset, std::optional<Instant> now) {
  const yaml::Node top = yaml::read_hand_edited(bytes, file);
  const yaml::Source source{std::string(file), ExitCode::config};
  yaml::Fields fields(top, source);
  Window out;
  out.name = name;
  out.hosts = fields.texts("hosts");
  if (out.hosts.empty()) throw fields.error("hosts", msg("a maintenance window requires hosts"));
  const auto time = [&](const char* key) {
    const auto at = parse_time(fields.text(key), utc_offset);
    if (!at) throw fields.error(key, msg("invalid time"), msg("write it as 2026-11-24 22:00"));
    return *at;
  };
  out.from = time("from");
  out.until = time("until");
  if (out.until <= out.from) throw fields.error("until", msg("the maintenance window ends before it begins"));
  out.by = fields.name("by");
  out.reason = fields.text("reason");
  fields.finish();
  if (now && out.until <= *now) return out;
  for (const auto& host : out.hosts) {
    const bool known =
        host.starts_with('@') ? inventory.groups.contains(host.substr(1)) : inventory.find(host) != nullptr;
    if (!known)
      throw fields.error("hosts", msg("unknown host or group '{name}'", {{"name", printable(host)}}));
  }
  return out;
}

const Window* window_of(std::span<const Window> windows, const Host& host, Instant at) {
  const Window* found = nullptr;
  for (const auto& window : windows) {
    if (at < window.from || at >= window.until) continue;
    const bool covers = std::any_of(window.hosts.begin(), window.hosts.end(), [&](const std::string& wanted) {
      return wanted == host.name ||
             (wanted.starts_with('@') &&
              std::find(host.groups.begin(), host.groups.end(), wanted.substr(1)) != host.groups.end());
    });
    if (covers && (found == nullptr || window.name < found->name)) found = &window;
  }
  return found;
}

}  // namespace jaga::inventory
