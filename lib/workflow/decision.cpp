#include "workflow/decision.hpp"

#include <algorithm>

#include "record/kind.hpp"
#include "register/register.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/analysis.hpp"
#include "workflow/history.hpp"
#include "workflow/plans.hpp"
#include "yaml/write.hpp"

namespace jaga::workflow {
namespace {

using incident::WithdrawalOutcome;

std::optional<std::string> reason_of(const DecisionOptions& options) {
  return options.reason.empty() ? std::nullopt : std::optional<std::string>(options.reason);
}

// Under the first role of the steps that the decider holds; where they hold none, decide() says so.
std::optional<incident::Paper> paper_of(const Office& office, const DecisionOptions& options,
                                        const Incident& incident, std::initializer_list<sop::Step> steps) {
  if (!options.paper_scan) return std::nullopt;
  std::vector<std::string> roles;
  const auto next = incident.due();
  for (const sop::Step step : steps) {
    for (const std::string& one : incident.procedure.row(step).roles) roles.push_back(one);
    if (next && next->step == step) roles.insert(roles.end(), next->escalated.begin(), next->escalated.end());
  }
  std::string role = roles.front();
  if (const registry::Person* decider = office.registered->find_person(options.paper_by)) {
    const auto held = office.registered->roles_of(*decider, incident.now);
    const auto first = std::find_if(roles.begin(), roles.end(), [&](const std::string& one) {
      return std::find(held.begin(), held.end(), one) != held.end();
    });
    if (first != roles.end()) role = *first;
  }
  return incident::Paper{options.paper_by, role, sha256(*options.paper_scan)};
}

incident::Body draft_body(const Office& office, Command command, const Incident& incident,
                          const DecisionOptions& options) {
  const sop::Sop& procedure = incident.procedure;
  switch (command) {
    case Command::approve: {
      incident::Approve body = incident::draft_approval(incident.state, procedure, incident.now);
      body.reason = reason_of(options);
      // Of two signatures the second is to what the first saw; other terms begin anew.
      if ((options.until && *options.until != body.until) || (options.runs && *options.runs != body.runs))
        body.seconds.reset();
      if (options.until) body.until = *options.until;
      if (options.runs) body.runs = *options.runs;
      body.paper = paper_of(office, options, incident, {sop::Step::approve});
      return body;
    }
    case Command::verify: {
      incident::Verify body = incident::draft_verification(incident.state, incident.notes);
      body.reason = reason_of(options);
      if (options.override_why && options.override_why != body.override_why) body.seconds.reset();
      if (options.override_why) body.override_why = options.override_why;
      body.paper = paper_of(office, options, incident, {sop::Step::verify});
      return body;
    }
    case Command::accept: {
      incident::Accept body = incident::draft_acceptance(incident.state);
      body.reason = reason_of(options);
      body.paper = paper_of(office, options, incident, {sop::Step::accept});
      return body;
    }
    case Command::reject: {
      incident::Reject body =
          incident::draft_rejection(incident.state, procedure, incident.now, options.reason, options.back);
      body.correction = options.correction;
      if (const auto step = incident::step_of(body.step)) {
        body.paper = paper_of(office, options, incident, {*step});
      } else {
        body.paper = paper_of(office, options, incident, {sop::Step::approve, sop::Step::accept});
        // Nothing that was asked for is dropped in silence.
        if (body.correction)
          throw Error(ExitCode::usage, msg("a rejection of a withdrawal cannot contain a correction"));
      }
      return body;
    }
    case Command::withdraw:
      break;
  }
  incident::Withdraw body = incident::draft_withdrawal(incident.state, options.outcome, options.reason);
  const auto belongs = [&](bool given, const char* option, WithdrawalOutcome outcome) {
    if (given && body.outcome != outcome)
      throw Error(ExitCode::usage, msg("{option} requires --outcome {outcome}",
                                       {{"option", option}, {"outcome", std::string(name(outcome))}}));
  };
  belongs(options.of.has_value(), "--of", WithdrawalOutcome::duplicate);
  belongs(options.until.has_value(), "--until", WithdrawalOutcome::risk_accepted);
  belongs(options.to.has_value(), "--to", WithdrawalOutcome::handed_over);
  if (options.of) body.of = options.of;
  if (options.until) body.until = options.until;
  if (options.to) body.to = options.to;
  if (body.outcome == WithdrawalOutcome::duplicate && !body.of)
    throw Error(ExitCode::usage, msg("missing option: --of, the other incident"),
                msg("give it with --of INCIDENT"));
  if (body.outcome == WithdrawalOutcome::risk_accepted && !body.until)
    throw Error(ExitCode::usage, msg("missing option: --until, until when the risk is accepted"),
                msg("give it with --until TIME"));
  if (body.outcome == WithdrawalOutcome::handed_over && !body.to)
    throw Error(ExitCode::usage, msg("missing option: --to, the recipient"), msg("give it with --to TEXT"));
  body.paper = paper_of(office, options, incident, {body.seconds ? sop::Step::accept : sop::Step::approve});
  return body;
}

Command command_of(const incident::Body& body) {
  if (std::holds_alternative<incident::Verify>(body)) return Command::verify;
  if (std::holds_alternative<incident::Accept>(body)) return Command::accept;
  if (std::holds_alternative<incident::Reject>(body)) return Command::reject;
  if (std::holds_alternative<incident::Withdraw>(body)) return Command::withdraw;
  return Command::approve;
}

// What a person is shown of the decision that is in `prepared`.
void look(const Office& office, Prepared& prepared) {
  const Incident& incident = prepared.incident;
  prepared.digest = decision_digest(prepared.decision.body);
  if (incident.state.analysis) {
    prepared.analysis = incident.state.analysis->body;
    prepared.plan = incident.state.analysis->plan;
  }
  const auto* approve = std::get_if<incident::Approve>(&prepared.decision.body);
  const bool ratifies = approve != nullptr && approve->ratifies;
  for (const record::Record& record : incident.chain.records) {
    if (record.envelope.kind != record::name(record::Kind::analyze)) continue;
    const bool newest = incident.state.analysis && record.digest == incident.state.analysis->made.record;
    if (newest && !ratifies) break;
    if (ratifies && record.digest != approve->on) continue;
    const auto body = std::get<incident::Analyze>(
        *incident::from_node(record.envelope.kind, record.body, record.envelope.id));
    auto frozen = plan::of_node(body.plan, yaml::Source{record.envelope.id, ExitCode::data});
    if (!ratifies) {
      prepared.previous = std::move(frozen);
    } else {
      // What ran, which a later analysis may have left behind.
      prepared.analysis = body;
      prepared.plan = std::move(frozen);
    }
  }
  if (prepared.previous && prepared.plan && *prepared.previous == *prepared.plan) prepared.previous.reset();
  // Where it comes from is the record's word; what the templates here say is what a person is shown.
  if (prepared.plan && prepared.command == Command::approve && !is_unmodified(office, *prepared.plan))
    prepared.plan->origin = plan::Origin::adhoc;
  prepared.measured = incident::measured(incident.state, incident.notes);
}

}  // namespace

Digest decision_digest(const incident::Body& body) {
  return sha256(std::string(incident::kind_of(body)) + "\n" + yaml::write_canonical(incident::to_node(body)));
}

Prepared prepare(const ActingContext& context, Command command, const std::string& id,
                 const DecisionOptions& options, std::optional<Actor> actor) {
  require_adopted(context);
  Prepared prepared;
  prepared.command = command;
  prepared.options = options;
  prepared.actor = actor ? std::move(*actor) : acting_person(context);
  prepared.incident = load_incident(context, id);
  const Incident& incident = prepared.incident;
  incident::require_unforked(incident.state);
  const incident::Body body = draft_body(context, command, incident, options);
  prepared.decision =
      incident::decide(incident.state, incident.notes, incident.procedure, context.registered.get(),
                       {prepared.actor.person, prepared.actor.roles, prepared.actor.key}, body, incident.now,
                       options.occurred);
  if (const auto* withdraw = std::get_if<incident::Withdraw>(&body);
      withdraw != nullptr && withdraw->of && !withdraw->ratifies)
    require_original(context, incident.id, *withdraw->of);
  look(context, prepared);
  const auto* approve = std::get_if<incident::Approve>(&prepared.decision.body);
  if (approve != nullptr && !approve->ratifies && prepared.plan) require_pinned(context, *prepared.plan);
  return prepared;
}

Prepared prepared_of(const Office& office, Incident incident, incident::Decision decision) {
  Prepared prepared;
  prepared.command = command_of(decision.body);
  prepared.incident = std::move(incident);
  prepared.decision = std::move(decision);
  look(office, prepared);
  return prepared;
}

Written commit(const Context& context, const Prepared& prepared) {
  const incident::Body& seen = prepared.decision.body;
  return write_record(
      context, prepared.incident.id, prepared.actor,
      [&](const Incident& incident) {
        // Over a newer head only the same decision may be written, and decide() judges it again. A
        // measurement that came meanwhile was not seen either.
        if (const auto* verify = std::get_if<incident::Verify>(&seen)) {
          const auto now = incident::draft_verification(incident.state, incident.notes);
          if (now.on != verify->on || now.measure != verify->measure)
            throw Error(ExitCode::not_permitted, msg("the basis of the decision has changed in the meantime"),
                        msg("review it again: 'jaga verify {id}'", {{"id", incident.id}}));
        }
        return seen;
      },
      prepared.options.occurred,
      [&](const incident::Body&) {
        std::vector<store::Attached> scan;
        if (prepared.options.paper_scan) scan.push_back({*prepared.options.paper_scan, true});
        return scan;
      });
}

}  // namespace jaga::workflow
