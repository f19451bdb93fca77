// The bodies that commands propose, filled in from the state; decide() judges them.
#include <algorithm>

#include "base/text.hpp"
#include "incident/check.hpp"
#include "sop/role_titles.hpp"

namespace jaga::incident {

using sop::Step;

namespace {
template <typename B>
const B* half_of(const State& state, Step step, Instant now) {
  const HalfSigned* first = half_signed(state, step, now);
  return first == nullptr ? nullptr : &std::get<B>(first->body);
}
// The emergency that an approve or reject settles now: where a plan or a run waits for a decision, that is
// meant.
const Run* to_settle(const State& state) {
  if (state.finished() || state.plan_waits()) return nullptr;
  const auto unsettled = state.unsettled();
  return unsettled.empty() ? nullptr : unsettled.front();
}
template <typename B>
B second_of(const State& state, B body) {
  body.reason.reset();
  body.summary.reset();
  body.seconds = state.half_signed->made.record;
  return body;
}
}  // namespace

Approve draft_approval(const State& state, const sop::Sop& procedure, Instant now) {
  Approve body;
  if (state.analysis) body.on = state.analysis->made.record;
  body.until = procedure.approval_ends(now);
  body.runs = procedure.policies.approval_runs;
  const auto next = due_step(state, procedure, now);
  if (const Run* run = to_settle(state)) {
    body.ratifies = run->made.record;
    body.on = run->body.basis;
  } else if (next && next->step == Step::approve && !state.plan_waits() && state.approval &&
             state.approval->body.paper && !state.approval->ratified) {
    body.ratifies = state.approval->made.record;
    body.on = state.approval->body.on;
  }
  if (const auto* first = half_of<Approve>(state, Step::approve, now);
      first != nullptr && first->on == body.on && first->ratifies == body.ratifies)
    return second_of(state, *first);
  return body;
}

Verify draft_verification(const State& state, std::span<const record::Note> notes) {
  Verify body;
  if (state.verified && state.verified->body.paper && !state.verified->ratified &&
      state.phase == Step::accept) {
    body = state.verified->body;
    body.paper.reset();
    body.summary.reset();
    body.ratifies = state.verified->made.record;
    return body;
  }
  if (const Run* run = state.finished_run()) body.on = run->ended->record;
  if (const auto seen = measured(state, notes)) body.measure = seen->note;
  if (const auto* first = half_of<Verify>(state, Step::verify, {});
      first != nullptr && first->on == body.on && first->measure == body.measure)
    return second_of(state, *first);
  return body;
}

Accept draft_acceptance(const State& state) {
  Accept body;
  if (state.accepted && state.accepted->body.paper && !state.accepted->ratified) {
    body = state.accepted->body;
    body.paper.reset();
    body.summary.reset();
    body.ratifies = state.accepted->made.record;
    return body;
  }
  if (state.verified) body.on = state.verified->made.record;
  if (const auto* first = half_of<Accept>(state, Step::accept, {}); first != nullptr && first->on == body.on)
    return second_of(state, *first);
  return body;
}

Reject draft_rejection(const State& state, const sop::Sop& procedure, Instant now, const std::string& reason,
                       std::optional<std::string> back) {
  Reject body;
  body.reason = reason;
  const auto next = due_step(state, procedure, now);
  if (!next)
    throw Error(ExitCode::not_permitted, msg("incident '{id}' is finished", {{"id", state.id}}),
                msg("see 'jaga show {id}'", {{"id", state.id}}));
  Step step = next->step;
  std::optional<Rejection> what;
  if (state.withdrawing) {
    body.step = RejectedStep::withdraw;
    body.on = *rejected_record(state, Rejection::withdrawal);
    body.back = Step::analyze;
    return body;
  }
  if (to_settle(state) != nullptr) {
    step = Step::approve;
    what = Rejection::emergency;
  } else if (step == Step::approve) {
    // The decider of what was entered from paper denies it.
    what = !state.plan_waits() && state.approval ? Rejection::approval : Rejection::analysis;
  } else if (step == Step::verify && state.phase == Step::accept && state.verified) {
    what = Rejection::denied_verification;
  } else if (step == Step::accept && state.phase == Step::archive && state.accepted) {
    what = Rejection::denied_acceptance;
  } else if (step == Step::verify && state.finished_run() != nullptr) {
    what = Rejection::repair;
  } else if (step == Step::accept && state.verified) {
    what = Rejection::verification;
  } else if (step == Step::repair && state.approval && !state.approval->revoked) {
    step = Step::approve;
    what = Rejection::approval;
  }
  if (!what)
    throw Error(ExitCode::not_permitted,
                msg("nothing to reject: the next step is '{due}'").with("due", sop::word(step)),
                sop::with_role_titles(
                    msg("{what}; permitted roles: {roles}", {{"roles", who_may(next->roles)}}), procedure)
                    .with("what", next->what));
  if (const auto record = rejected_record(state, *what)) body.on = *record;
  body.step = rejected_step(step);
  const sop::NoGoes& goes = *procedure.row(step).no_goes;
  const auto to = back ? sop::parse_step(*back) : std::optional(goes.by_default);
  if (!to || *to == Step::monitor || *to == Step::accept || *to == Step::archive) {
    std::vector<std::string> names;
    for (const Step may : goes.may) names.emplace_back(sop::name(may));
    throw Error(
        ExitCode::usage,
        msg("a rejection of '{step}' cannot go back to '{back}'",
            {{"step", std::string(name(body.step))}, {"back", back.value_or(std::string(sop::name(*to)))}}),
        msg("it can go back to: {steps}", {{"steps", join(names, ", ")}}));
  }
  body.back = *to;
  return body;
}

Withdraw draft_withdrawal(const State& state, std::optional<WithdrawalOutcome> outcome,
                          const std::string& reason) {
  Withdraw body;
  if (outcome) body.outcome = *outcome;
  body.reason = reason;
  if (state.withdrawing) {
    if (!outcome) body.outcome = state.withdrawing->body.outcome;
    body.of = state.withdrawing->body.of;
    body.until = state.withdrawing->body.until;
    body.to = state.withdrawing->body.to;
    const bool first = state.withdrawing->body.paper && !state.withdrawing->ratified;
    if (first) {
      body.ratifies = state.withdrawing->made.record;
    } else {
      body.seconds = state.withdrawing->made.record;
      if (state.withdrawn) body.ratifies = state.withdrawn->made.record;
    }
  }
  return body;
}

RepairStart draft_repair_start(const State& state, RepairMode mode, std::optional<std::string> emergency,
                               bool resume) {
  RepairStart body;
  body.mode = mode;
  const Run* going_on = state.open_run() != nullptr ? state.open_run() : state.failed_run();
  body.emergency = std::move(emergency);
  if (resume && going_on != nullptr && going_on->body.emergency) body.emergency = going_on->body.emergency;
  if (body.emergency && state.analysis) {
    body.basis = state.analysis->made.record;
  } else if (state.approval) {
    body.basis = state.approval->made.record;
  }
  std::int64_t last = 0;
  for (const Run& run : state.runs)
    if (run.body.basis == body.basis) last = std::max(last, run.body.run);
  body.run = last + 1;
  if (resume) {
    if (going_on == nullptr && state.approval && state.approval->revoked)
      throw Error(
          ExitCode::not_permitted,
          msg("the approval was revoked by '{person}'", {{"person", state.approval->revoked->by.person}}),
          msg("see the next step with 'jaga show {id}'", {{"id", state.id}}));
    if (going_on == nullptr)
      throw Error(ExitCode::not_permitted, msg("no run to resume"),
                  msg("start one with 'jaga repair {id}'", {{"id", state.id}}));
    body.resumes = going_on->made.record;
    body.rollback = mode == RepairMode::run && state.rolls_back(*going_on);
    if (going_on->body.basis == body.basis) body.run = going_on->body.run;
  }
  return body;
}

}  // namespace jaga::incident
