// When hosts were repaired last: what was measured on them before that counts no more.
#pragma once

#include <map>
#include <string>

#include "base/instant.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// By host: when the newest repair of it ended, of those that ended after `since`. Incidents that were archived
// and are older than a month are not looked at, nor what is damaged: audit tells that. Of the others the file
// names tell most.
std::map<std::string, Instant> repaired_hosts(const Context& context, Instant since);

}  // namespace jaga::workflow
