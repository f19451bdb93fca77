// Before a manual repair is recorded: asks for missing values, shows the report and asks for
// confirmation.
#pragma once

#include <optional>
#include <string>

#include "session.hpp"
#include "workflow/repair.hpp"

namespace jaga::cmd {

// Whether it runs nothing and only records: --by-hand, --vendor, --vendor-reply, --give-up.
bool only_records(const workflow::RepairOptions& wish);
// "OLD=NEW". Throws Error{usage}.
incident::Part part_of(const std::string& text);
// Throws Error{usage} where who left had not arrived.
void require_order(Session& session, const std::optional<Instant>& arrived,
                   const std::optional<Instant>& left);
// On a terminal, unless `yes`: asks for what the vendor's reply lacks and fills it into `wish`, shows what
// would be recorded, and asks whether it is to be; false: no. Without a terminal all that is known is in
// `wish`. Refuses as the recording would.
bool confirm_report(Session& session, const std::string& incident, workflow::RepairOptions& wish, bool yes);

}  // namespace jaga::cmd
