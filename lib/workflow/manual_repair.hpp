// Private to workflow, behind repair(): what people did or asked for is recorded, not run.
#pragma once

#include "workflow/repair.hpp"

namespace jaga::workflow {

Repaired record_give_up(const ActingContext& context, const std::string& id, const RepairOptions& options);
Repaired record_manual_repair(const ActingContext& context, const std::string& id,
                              const RepairOptions& options);
Repaired request_vendor(const ActingContext& context, const std::string& id, const RepairOptions& options);
Repaired record_vendor_reply(const ActingContext& context, const std::string& id,
                             const RepairOptions& options);

}  // namespace jaga::workflow
