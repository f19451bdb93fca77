#include "next.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "session.hpp"
#include "sop/sop.hpp"
#include "workflow/incidents.hpp"

namespace jaga::cmd {
namespace {

Message analyze_command(const incident::State& state, const Message::Arguments& id) {
  if (!state.analysis) {  // whoever reported it left the plan to the analysis
    return msg("next: jaga analyze {incident} -p task=TEXT, or with --plan NAME, or --edit", id);
  }
  return state.analysis->proposal ? msg("next: jaga analyze {incident} --confirm", id)
                                  : msg("next: jaga analyze {incident}", id);
}

Message repair_command(const incident::State& state, const Message::Arguments& id) {
  if (const incident::Run* run = state.open_run(); run != nullptr && run->body.mode == incident::Mode::vendor)
    return msg(
        "when they have been here: jaga repair {incident} --vendor-reply --technician NAME --arrived TIME "
        "--left TIME --letter FILE --part OLD=NEW",
        id);
  if (state.failed_run() != nullptr) return msg("next: jaga repair {incident} --resume", id);
  const plan::Run run = state.analysis ? state.analysis->plan.run : plan::Run::ssh;
  if (run == plan::Run::manual) return msg("next: jaga repair {incident} --by-hand -m TEXT", id);
  if (run == plan::Run::vendor) return msg("next: jaga repair {incident} --vendor NAME", id);
  return msg("next: jaga repair {incident}", id);
}

Message archive_command(const incident::State& state, const Message::Arguments& id) {
  const bool replaced = std::any_of(state.runs.begin(), state.runs.end(), [](const incident::Run& run) {
    return run.end && !run.end->parts.empty();
  });
  return replaced ? msg("next: jaga archive {incident} --part-stored PLACE, or --part-returned TO, or "
                        "--part-destroyed",
                        id)
                  : msg("next: jaga archive {incident} --no-part", id);
}

}  // namespace

Message next_command(const incident::State& state, const incident::Due& due) {
  const Message::Arguments id = {{"incident", state.id}};
  if (due.withdrawal)
    return msg("next: jaga withdraw {incident} --outcome {outcome} -m REASON",
               {{"incident", state.id}, {"outcome", state.withdrawing->body.outcome}});
  switch (due.step) {
    case sop::Step::analyze:
      return analyze_command(state, id);
    case sop::Step::repair:
      return repair_command(state, id);
    case sop::Step::archive:
      return archive_command(state, id);
    default:
      return msg("next: jaga {step} {incident}",
                 {{"step", std::string(sop::name(due.step))}, {"incident", state.id}});
  }
}

void hint_next(Session& session, const std::string& id) {
  if (session.ui().quiet()) return;
  try {
    const workflow::Incident incident = workflow::load_incident(session.context(), id);
    const std::optional<incident::Due> due = incident.due();
    if (due) session.ui().hint(next_command(incident.state, *due));
  } catch (const Error&) {
    // The record is written; what has happened to the chain since is for the next command to say.
  }
}

}  // namespace jaga::cmd
