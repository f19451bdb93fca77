// Incidents that go by a procedure which is not the adopted one any more: each keeps that under which it
// began.
#pragma once

#include <string>
#include <vector>

#include "sop/sop.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

struct EarlierProcedure {
  sop::Sop procedure;
  std::vector<std::string> incidents;  // unfinished, by id
};
// One for each such procedure. Reads incidents only where another one was ever adopted; one that is damaged
// is left to `audit`. Without a register: none.
std::vector<EarlierProcedure> earlier_procedures(const Context& context);

}  // namespace jaga::workflow
