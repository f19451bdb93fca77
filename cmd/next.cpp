#include "next.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "session.hpp"
#include "sop/sop.hpp"
#include "workflow/incidents.hpp"

namespace jaga::cmd {
namespace {

Message analyze_command(const incident::State& state, const Message::Arguments& id) {
  if (!state.analysis) {  // the report left the plan to the analysis
    return msg("jaga analyze {incident} -p task=TEXT, or with --plan NAME, or --edit", id);
  }
  return state.analysis->proposal ? msg("jaga analyze {incident} --confirm", id)
                                  : msg("jaga analyze {incident}", id);
}

bool waits_for_vendor(const incident::State& state) {
  const incident::Run* run = state.open_run();
  return run != nullptr && run->body.mode == incident::RepairMode::vendor;
}

Message repair_command(const incident::State& state, const Message::Arguments& id) {
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

Message archive_command(const incident::State& state, const Message::Arguments& id) {
  return state.part_replaced() ? msg("jaga archive {incident} --part-stored PLACE, or --part-returned TO, or "
                                     "--part-destroyed",
                                     id)
                               : msg("jaga archive {incident} --no-part", id);
}

std::string who_is_next(Session& session, const incident::Due& due) {
  if (due.only) return *due.only;
  return session.office().sop->role_titles(due.roles, session.ui().language());
}

// What has to come back signed on paper before that step, or should.
void hint_copies(Session& session, const workflow::Incident& incident, sop::Step step) {
  for (const sop::SignedCopy& copy :
       incident::missing_copies(incident.state, incident.notes, incident.procedure, step, incident.now)) {
    const Message::Arguments what{{"paper", copy.paper.empty() ? "repair" : copy.paper}, {"id", incident.id}};
    session.ui().hint(copy.required ? msg("the signed document is required: 'jaga report {paper} {id}', then "
                                          "'jaga evidence add {id} --signed-copy {paper} SCAN'",
                                          what)
                                    : msg("the signed document is expected: 'jaga report {paper} {id}', then "
                                          "'jaga evidence add {id} --signed-copy {paper} SCAN'",
                                          what));
  }
}

}  // namespace

Message next_command(const incident::State& state, const incident::Due& due) {
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

Message next_step(Session& session, const incident::State& state, const incident::Due& due) {
  const Message command = next_command(state, due);
  if (due.step == sop::Step::repair && !due.withdrawal && waits_for_vendor(state))
    return msg("after the vendor's visit: {command}").with("command", command);
  return msg("next: {who}: {command}", {{"who", who_is_next(session, due)}}).with("command", command);
}

void hint_next(Session& session, const std::string& id) {
  if (session.ui().quiet()) return;
  try {
    const workflow::Incident incident = workflow::load_incident(session.context(), id);
    const std::optional<incident::Due> due = incident.due();
    if (due) session.ui().hint(next_step(session, incident.state, *due));
    if (due) hint_copies(session, incident, due->step);
  } catch (const Error&) {
    // The record is written; the next command reports what has happened to the chain since.
  }
}

}  // namespace jaga::cmd
