// What a rejection is about.
#include "incident/incident.hpp"

namespace jaga::incident {

Rejection rejection_of(const State& state, const Reject& body) {
  switch (body.step) {
    case RejectedStep::withdraw:
      return Rejection::withdrawal;
    case RejectedStep::approve:
      if (state.find_run(body.on) != nullptr) return Rejection::emergency;
      return state.approval && state.approval->made.record == body.on ? Rejection::approval
                                                                      : Rejection::analysis;
    case RejectedStep::verify:
      return state.verified && state.verified->made.record == body.on ? Rejection::denied_verification
                                                                      : Rejection::repair;
    case RejectedStep::accept:
      break;
  }
  return state.accepted && state.accepted->made.record == body.on ? Rejection::denied_acceptance
                                                                  : Rejection::verification;
}

std::optional<Digest> rejected_record(const State& state, Rejection what) {
  const auto record = [](const auto& decided) {
    return decided ? std::optional<Digest>(decided->made.record) : std::nullopt;
  };
  switch (what) {
    case Rejection::withdrawal:
      return record(state.withdrawing);
    case Rejection::emergency: {
      const auto unsettled = state.unsettled();
      return unsettled.empty() ? std::nullopt : std::optional<Digest>(unsettled.front()->made.record);
    }
    case Rejection::approval:
      return record(state.approval);
    case Rejection::analysis:
      return record(state.analysis);
    case Rejection::repair: {
      const Run* run = state.finished_run();
      return run == nullptr ? std::nullopt : std::optional<Digest>(run->ended->record);
    }
    case Rejection::denied_acceptance:
      return record(state.accepted);
    case Rejection::denied_verification:
    case Rejection::verification:
      break;
  }
  return record(state.verified);
}

}  // namespace jaga::incident
