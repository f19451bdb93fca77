// One run of the approved plan over its targets.
#pragma once

#include <string>

#include "workflow/repair.hpp"

namespace jaga::workflow {

// Precondition: the caller holds lock_run(). Throws Error{not_permitted} where the plan, its approval or a
// target is not what was approved; from the first command on the records say how far it got.
Repaired run_plan(const ActingContext& context, const std::string& incident, const RepairOptions& options,
                  const RepairProgress& said);

}  // namespace jaga::workflow
