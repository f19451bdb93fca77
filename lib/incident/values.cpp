#include "incident/values.hpp"

namespace jaga::incident {

std::optional<sop::Step> step_of(RejectedStep rejected) {
  switch (rejected) {
    case RejectedStep::approve:
      return sop::Step::approve;
    case RejectedStep::verify:
      return sop::Step::verify;
    case RejectedStep::accept:
      return sop::Step::accept;
    case RejectedStep::withdraw:
      break;
  }
  return std::nullopt;
}

Message word(RejectedStep rejected) {
  const auto step = step_of(rejected);
  return step ? sop::word(*step) : msg("withdraw");
}

RejectedStep rejected_step(sop::Step step) {
  return step == sop::Step::approve  ? RejectedStep::approve
         : step == sop::Step::verify ? RejectedStep::verify
                                     : RejectedStep::accept;
}

}  // namespace jaga::incident
