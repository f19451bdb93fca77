#include "workflow/repair.hpp"

#include "base/text.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/manual_repair.hpp"
#include "workflow/marks.hpp"
#include "workflow/run.hpp"

namespace jaga::workflow {

using incident::RepairMode;

Incident load_to_repair(const Context& context, const std::string& id) {
  try {
    Incident incident = load_incident(context, id);
    incident::require_unforked(incident.state);
    return incident;
  } catch (const Error& error) {
    if (error.code() != ExitCode::data) throw;
    throw Error(ExitCode::not_permitted, error.message(), error.hint());
  }
}

void require_allowed(const Office& office, const Incident& incident, const Actor& actor, incident::Body body,
                     std::optional<Instant> occurred) {
  (void)incident::decide(incident.state, incident.notes, incident.procedure, office.registered.get(),
                         {actor.person, actor.roles, actor.key}, std::move(body), incident.now, occurred);
}

Repaired repair(const ActingContext& context, const std::string& id, const RepairOptions& options,
                const RepairProgress& said) {
  // Two repairs of one incident at once, here: the second is busy (75), it does not wait.
  if (!store::find_incident(*context.directory, id))
    throw Error(ExitCode::no_input, msg("unknown incident '{id}'", {{"id", printable(id)}}),
                msg("see 'jaga status'"));
  const store::Lock lock = lock_run(context, id);
  if (options.give_up) return record_give_up(context, id, options);
  if (options.vendor_reply) return record_vendor_reply(context, id, options);
  if (options.mode == RepairMode::vendor) return request_vendor(context, id, options);
  if (options.mode == RepairMode::hand) return record_manual_repair(context, id, options);
  return run_plan(context, id, options, said);
}

}  // namespace jaga::workflow
