// Private to workflow, behind repair(): what people did or asked for is recorded, not run.
#pragma once

#include "workflow/repair.hpp"

namespace jaga::workflow {

Repaired record_give_up(const Context& context, const std::string& id, const RepairOptions& options);
Repaired record_manual_repair(const Context& context, const std::string& id, const RepairOptions& options);
Repaired request_vendor(const Context& context, const std::string& id, const RepairOptions& options);
Repaired record_vendor_reply(const Context& context, const std::string& id, const RepairOptions& options);

}  // namespace jaga::workflow
