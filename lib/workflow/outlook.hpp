// What a working directory lacks before all steps of the procedure can be done in it, and what was measured
// and not analyzed yet.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "workflow/context.hpp"
#include "workflow/inbox.hpp"

namespace jaga::workflow {

// Hosts on which jaga logs in and of which the register has no identity, by name. Error{config}.
std::vector<std::string> unpinned_hosts(const Office& office);

// Whether a confirmed fault of the newest rounds would open an incident and is in none of `open`. Rounds that
// are damaged, and rules that are wrong, say nothing here: `audit` and `doctor` name them.
bool has_new_faults(const Context& context, std::span<const InboxEntry> open);

// Whether this directory, or another clone of it, was ever measured.
bool is_measured(const Context& context);

}  // namespace jaga::workflow
