#include "workflow/repair_by_people.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "round/check_name.hpp"
#include "store/append.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {

using incident::RepairEnd;
using incident::RepairMode;
using incident::RepairStart;

Incident load_to_run(const Context& context, const std::string& id) {
  try {
    Incident incident = load_incident(context, id);
    incident::require_unforked(incident.state);
    return incident;
  } catch (const Error& error) {
    if (error.code() != ExitCode::data) throw;
    throw Error(ExitCode::not_permitted, error.message(), error.hint());
  }
}

incident::Decision judged(const Context& context, const Incident& incident, const Actor& actor,
                          incident::Body body, std::optional<Instant> occurred) {
  return incident::decide(incident.state, incident.notes, incident.procedure, context.registered.get(),
                          {actor.person, actor.roles, actor.key}, std::move(body), incident.now, occurred);
}

namespace {

std::vector<Again> wishes_of(const incident::State& state) {
  std::vector<Again> wishes;
  const auto add = [&](const std::string& host, const std::string& check, const std::string& object) {
    const bool known = std::any_of(wishes.begin(), wishes.end(), [&](const Again& wish) {
      return wish.host == host && wish.check == check && wish.object == object;
    });
    if (!known) wishes.push_back({host, check, object});
  };
  for (const incident::Result& result : state.monitor.results) {
    if (result.state == round::State::ok) continue;
    const round::CheckName name = round::parse_check_name(result.check);
    add(result.host, name.check, name.object);
  }
  if (!state.analysis) return wishes;
  const plan::Frozen& plan = state.analysis->plan;
  for (const plan::Target& target : plan.targets)
    for (const auto* probes : {&plan.before, &plan.after})
      for (const plan::FrozenProbe& probe : *probes) add(target.host, probe.check, probe.object);
  return wishes;
}

// By hand, and a vendor's request or reply: what people did is recorded, not done.
RepairStart wanted_by_people(const incident::State& state, const RepairWish& wish) {
  const bool goes_on = state.open_run() != nullptr || state.failed_run() != nullptr;
  RepairStart start = incident::draft_repair_start(state, wish.mode, wish.emergency, goes_on);
  start.vendor = wish.vendor;
  if (!wish.reason.empty()) start.reason = wish.reason;
  return start;
}

RepairEnd wanted_end(const incident::State& state, const RepairWish& wish) {
  const incident::Run* run = state.open_run() != nullptr ? state.open_run() : state.failed_run();
  RepairEnd body;
  if (run != nullptr) body.run = run->made.record;
  body.outcome = incident::RepairOutcome::given_up;
  if (!wish.reason.empty()) body.reason = wish.reason;
  return body;
}

// All but what is measured when it is written.
RepairEnd wanted_reply(const Incident& incident, const RepairWish& wish) {
  const incident::Run* run = incident.state.open_run();
  if (run == nullptr || run->body.mode != RepairMode::vendor)
    throw Error(ExitCode::not_permitted, msg("no vendor was called in for '{id}'", {{"id", incident.id}}),
                msg("call one in with 'jaga repair {id} --vendor NAME'", {{"id", incident.id}}));
  RepairEnd body;
  body.run = run->made.record;
  body.outcome = incident::RepairOutcome::done;
  body.before = incident.state.monitor.results;
  body.parts = wish.parts;
  body.technician = wish.technician;
  body.arrived = wish.arrived;
  body.left = wish.left;
  if (wish.letter) body.letter = sha256(*wish.letter);
  if (!wish.reason.empty()) body.reply = wish.reason;
  return body;
}

std::vector<std::string> options_of(const std::vector<std::string>& keys) {
  std::vector<std::string> options;
  for (const std::string& key : keys) options.push_back(key == kPartsFact ? "--part" : "--" + key);
  return options;
}

// A reply cannot be completed later: what it lacks has to be known to lack.
void require_told(const RepairEnd& body, const RepairWish& wish) {
  std::vector<std::string> lacking = body.lacking();
  for (const std::string& key : wish.unknown)
    if (std::find(lacking.begin(), lacking.end(), key) == lacking.end())
      throw Error(ExitCode::usage,
                  msg("{option} is given, and said to be unknown", {{"option", options_of({key}).front()}}));
  std::erase_if(lacking, [&](const std::string& key) {
    return std::find(wish.unknown.begin(), wish.unknown.end(), key) != wish.unknown.end();
  });
  if (lacking.empty()) return;
  const std::vector<std::string> options = options_of(lacking);
  throw Error(
      ExitCode::usage, msg("the vendor's reply lacks {options}", {{"options", join(options, ", ")}}),
      msg("give them; what nobody can tell: --unknown {fact}, but then the wait for the vendor counts as "
          "working time",
          {{"fact", options.front().substr(2)}}));
}

}  // namespace

