// Maintenance windows of the directory, maintenance/*.yaml: by hand or `jaga host maintain`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inventory/window.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// All of them, by name; those that are over may name hosts that are gone. Throws Error{config}.
std::vector<inventory::Window> maintenance_windows(const Context& context);

struct Maintain {
  std::vector<std::string> hosts;  // names and @groups
  std::optional<Instant> from{};   // default: now
  Instant until{};
  std::string reason;
};
struct Maintained {
  inventory::Window window;
  std::string path;
};
// Writes the window in the name of the acting person. Throws Error{usage} if it ends before it begins, or has
// no reason, Error{no_input} for an unknown host, and what acting_person throws.
Maintained maintain(const ActingContext& context, const Maintain& options);

}  // namespace jaga::workflow
