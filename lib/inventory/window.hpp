// Maintenance windows, maintenance/*.yaml: hosts are still measured, faults there are marked.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "inventory/inventory.hpp"

namespace jaga::inventory {

struct Window {
  std::string name;                // of its file, without .yaml
  std::vector<std::string> hosts;  // names and @groups
  Instant from;
  Instant until;
  std::string by;  // person id
  std::string reason;
};

// Times as parse_time reads them. Throws Error{config}, also for a host or group that is not there (but in a
// window that was over at `now`) and for a window that ends before it begins.
Window parse_window(std::string_view bytes, std::string_view file, std::string_view name,
                    const Inventory& inventory, std::chrono::minutes utc_offset,
                    std::optional<Instant> now = {});
std::string window_yaml(const Window& window);

// The first window (by name) that covers the host at that time, or nullptr.
const Window* window_of(std::span<const Window> windows, const Host& host, Instant at);

}  // namespace jaga::inventory
