// How much of the time the hosts of the inventory were available.
#pragma once

#include <string>
#include <vector>

#include "document/availability_report.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// Of these hosts and groups (none: all of the inventory), from the day of `since` until today. Throws
// Error{no_input} for an unknown host, Error{usage} where `since` is later than now or more than ten years
// ago, and what read_days() throws.
document::AvailabilityReport availability_of(const Context& context, const std::vector<std::string>& hosts,
                                             Instant since, Language language);

}  // namespace jaga::workflow
