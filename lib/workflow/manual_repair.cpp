#include "workflow/manual_repair.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "store/append.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/measuring_again.hpp"

namespace jaga::workflow {

using incident::RepairEnd;
using incident::RepairMode;
using incident::RepairStart;

namespace {

// By hand, and a vendor's request or reply: what people did is recorded, not done.
RepairStart draft_manual_start(const incident::State& state, const RepairOptions& options) {
  const bool goes_on = state.open_run() != nullptr || state.failed_run() != nullptr;
  RepairStart start = incident::draft_repair_start(state, options.mode, options.emergency, goes_on);
  start.vendor = options.vendor;
  if (!options.reason.empty()) start.reason = options.reason;
  return start;
}

RepairEnd draft_repair_end(const incident::State& state, const RepairOptions& options) {
  const incident::Run* run = state.open_run() != nullptr ? state.open_run() : state.failed_run();
  RepairEnd body;
  if (run != nullptr) body.run = run->made.record;
  body.outcome = incident::RepairOutcome::given_up;
  if (!options.reason.empty()) body.reason = options.reason;
  return body;
}

// All but what is measured when it is written.
RepairEnd draft_vendor_reply(const Office& office, const Incident& incident, const Actor& person,
                             const RepairOptions& options) {
  const incident::Run* run = incident.state.open_run();
  if (run == nullptr || run->body.mode != RepairMode::vendor) {
    // Where a vendor could not be called in either, the reason for that is what helps.
    RepairStart call = draft_manual_start(incident.state, options);
    call.vendor.emplace(1, '-');
    require_allowed(office, incident, person, call, options.occurred);
    throw Error(ExitCode::not_permitted, msg("no vendor was called in for '{id}'", {{"id", incident.id}}),
                msg("call one in with 'jaga repair {id} --vendor NAME'", {{"id", incident.id}}));
  }
  RepairEnd body;
  body.run = run->made.record;
  body.outcome = incident::RepairOutcome::done;
  body.before = incident.state.monitor.results;
  body.parts = options.parts;
  body.technician = options.technician;
  body.arrived = options.arrived;
  body.left = options.left;
  if (options.letter) body.letter = sha256(*options.letter);
  if (!options.reason.empty()) body.reply = options.reason;
  return body;
}

std::vector<std::string> flags_of(const std::vector<std::string>& keys) {
  std::vector<std::string> flags;
  for (const std::string& key : keys) flags.push_back(key == kPartsFact ? "--part" : "--" + key);
  return flags;
}

// A reply cannot be completed later: what it lacks has to be known to lack.
void require_told(const RepairEnd& body, const RepairOptions& options) {
  std::vector<std::string> lacking = body.lacking();
  for (const std::string& key : options.unknown)
    if (std::find(lacking.begin(), lacking.end(), key) == lacking.end())
      throw Error(ExitCode::usage,
                  msg("{option} is given but also declared unknown", {{"option", flags_of({key}).front()}}));
  std::erase_if(lacking, [&](const std::string& key) {
    return std::find(options.unknown.begin(), options.unknown.end(), key) != options.unknown.end();
  });
  if (lacking.empty()) return;
  const std::vector<std::string> flags = flags_of(lacking);
  throw Error(ExitCode::usage,
              msg("missing in the vendor's reply: {options}", {{"options", join(flags, ", ")}}),
              msg("give them; for unknown values: --unknown {fact}, but then the wait for the vendor counts "
                  "as working time",
                  {{"fact", flags.front().substr(2)}}));
}

Repaired repaired(const std::string& id, const RepairEnd& body, const std::string& path) {
  Repaired result;
  result.incident = id;
  result.outcome = body.outcome;
  result.before = body.before;
  result.after = body.after;
  result.path = path;
  return result;
}

}  // namespace

Repaired record_give_up(const ActingContext& context, const std::string& id, const RepairOptions& options) {
  const Actor person = acting_person(context);
  const Incident incident = load_to_repair(context, id);
  const RepairEnd body = draft_repair_end(incident.state, options);
  const Written written =
      write_record(context, id, person, [&](const Incident&) -> incident::Body { return body; });
  Repaired result;
  result.incident = id;
  result.outcome = incident::RepairOutcome::given_up;
  result.path = written.path;
  return result;
}

Repaired record_manual_repair(const ActingContext& context, const std::string& id,
                              const RepairOptions& options) {
  const Actor person = acting_person(context);
  const Incident incident = load_to_repair(context, id);
  if (options.reason.empty()) {
    require_allowed(context, incident, person, draft_manual_start(incident.state, options), options.occurred);
    throw Error(ExitCode::usage, msg("missing option: -m TEXT, what was done"), msg("give it with -m TEXT"));
  }
  const Written began = write_record(
      context, id, person,
      [&](const Incident& now) -> incident::Body { return draft_manual_start(now.state, options); },
      options.occurred);
  RepairEnd body;
  body.run = began.record.digest;
  body.outcome = incident::RepairOutcome::done;
  body.before = incident.state.monitor.results;
  body.after = probe_incident(context, incident.state);
  body.parts = options.parts;
  if (!options.reason.empty()) body.reason = options.reason;
  const Written written = write_record(
      to_the_end(context), id, person, [&](const Incident&) -> incident::Body { return body; },
      options.occurred);
  return repaired(id, body, written.path);
}

Repaired request_vendor(const ActingContext& context, const std::string& id, const RepairOptions& options) {
  const Actor person = acting_person(context);
  const Incident incident = load_to_repair(context, id);
  const RepairStart body = draft_manual_start(incident.state, options);
  const Written written = write_record(
      context, id, person, [&](const Incident&) -> incident::Body { return body; }, options.occurred);
  Repaired result;
  result.incident = id;
  result.path = written.path;
  return result;
}

Repaired record_vendor_reply(const ActingContext& context, const std::string& id,
                             const RepairOptions& options) {
  const Actor person = acting_person(context);
  const Incident incident = load_to_repair(context, id);
  RepairEnd body = draft_vendor_reply(context, incident, person, options);
  // Refused before anything is measured or kept.
  require_allowed(context, incident, person, body, options.occurred);
  require_told(body, options);
  body.after = probe_incident(context, incident.state);
  const Written written = write_record(
      context, id, person, [&](const Incident&) -> incident::Body { return body; }, options.occurred,
      [&](const incident::Body&) {
        std::vector<store::Attached> letter;
        if (options.letter) letter.push_back({*options.letter});
        return letter;
      });
  Repaired result = repaired(id, body, written.path);
  if (const auto flags = flags_of(body.lacking()); !flags.empty())
    result.why =
        msg("missing in the vendor's reply: {options}; the wait for the vendor counts as working time",
            {{"options", join(flags, ", ")}});
  return result;
}

ManualRepairPreview preview_manual_repair(const ActingContext& context, const std::string& id,
                                          const RepairOptions& options) {
  ManualRepairPreview preview{acting_person(context), load_to_repair(context, id), {}};
  const Incident& incident = preview.incident;
  const auto judge = [&](incident::Body body) {
    require_allowed(context, incident, preview.actor, std::move(body), options.occurred);
  };
  if (options.give_up) {
    judge(draft_repair_end(incident.state, options));
  } else if (options.vendor_reply) {
    const RepairEnd body = draft_vendor_reply(context, incident, preview.actor, options);
    judge(body);
    preview.lacking = body.lacking();
  } else {
    judge(draft_manual_start(incident.state, options));
  }
  return preview;
}

}  // namespace jaga::workflow