std::vector<incident::Result> probe_again(const Context& context, const incident::State& state) {
  const auto wishes = wishes_of(state);
  if (wishes.empty()) return {};
  return context.transport->probe(wishes, context.stop);
}

Repaired give_up(const Context& context, const std::string& id, const RepairWish& wish) {
  const Actor person = who_acts(context);
  (void)load_to_run(context, id);
  const Written written = write_record(context, id, person, [&](const Incident& incident) -> incident::Body {
    return wanted_end(incident.state, wish);
  });
  Repaired result;
  result.incident = id;
  result.outcome = incident::RepairOutcome::given_up;
  result.path = written.path;
  return result;
}

Repaired by_hand(const Context& context, const std::string& id, const RepairWish& wish) {
  const Actor person = who_acts(context);
  const Incident incident = load_to_run(context, id);
  const Written began = write_record(
      context, id, person,
      [&](const Incident& now) -> incident::Body { return wanted_by_people(now.state, wish); },
      wish.occurred);
  RepairEnd body;
  body.run = began.record.digest;
  body.outcome = incident::RepairOutcome::done;
  body.before = incident.state.monitor.results;
  body.after = probe_again(context, incident.state);
  body.parts = wish.parts;
  if (!wish.reason.empty()) body.reason = wish.reason;
  const Written written = write_record(
      to_the_end(context), id, person, [&](const Incident&) -> incident::Body { return body; },
      wish.occurred);
  Repaired result;
  result.incident = id;
  result.outcome = body.outcome;
  result.before = body.before;
  result.after = body.after;
  result.path = written.path;
  return result;
}

Repaired call_vendor(const Context& context, const std::string& id, const RepairWish& wish) {
  const Actor person = who_acts(context);
  (void)load_to_run(context, id);
  const Written written = write_record(
      context, id, person,
      [&](const Incident& now) -> incident::Body { return wanted_by_people(now.state, wish); },
      wish.occurred);
  Repaired result;
  result.incident = id;
  result.path = written.path;
  return result;
}

Repaired vendor_replied(const Context& context, const std::string& id, const RepairWish& wish) {
  const Actor person = who_acts(context);
  const Incident incident = load_to_run(context, id);
  RepairEnd body = wanted_reply(incident, wish);
  // Refused before anything is measured or kept.
  judged(context, incident, person, body, wish.occurred);
  require_told(body, wish);
  body.after = probe_again(context, incident.state);
  const Written written = write_record(
      context, id, person, [&](const Incident&) -> incident::Body { return body; }, wish.occurred,
      [&](const incident::Body&) {
        std::vector<store::Attached> letter;
        if (wish.letter) letter.push_back({*wish.letter});
        return letter;
      });
  Repaired result;
  result.incident = id;
  result.outcome = body.outcome;
  result.before = body.before;
  result.after = body.after;
  result.path = written.path;
  if (const auto options = options_of(body.lacking()); !options.empty())
    result.why = msg("the reply lacks {options}: the wait for the vendor counts as working time",
                     {{"options", join(options, ", ")}});
  return result;
}

ReportPreview preview_report(const Context& context, const std::string& id, const RepairWish& wish) {
  ReportPreview preview{who_acts(context), load_to_run(context, id), {}};
  const Incident& incident = preview.incident;
  const auto judge = [&](incident::Body body) {
    (void)judged(context, incident, preview.actor, std::move(body), wish.occurred);
  };
  if (wish.give_up) {
    judge(wanted_end(incident.state, wish));
  } else if (wish.vendor_reply) {
    const RepairEnd body = wanted_reply(incident, wish);
    judge(body);
    preview.lacking = body.lacking();
  } else {
    judge(wanted_by_people(incident.state, wish));
  }
  return preview;
}

}  // namespace jaga::workflow
