// The rules of the procedure, a function for each kind of record. "Row" is a row of the form, as
// lib/sop/form.yaml holds it; `policies`, `not_by`, `no_goes`, `countersign` and `escalate` are its keys
// (jaga-sop(7)).
#include "incident/check.hpp"

#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "incident/note.hpp"
#include "record/kind.hpp"
#include "sop/role_titles.hpp"

namespace jaga::incident {
namespace {

using sop::Step;
using Answer = std::optional<Refusal>;

Refusal no(Message what, Message hint = {}) {
  return {std::move(what), std::move(hint)};
}

Refusal out_of_order(const Question& q, std::string_view step) {
  const auto next = due_step(q.state, q.procedure, q.at, q.registered);
  if (!next) return no(msg("incident '{id}' is finished", {{"id", q.state.id}}));
  return no(msg("'{step}' is not the next step", {{"step", std::string(step)}}),
            (next->only ? msg("the next step is '{due}': {what}; only '{person}' may do it",
                              {{"person", *next->only}})
                        : msg("the next step is '{due}': {what}; permitted roles: {roles}",
                              {{"roles", who_may(next->roles)}}))
                .with("due", sop::word(next->step))
                .with("what", next->what));
}

}  // namespace

Message who_may_hint(const registry::Register& registered, const std::vector<std::string>& roles,
                     Instant now) {
  if (roles.empty() || !registry::holders(registered, roles, now).empty())
    return msg("permitted roles: {roles}", {{"roles", who_may(roles)}});
  return msg(
      "nobody holds the role {roles}; an admin registers somebody: jaga person add ID --role {role} --key "
      "FILE.pub",
      {{"roles", who_may(roles)}, {"role", roles.front()}});
}

namespace {

Answer need_role(const Question& q, const Body& body, Step step) {
  const auto roles = roles_for(q.state, q.procedure, body, q.at);
  if (contains(roles, q.by.role)) return std::nullopt;
  // If another step is due, the hint names that one; the asking person may even be allowed to do it.
  const auto next = due(q.state, q.procedure, q.at, q.registered);
  const bool withdraws = std::holds_alternative<Withdraw>(body);
  const bool in_order = !next || next->step == step || withdraws;
  return no(msg("'{person}' has no role for step '{step}'", {{"person", q.by.person}})
                .with("step", withdraws ? word(RejectedStep::withdraw) : sop::word(step)),
            !in_order                 ? out_of_order(q, sop::name(step)).hint
            : q.registered != nullptr ? who_may_hint(*q.registered, roles, q.at)
                                      : msg("permitted roles: {roles}", {{"roles", who_may(roles)}}));
}

Message let_sign(const Question& q, std::string_view step) {
  return msg("request the signature of the person who decides: 'jaga {step} {id} --as PERSON --request DIR'",
             {{"step", std::string(step)}, {"id", q.state.id}});
}

// `policies.paper_decisions`: whether a decision may be entered from paper at all, and of which plans; the
// decider has to hold a role of the row then.
Answer paper_may(const Question& q, std::string_view step, const std::vector<std::string>& roles,
                 const std::optional<Paper>& paper) {
  if (!paper) return std::nullopt;
  const auto policy = q.procedure.policies.paper_decisions;
  if (policy == sop::Policies::Paper::none)
    return no(msg("the procedure does not permit decisions on paper"),
              msg("see the policy paper_decisions in sop.yaml"));
  if (policy == sop::Policies::Paper::routine_plans && q.state.analysis &&
      q.state.analysis->plan.origin == plan::Origin::adhoc)
    return no(msg("the procedure permits decisions on paper for registered plans only"), let_sign(q, step));
  if (!contains(roles, paper->role))
    return no(msg("the role '{role}' may not do step '{step}'",
                  {{"role", paper->role}, {"step", std::string(step)}}),
              msg("permitted roles: {roles}", {{"roles", who_may(roles)}}));
  if (q.registered != nullptr) {
    const registry::Person* decider = q.registered->find_person(paper->decided_by);
    if (decider == nullptr || !contains(q.registered->roles_of(*decider, q.at), paper->role))
      return no(msg("'{person}', who decided on paper, does not hold the role '{role}'",
                    {{"person", paper->decided_by}, {"role", paper->role}}));
  }
  return std::nullopt;
}

Answer paper_may(const Question& q, Step step, const std::optional<Paper>& paper) {
  return paper_may(q, sop::name(step), roles_of(q.state, q.procedure, step, q.at), paper);
}

// Who ratifies a decision entered from paper: the person who decided or, if they no longer can, another who
// may decide that step, whose own work it is not and who did not enter it.
template <typename Thing>
Answer may_answer(const Question& q, Step step, const Thing& decided) {
  const Paper& paper = *decided->body.paper;
  if (paper.decided_by == q.by.person) return std::nullopt;
  if (can_ratify(q.procedure, step, paper, q.registered, q.at))
    return no(msg("only '{person}', who decided on paper, can ratify it", {{"person", paper.decided_by}}));
  if (decided->made.by.person == q.by.person || decided->made.key == q.key)
    return no(msg("'{person}' entered the decision from paper and may not ratify it in place of '{decider}'",
                  {{"person", q.by.person}, {"decider", paper.decided_by}}),
              msg("another person with one of these roles must do it: {roles}",
                  {{"roles", who_may(ratifying_roles(q.procedure, step, paper))}}));
  return not_own(q, step, {});
}

// Denies that it was decided so on paper, instead of ratifying it.
template <typename Thing>
bool denies(const Question& q, Step step, const Thing& decided, const Digest& on) {
  return decided && decided->made.record == on && decided->body.paper && !decided->ratified &&
         !may_answer(q, step, decided);
}

// A decider's own record over what was entered from paper.
template <typename Thing>
Answer ratifies_paper(const Question& q, Step step, const Thing& decided, const Digest& ratified) {
  if (!decided || decided->made.record != ratified || !decided->body.paper)
    return no(msg("no such decision to ratify"));
  if (decided->ratified) return no(msg("this decision is already ratified"));
  return may_answer(q, step, decided);
}

// It was not approved: it must not be settled by the word of another person, at worst of the one who ran it.
Refusal emergency_on_paper(const Question& q) {
  return no(msg("an emergency repair cannot be ratified or rejected on paper"), let_sign(q, "approve"));
}

Answer run_is_open(const Question& q) {
  if (q.state.open_run() == nullptr) return std::nullopt;
  return no(
      msg("a repair has started but not ended"),
      msg("continue with 'jaga repair {id} --resume', or give up with --give-up", {{"id", q.state.id}}));
}

// Row 1, which only opens an incident: `monitor` is the first record and no other.
Answer check_one(const Question& q, const Monitor&, const Body&) {
  return out_of_order(q, "monitor");
}

// Row 2. Staff may analyse again until the repair is accepted (a wrong diagnosis); a machine only proposes,
// and only where nobody has analysed yet (`policies.confirm_system`).
Answer check_one(const Question& q, const Analyze& body, const Body& all) {
  const State& state = q.state;
  if (auto refusal = need_role(q, all, Step::analyze)) return refusal;
  const bool system = q.by.role == sop::kSystem;
  const bool proposal = state.analysis && state.analysis->proposal;
  switch (*state.phase) {
    case Step::analyze:
      break;
    case Step::approve:
    case Step::repair:
    case Step::verify:
      if (system) return out_of_order(q, "analyze");
      break;
    default:
      return out_of_order(q, "analyze");
  }
  if (auto refusal = run_is_open(q)) return refusal;
  if (body.confirms) {
    if (system) return no(msg("a machine cannot confirm an analysis"));
    if (!proposal || *body.confirms != state.analysis->made.record)
      return no(msg("no proposal to confirm"),
                msg("analyze it with 'jaga analyze {id}'", {{"id", state.id}}));
    if (body.fault != state.analysis->body.fault || !(body.plan == state.analysis->body.plan))
      return no(msg("a confirmation must not change the proposal"),
                msg("leave out --confirm to write an analysis of your own"));
  }
  return std::nullopt;
}

// Row 3 approves what row 2 found: `policies.confirm_system` keeps a machine's proposal from being approved.
Answer need_analysis(const Question& q, std::string_view step) {
  if (!q.state.analysis) return out_of_order(q, step);
  if (q.state.analysis->proposal)
    return no(msg("the analysis is a machine's proposal that is not confirmed yet"),
              msg("confirm it with 'jaga analyze {id} --confirm'; permitted roles: {roles}",
                  {{"id", q.state.id}, {"roles", who_may(q.procedure.row(Step::analyze).roles)}}));
  return std::nullopt;
}

// Row 3, yes: by its roles or those that `escalate` adds, not by who did a step of `not_by` (analyze).
Answer check_one(const Question& q, const Approve& body, const Body& all) {
  const State& state = q.state;
  if (auto refusal = need_role(q, all, Step::approve)) return refusal;
  if (auto refusal = paper_may(q, Step::approve, body.paper)) return refusal;
  if (body.ratifies) {
    // An emergency was run before row 3: a person other than the one who ran it must approve it afterwards.
    if (const Run* run = state.find_run(*body.ratifies)) {
      if (!run->body.emergency) return no(msg("this repair was not an emergency: nothing to ratify"));
      if (run->ratified) return no(msg("this emergency repair is already ratified or rejected"));
      if (run->body.basis != body.on)
        return no(msg("the decision is based on another analysis than the repair"));
      if (body.paper) return emergency_on_paper(q);
      if (run->made.by.person == q.by.person || run->made.key == q.key)
        return no(msg("'{person}' may not ratify their own repair", {{"person", q.by.person}}),
                  msg("another person with one of these roles must do it: {roles}",
                      {{"roles", who_may(q.procedure.row(Step::approve).roles)}}));
      return not_own(q, Step::approve, {});
    }
    return ratifies_paper(q, Step::approve, state.approval, *body.ratifies);
  }
  // `policies.approval`: an approval that has ended or was used up makes row 3 due again.
  const bool again = *state.phase == Step::repair && !approval_is_dead(state, q.at).empty();
  if (*state.phase != Step::approve && !again) return out_of_order(q, "approve");
  // A failed run is resumed or given up under its existing approval.
  if (q.is_new && again)
    if (const auto next = due_step(state, q.procedure, q.at, q.registered);
        next && next->step != Step::approve)
      return out_of_order(q, "approve");
  if (auto refusal = need_analysis(q, "approve")) return refusal;
  if (again) {
    if (auto refusal = run_is_open(q)) return refusal;
  }
  if (body.on != state.analysis->made.record)
    return no(msg("there is a newer analysis than the one of this decision"),
              msg("review it again: 'jaga approve {id}'", {{"id", state.id}}));
  if (auto refusal = not_own(q, Step::approve, body.paper)) return refusal;
  if (body.until <= q.at)
    return no(msg("the approval would expire before it begins"), msg("give a later --until"));
  return std::nullopt;
}

// The "Tidak" of rows 3, 5 and 6: back to where `no_goes` of the row permits.
Answer check_one(const Question& q, const Reject& body, const Body& all) {
  const State& state = q.state;
  const Rejection what = rejection_of(state, body);
  const bool is_withdraw = what == Rejection::withdrawal;
  const Step step = is_withdraw ? Step::accept : *step_of(body.step);
  if (auto refusal = need_role(q, all, step)) return refusal;
  // Row 3 alone corrects ("Mengoreksi").
  if (body.correction && step != Step::approve)
    return no(msg("only a rejection of 'approve' can contain a correction"));
  if (is_withdraw) {
    if (auto refusal = paper_may(q, name(body.step), withdrawal_roles(q.procedure), body.paper))
      return refusal;
    if (rejected_record(state, what) != body.on) return no(msg("no withdrawal to reject"));
    return std::nullopt;
  }
  if (auto refusal = paper_may(q, step, body.paper)) return refusal;
  const sop::NoGoes& goes = *q.procedure.row(step).no_goes;
  bool may_go = std::any_of(goes.may.begin(), goes.may.end(), [&](Step to) { return to == body.back; });
  if (what == Rejection::emergency) {
    const Run* run = state.find_run(body.on);
    if (!run->body.emergency || run->ratified) return no(msg("no emergency repair to reject"));
    if (auto refusal = run_is_open(q)) return refusal;
    if (body.paper) return emergency_on_paper(q);
    if (run->made.by.person == q.by.person || run->made.key == q.key)
      return no(msg("'{person}' may not decide on their own repair", {{"person", q.by.person}}));
  } else if (what == Rejection::approval) {
    const bool after =
        *state.phase == Step::verify || *state.phase == Step::accept || *state.phase == Step::archive;
    const bool denied = after && !body.paper && denies(q, Step::approve, state.approval, body.on);
    if ((*state.phase != Step::repair && !denied) || state.approval->revoked || state.approval->voided)
      return no(msg("no approval to revoke"), out_of_order(q, "reject").hint);
    // After revoking an approval, another one of the same plan may be requested.
    may_go = may_go || body.back == Step::approve;
  } else if (what == Rejection::analysis) {
    const bool again = *state.phase == Step::repair && !approval_is_dead(state, q.at).empty();
    if (*state.phase != Step::approve && !again) return out_of_order(q, "reject");
    if (auto refusal = run_is_open(q)) return refusal;
    if (rejected_record(state, what) != body.on)
      return no(msg("there is a newer analysis than the one of this decision"));
  } else if (what == Rejection::denied_verification && denies(q, Step::verify, state.verified, body.on)) {
    if (*state.phase != Step::accept || body.paper) return out_of_order(q, "reject");
  } else if (what == Rejection::denied_acceptance && denies(q, Step::accept, state.accepted, body.on)) {
    if (*state.phase != Step::archive || body.paper) return out_of_order(q, "reject");
  } else if (step == Step::verify) {
    const Run* run = state.finished_run();
    if (*state.phase != Step::verify || run == nullptr) return out_of_order(q, "reject");
    if (run->ended->record != body.on)
      return no(msg("there is a newer repair than the one of this decision"));
  } else {
    if (*state.phase != Step::accept || !state.verified) return out_of_order(q, "reject");
    if (state.verified->made.record != body.on)
      return no(msg("there is a newer verification than the one of this decision"));
  }
  if (!may_go) {
    std::vector<std::string> names;
    for (const Step to : goes.may) names.emplace_back(sop::name(to));
    return no(msg("a rejection of '{step}' cannot go back to '{back}'",
                  {{"step", std::string(name(body.step))}, {"back", std::string(sop::name(body.back))}}),
              msg("it can go back to: {steps}", {{"steps", join(names, ", ")}}));
  }
  return not_own(q, step, body.paper);
}

// Why the newest approval cannot be used; empty: there was none, or its plan was rejected.
Message gone(const State& state, Instant now) {
  if (!state.approval) return {};
  const bool later = state.analysis && state.analysis->made.seq > state.approval->made.seq;
  if (state.approval->voided && !later && !state.approval->revoked) return {};
  if (state.approval->revoked && !later)
    return msg("the approval was revoked by '{person}'", {{"person", state.approval->revoked->by.person}});
  return approval_is_dead(state, now);
}

// Row 4: what row 3 approved, once (`policies.approval`), or in an emergency what the plan permits to run
// before.
Answer check_one(const Question& q, const RepairStart& body, const Body& all) {
  const State& state = q.state;
  if (auto refusal = need_role(q, all, Step::repair)) return refusal;
  if (auto refusal = not_own(q, Step::repair, {})) return refusal;
  const Run* going_on = state.open_run() != nullptr ? state.open_run() : state.failed_run();
  if (*state.phase != Step::repair && !(body.emergency && *state.phase == Step::approve)) {
    Refusal refusal = out_of_order(q, "repair");
    if (Message dead = gone(state, q.at); !dead.empty()) refusal.what = std::move(dead);
    return refusal;
  }
  if (!state.analysis) return out_of_order(q, "repair");
  const plan::Frozen& plan = state.analysis->plan;

  if (body.emergency) {
    if (body.basis != state.analysis->made.record)
      return no(msg("an emergency repair must be based on the newest analysis"));
    if (!plan.emergency && !(body.mode == RepairMode::hand && q.has_occurred))
      return no(
          msg("the plan '{plan}' may not be run before it is approved", {{"plan", plan.name}}),
          msg("roles that may approve: {roles}", {{"roles", who_may(q.procedure.row(Step::approve).roles)}}));
  } else {
    if (state.approval && state.approval->made.record != body.basis)
      return no(msg("the approval is not the newest one"));
    Message dead = approval_is_dead(state, q.at);
    // A run that has begun has used its approval; that alone does not stop it from going on.
    const bool only_used = state.approval && !state.approval->revoked && !state.approval->voided &&
                           q.at <= state.approval->body.until;
    if (only_used && state.open_run() != nullptr && !body.resumes) return run_is_open(q);
    if (!dead.empty() && !(body.resumes && going_on != nullptr && only_used))
      return no(std::move(dead), out_of_order(q, "repair").hint);
  }

  if (!body.resumes) {
    if (auto refusal = run_is_open(q)) return refusal;
  }
  if (going_on != nullptr && going_on->body.basis == body.basis && !body.resumes) {
    return no(msg("the last run failed"),
              msg("continue with --resume, roll back with --rollback, or give up with --give-up"));
  }
  if (q.is_new && going_on != nullptr && !body.resumes && body.mode == RepairMode::run)
    if (const CommandRun* ran = not_to_be_repeated(state, *going_on))
      return no(msg("command {n} was already run on '{host}', and the plan does not permit repeating it",
                    {{"n", std::to_string(ran->start.n)}, {"host", ran->start.target}}),
                msg("continue after it with --resume, or from another command with --resume --from N"));
  if (body.resumes && (going_on == nullptr || going_on->made.record != *body.resumes))
    return no(msg("no such run to resume"));
  if (body.resumes && body.mode == RepairMode::run && !body.rollback && state.rolls_back(*going_on))
    return no(msg("the run to resume is a rollback"),
              msg("continue with --resume, complete it manually (--by-hand), or give up with --give-up"));
  if (body.mode == RepairMode::run) {
    if (!plan.runs())
      return no(msg("the plan '{plan}' has no commands to run", {{"plan", plan.name}}),
                msg("repair manually (--by-hand) or call in the vendor (--vendor NAME)"));
    if (!body.run_key || fingerprint_of(*body.run_key).empty())
      return no(msg("the record of a run must contain the temporary key that signs its commands"));
    if (body.rollback && plan.rollback.empty())
      return no(msg("the plan '{plan}' has no rollback", {{"plan", plan.name}}));
  } else if (body.run_key) {
    return no(msg("only the record of a run can contain a temporary key"));
  }
  if (body.mode == RepairMode::vendor && !body.vendor) return no(msg("the vendor's name is missing"));
  return std::nullopt;
}

const Run* run_of(const Question& q, const Digest& start) {
  const Run* run = q.state.open_run();
  return run != nullptr && run->made.record == start ? run : nullptr;
}
bool signed_by_run(const Question& q, const Run& run) {
  return run.body.run_key && fingerprint_of(*run.body.run_key) == q.key && run.made.by == q.by;
}
const std::vector<plan::FrozenCommand>& commands_of(const State& state, const Run& run) {
  return run.body.rollback ? state.analysis->plan.rollback : state.analysis->plan.commands;
}

// Row 4, "as approved": the commands of the approved plan, in its order, on its targets.
Answer check_one(const Question& q, const CommandStart& body, const Body&) {
  const Run* run = run_of(q, body.run);
  if (run == nullptr || run->body.mode != RepairMode::run)
    return no(msg("this command does not belong to a run"));
  if (!signed_by_run(q, *run))
    return no(msg("the record of a command must be signed with the temporary key of its run"));
  if (q.state.approval && q.state.approval->revoked && !run->body.emergency)
    return no(
        msg("the approval was revoked by '{person}'", {{"person", q.state.approval->revoked->by.person}}));
  if (!run->commands.empty() && !run->commands.back().end)
    return no(msg("the previous command has not ended"));
  const auto& commands = commands_of(q.state, *run);
  if (body.n > static_cast<std::int64_t>(commands.size()) ||
      commands[static_cast<std::size_t>(body.n - 1)].script_digest() != body.script)
    return no(msg("the approved plan has no such command"));
  const bool known = std::any_of(run->body.targets.begin(), run->body.targets.end(),
                                 [&](const FoundTarget& target) { return target.host == body.target; });
  if (!known) return no(msg("'{host}' is not a target of this run", {{"host", body.target}}));
  if (Message why = not_next(q.state, *run, body); !why.empty()) return no(std::move(why));
  return std::nullopt;
}

Answer check_one(const Question& q, const CommandEnd& body, const Body&) {
  const Run* run = run_of(q, body.run);
  if (run == nullptr || run->commands.empty() || run->commands.back().end)
    return no(msg("this outcome does not belong to a command"));
  if (!signed_by_run(q, *run))
    return no(msg("the record of a command must be signed with the temporary key of its run"));
  const CommandStart& start = run->commands.back().start;
  if (start.n != body.n || start.target != body.target)
    return no(msg("this outcome does not belong to a command"));
  if (body.boot && (!start.boot || *start.boot == *body.boot))
    return no(msg("a restart requires a boot id that differs from the one before"));
  return std::nullopt;
}

// The end of row 4. A person with one of its roles may end a repair that another person started.
Answer check_one(const Question& q, const RepairEnd& body, const Body& all) {
  const Run* run = run_of(q, body.run);
  if (run == nullptr) {
    run = q.state.failed_run();
    if (run != nullptr && (run->made.record != body.run || body.outcome != RepairOutcome::given_up))
      run = nullptr;
  }
  if (run == nullptr) return no(msg("no repair to end"), out_of_order(q, "repair").hint);
  if (!signed_by_run(q, *run)) {
    if (auto refusal = need_role(q, all, Step::repair)) return refusal;
  }
  if (body.outcome == RepairOutcome::done && run->body.mode == RepairMode::run)
    if (Message why = not_done(q.state, *run); !why.empty()) return no(std::move(why));
  return std::nullopt;
}

// Row 5, yes: not by who repaired (`not_by`), on what was measured last, and over a probe that still fails
// only with a reason.
Answer check_one(const Question& q, const Verify& body, const Body& all) {
  const State& state = q.state;
  if (auto refusal = need_role(q, all, Step::verify)) return refusal;
  if (auto refusal = paper_may(q, Step::verify, body.paper)) return refusal;
  if (body.ratifies) return ratifies_paper(q, Step::verify, state.verified, *body.ratifies);
  const Run* run = state.finished_run();
  if (*state.phase != Step::verify || run == nullptr) return out_of_order(q, "verify");
  if (!state.unsettled().empty()) return out_of_order(q, "verify");
  if (run->ended->record != body.on) return no(msg("there is a newer repair than the one of this decision"));
  if (auto refusal = not_own(q, Step::verify, body.paper)) return refusal;
  std::vector<record::Note> cited;
  if (body.measure) {
    for (const record::Note& note : q.notes)
      if (note.digest == *body.measure && is(note, record::NoteKind::measure)) cited.push_back(note);
    if (cited.empty()) return no(msg("the measurement for this decision is missing"));
  }
  const auto seen = measured(state, cited);
  if (body.measure && (!seen->note || *seen->note != *body.measure))
    return no(msg("the measurement for this decision is older than the repair"));
  if (!seen->good() && !body.override_why)
    return no(msg("a check that failed before is still failing or was not measured again"),
              msg("measure again with 'jaga monitor --incident {id}', reject the repair, or verify it with "
                  "--override REASON",
                  {{"id", state.id}}));
  return std::nullopt;
}

// Row 6, yes: not by who verified (`not_by`), and not before decisions on paper and emergencies are settled.
Answer check_one(const Question& q, const Accept& body, const Body& all) {
  const State& state = q.state;
  if (auto refusal = need_role(q, all, Step::accept)) return refusal;
  if (auto refusal = paper_may(q, Step::accept, body.paper)) return refusal;
  if (body.ratifies) return ratifies_paper(q, Step::accept, state.accepted, *body.ratifies);
  const auto next = due_step(state, q.procedure, q.at, q.registered);
  if (*state.phase != Step::accept || !state.verified || next->step != Step::accept)
    return out_of_order(q, "accept");
  if (state.verified->made.record != body.on)
    return no(msg("there is a newer verification than the one of this decision"));
  return not_own(q, Step::accept, body.paper);
}

// Row 7: the evidence, and where the replaced part is now ("barang bukti").
Answer check_one(const Question& q, const Archive& body, const Body& all) {
  if (auto refusal = need_role(q, all, Step::archive)) return refusal;
  const auto next = due_step(q.state, q.procedure, q.at, q.registered);
  if (!next || next->step != Step::archive) return out_of_order(q, "archive");
  if ((body.part == PartDisposition::stored || body.part == PartDisposition::returned) && !body.where)
    return no(msg("missing option: --part-stored, the place of the part"),
              msg("give --part-stored PLACE or --part-returned TO"));
  return not_own(q, Step::archive, {});
}

// No row of the form: closing without repair takes the yes of row 3 and then of row 6, from two people with
// two keys.
Answer check_one(const Question& q, const Withdraw& body, const Body& all) {
  const State& state = q.state;
  const Step step = body.seconds ? Step::accept : Step::approve;
  const auto& decided = body.seconds ? state.withdrawn : state.withdrawing;
  // Names the person who must ratify first to the person who would continue.
  if (body.ratifies)
    if (auto refusal = ratifies_paper(q, step, decided, *body.ratifies)) return refusal;
  if (auto refusal = need_role(q, all, step)) return refusal;
  if (auto refusal = paper_may(q, step, body.paper)) return refusal;
  const auto end = [](const Withdraw& b) { return std::tie(b.outcome, b.of, b.until, b.to); };
  if (body.ratifies) {
    if (end(body) == end(decided->body) && body.seconds == decided->body.seconds) return std::nullopt;
    return no(msg("a ratification must not change the outcome of the withdrawal"));
  }
  if (auto refusal = run_is_open(q)) return refusal;
  // Closed as never repaired, what was taken out would be nowhere.
  if (state.verified && (*state.phase == Step::accept || *state.phase == Step::archive))
    return no(msg("the repair was verified: the incident cannot be closed without repair"),
              out_of_order(q, "withdraw").hint);
  if (!state.unsettled().empty()) {
    return no(msg("an emergency repair is neither ratified nor rejected"),
              state.plan_waits()
                  ? msg("first reject the pending decision: 'jaga reject {id} -m REASON'; then ratify or "
                        "reject the emergency repair",
                        {{"id", state.id}})
                  : msg("ratify it with 'jaga approve {id}' or reject it with 'jaga reject {id} -m REASON'; "
                        "permitted roles: {roles}",
                        {{"id", state.id}, {"roles", who_may(q.procedure.row(Step::approve).roles)}}));
  }
  if (body.outcome == WithdrawalOutcome::duplicate && !body.of)
    return no(msg("missing option: --of, the other incident"));
  if (body.of == state.id) return no(msg("an incident cannot be a duplicate of itself"));
  if (body.outcome == WithdrawalOutcome::risk_accepted && !body.until)
    return no(msg("missing option: --until, until when the risk is accepted"));
  if (body.outcome == WithdrawalOutcome::handed_over && !body.to)
    return no(msg("missing option: --to, the recipient"));
  if (!body.seconds) return std::nullopt;
  if (!state.withdrawing || state.withdrawing->made.record != *body.seconds)
    return no(msg("no withdrawal waits for a second signature"));
  const Decided<Withdraw>& first = *state.withdrawing;
  if (end(first.body) != end(body))
    return no(msg("the second signature of a withdrawal must have the same outcome"),
              msg("the outcome is --outcome {outcome}; see 'jaga show {id}'",
                  {{"outcome", std::string(name(first.body.outcome))}, {"id", state.id}}));
  if (first.body.paper && !first.ratified)
    return no(
        msg("the first of the two signatures was given on paper, and '{person}' has not ratified it yet",
            {{"person", first.body.paper->decided_by}}),
        msg("to ratify: 'jaga withdraw {id} --outcome {outcome} -m REASON'",
            {{"id", state.id}, {"outcome", std::string(name(first.body.outcome))}}));
  if (state.withdrawn) return no(msg("this withdrawal already has its second signature"));
  const std::string& decider = body.paper ? body.paper->decided_by : q.by.person;
  const bool same_person = first.made.by.person == decider ||
                           (first.body.paper && first.body.paper->decided_by == decider) ||
                           (first.ratified && first.ratified->by.person == decider);
  if (same_person || (!body.paper && first.made.key == q.key))
    return no(msg("a withdrawal requires two people with two keys"),
              msg("another person with one of these roles must do it: {roles}",
                  {{"roles", who_may(q.procedure.row(Step::accept).roles)}}));
  return std::nullopt;
}

Answer check_one(const Question&, const Merge&, const Body&) {
  return std::nullopt;
}

// What is signed says what it is, in the record itself.
Answer summary_fits(const Question& q, const Body& body) {
  if (!is_decision(body)) return std::nullopt;
  const Summary* said = summary_in(body);
  if (said == nullptr) {
    if (!q.state.monitor.wants_summary()) return std::nullopt;  // an earlier version opened it
    return no(msg("the decision does not state what was decided: it has no summary"),
              msg("install the version of jaga that opened the incident, or a newer one"));
  }
  if (expected_summary(q.state, q.notes, body) == *said) return std::nullopt;
  return no(msg("the summary of the decision does not match the records"),
            msg("review it again: 'jaga show {id}'", {{"id", q.state.id}}));
}

}  // namespace

std::optional<Summary> expected_summary(const State& state, std::span<const record::Note> notes,
                                        const Body& body) {
  return state.subjects.summary_of(
      body, notes, state.analysis ? std::optional<Digest>(state.analysis->made.record) : std::nullopt);
}

static Answer judge(const Question& q, const Body& body) {
  if (q.state.finished())
    return no(msg("incident '{id}' is finished", {{"id", q.state.id}}),
              msg("see 'jaga show {id}'", {{"id", q.state.id}}));
  if (auto twice = signs_twice(q, body)) return twice;
  auto refusal = std::visit([&](const auto& alternative) { return check_one(q, alternative, body); }, body);
  if (!refusal && decided_step(body)) refusal = two_sign(q, body);
  if (!refusal) refusal = copies_are_there(q, body);
  if (!refusal) refusal = summary_fits(q, body);
  return refusal;
}

std::optional<Refusal> check(const Question& q, const Body& body) {
  auto refusal = judge(q, body);
  if (refusal) refusal->hint = sop::with_role_titles(std::move(refusal->hint), q.procedure);
  return refusal;
}

}  // namespace jaga::incident
