// When hosts were last repaired: older measurements of slow sections no longer count.
#pragma once

#include <map>
#include <string>

#include "base/instant.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// End of the newest repair of each host, for repairs that ended after `since`. Skips incidents that are archived
// and older than a month, and damaged ones, which audit reports.
std::map<std::string, Instant> repaired_hosts(const Context& context, Instant since);

}  // namespace jaga::workflow
