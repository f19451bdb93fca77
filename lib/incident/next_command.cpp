#include "incident/next_command.hpp"

#include "sop/sop.hpp"

namespace jaga::incident {
namespace {

Message analyze_command(const State& state, const Message::Arguments& id) {
  if (!state.analysis) {  // the report left the plan to the analysis
    return msg("jaga analyze {incident} -p task=TEXT, or with --plan NAME, or --edit", id);
  }
  return state.analysis->proposal ? msg("jaga analyze {incident} --confirm", id)
                                  : msg("jaga analyze {incident}", id);
}

Message repair_command(const State& state, const Message::Arguments& id) {
  if (waits_for_vendor(state))
    return msg(
        "jaga repair {incident} --vendor-reply --technician NAME --arrived TIME --left TIME --letter FILE "
        "--part OLD=NEW",
        id);
  if (state.failed_run() != nullptr) return msg("jaga repair {incident} --resume", id);
  const plan::Run run = state.analysis ? state.analysis->plan.run : plan::Run::ssh;
  if (run == plan::Run::manual) return msg("jaga repair {incident} --by-hand -m TEXT", id);
  if (run == plan::Run::vendor) return msg("jaga repair {incident} --vendor NAME", id);
  return msg("jaga repair {incident}", id);
}

Message archive_command(const State& state, const Message::Arguments& id) {
  return state.part_replaced() ? msg("jaga archive {incident} --part-stored PLACE, or --part-returned TO, or "
                                     "--part-destroyed",
                                     id)
                               : msg("jaga archive {incident} --no-part", id);
}

}  // namespace

bool waits_for_vendor(const State& state) {
  const Run* run = state.open_run();
  return run != nullptr && run->body.mode == RepairMode::vendor;
}

Message next_command(const State& state, const Due& due) {
  const Message::Arguments id = {{"incident", state.id}};
  if (due.withdrawal)
    return msg("jaga withdraw {incident} --outcome {outcome} -m REASON",
               {{"incident", state.id}, {"outcome", std::string(name(state.withdrawing->body.outcome))}});
  switch (due.step) {
    case sop::Step::analyze:
      return analyze_command(state, id);
    case sop::Step::repair:
      return repair_command(state, id);
    case sop::Step::archive:
      return archive_command(state, id);
    default:
      return msg("jaga {step} {incident}",
                 {{"step", std::string(sop::name(due.step))}, {"incident", state.id}});
  }
}

}  // namespace jaga::incident
