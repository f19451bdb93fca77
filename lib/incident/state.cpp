#include <algorithm>
#include <utility>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "base/zone.hpp"
#include "incident/check.hpp"
#include "incident/clocks.hpp"
#include "incident/note.hpp"
#include "record/kind.hpp"
#include "sshkey/public_key.hpp"

namespace jaga::incident {

using sop::Step;

const Run* State::find_run(const Digest& start) const {
  for (const Run& run : runs)
    if (run.made.record == start) return &run;
  return nullptr;
}

bool State::rolls_back(const Run& run) const {
  const Run* at = &run;
  while (at->body.mode != RepairMode::run && at->body.resumes) {
    const Run* before = find_run(*at->body.resumes);
    if (before == nullptr) break;
    at = before;
  }
  return at->body.rollback;
}

namespace {
const Run* newest(const std::vector<Run>& runs) {
  for (auto run = runs.rbegin(); run != runs.rend(); ++run)
    if (!run->left_behind) return &*run;
  return nullptr;
}
}  // namespace

const Run* State::open_run() const {
  const Run* run = newest(runs);
  return run == nullptr || run->end || run->continued ? nullptr : run;
}
bool State::part_replaced() const {
  return std::any_of(runs.begin(), runs.end(),
                     [](const Run& run) { return run.end && !run.end->parts.empty(); });
}

const Run* State::failed_run() const {
  const Run* run = newest(runs);
  if (phase != Step::repair || run == nullptr || !run->end) return nullptr;
  if (run->end->outcome != RepairOutcome::failed) return nullptr;
  const bool current = analysis && run->made.seq > analysis->made.seq;
  return current ? run : nullptr;
}
const Run* State::finished_run() const {
  const Run* run = newest(runs);
  return run == nullptr || !run->end || run->end->outcome != RepairOutcome::done ? nullptr : run;
}
std::vector<Run> State::left_behind() const {
  std::vector<Run> result;
  for (const Run& run : runs)
    if (run.left_behind && !run.continued && (!analysis || run.made.seq > analysis->made.seq))
      result.push_back(run);
  return result;
}
std::vector<const Run*> State::unsettled() const {
  std::vector<const Run*> result;
  for (const Run& run : runs)
    if (run.body.emergency && !run.ratified && !run.continued) result.push_back(&run);
  return result;
}

bool Measured::good() const {
  const auto failing = [](const Result& result) { return result.state != round::State::ok; };
  if (std::any_of(after.begin(), after.end(), failing)) return false;
  return std::all_of(before.begin(), before.end(), [&](const Result& result) {
    if (!failing(result)) return true;
    return std::any_of(after.begin(), after.end(), [&](const Result& later) {
      return later.host == result.host && later.check == result.check;
    });
  });
}

std::optional<Measured> measured(const State& state, std::span<const record::Note> notes) {
  const Run* run = state.finished_run();
  if (run == nullptr) return std::nullopt;
  Measured result;
  result.before = failed_before(state.monitor.results, run->end->before);
  result.after = run->end->after;
  result.at = run->ended->at;
  for (const record::Note& note : notes) {
    if (!is(note, record::NoteKind::measure) || note.at < result.at) continue;
    try {
      result.after = measure_from_node(note.body, note.id).results;
    } catch (const Error&) {
      continue;  // audit names it
    }
    result.at = note.at;
    result.note = note.digest;
  }
  return result;
}

Message approval_is_dead(const State& state, Instant now) {
  if (!state.approval) return msg("no approved repair");
  const Approval& approval = *state.approval;
  if (approval.voided) return msg("a newer analysis has replaced the approved one");
  if (now > approval.body.until)
    return msg("the approval expired at {time}")
        .with("time", zoned_time(approval.body.until, state.utc_offset));
  if (now < approval.made.at && now < approval.made.occurred.value_or(approval.made.at))
    return msg("the approval begins at {time}, but the clock of this machine is behind that time")
        .with("time", zoned_time(approval.made.at, state.utc_offset));
  if (approval.revoked)
    return msg("the approval was revoked by '{person}'", {{"person", approval.revoked->by.person}});
  if (approval.used >= approval.allowed) return msg("the approval has already been used");
  return {};
}

namespace {

// A decision on paper waits for who decided it, or where they cannot ratify it any more for others.
Due to_ratify(const sop::Sop& procedure, Step step, const Paper& paper, Message what,
              const registry::Register* registered, Instant now) {
  Due due{step, ratifying_roles(procedure, step, paper), std::move(what)};
  if (can_ratify(procedure, step, paper, registered, now)) {
    due.only = paper.decided_by;
  } else {
    due.in_place_of = paper.decided_by;
    due.what = msg("ratify or reject the paper decision of '{person}', who no longer has a role or a key",
                   {{"person", paper.decided_by}});
  }
  return due;
}

}  // namespace

std::optional<Due> due(const State& state, const sop::Sop& procedure, Instant now,
                       const registry::Register* registered) {
  if (!state.finished() && state.withdrawing) {
    const auto waits = [](const auto& decided) { return decided->body.paper && !decided->ratified; };
    const bool first = waits(state.withdrawing);
    if (first || state.withdrawn) {
      Due due = to_ratify(procedure, first ? Step::approve : Step::accept,
                          *(first ? state.withdrawing : state.withdrawn)->body.paper,
                          msg("ratify or reject the withdrawal that was decided on paper"), registered, now);
      due.withdrawal = true;
      return due;
    }
    return Due{Step::accept, procedure.row(Step::accept).roles,
               msg("countersign the withdrawal or reject it"), true};
  }
  auto next = due_step(state, procedure, now, registered);
  if (!next || next->only || next->in_place_of || state.spans.empty()) return next;
  const sop::Row& row = procedure.row(next->step);
  if (row.escalate.empty()) return next;
  next->escalated = escalated(state, procedure, next->step, now);
  const auto spans = spans_at(state, procedure, now);
  if (spans.back().ended || spans.back().step != next->step) return next;
  const auto waited = clock_of(spans.back(), state, procedure, now).net;
  const sop::Escalation* first = nullptr;
  for (const sop::Escalation& one : row.escalate)
    if (one.after > waited && (first == nullptr || one.after < first->after)) first = &one;
  if (first != nullptr)
    next->next = Escalation{first->roles, reaches(spans.back(), first->after, state, procedure)};
  return next;
}

std::optional<Due> due_by_rows(const State& state, const sop::Sop& procedure, Instant now,
                               const registry::Register* registered) {
  if (state.finished()) return std::nullopt;
  const auto answer = [&](Step step, Message what) {
    return Due{step, procedure.row(step).roles, std::move(what)};
  };
  const auto paper = [&](Step step, const auto& decided) {
    return to_ratify(procedure, step, *decided->body.paper, msg("ratify what was decided on paper"),
                     registered, now);
  };
  const bool shut =
      *state.phase == Step::verify || *state.phase == Step::accept || *state.phase == Step::archive;
  if (shut && !state.unsettled().empty()) {
    Due due = answer(Step::approve, msg("ratify or reject the emergency repair"));
    due.emergency = true;
    return due;
  }
  const auto waits = [](const auto& decided) { return decided && decided->body.paper && !decided->ratified; };
  if (*state.phase == Step::accept && waits(state.approval)) return paper(Step::approve, state.approval);
  if (*state.phase == Step::accept && waits(state.verified)) return paper(Step::verify, state.verified);
  if (*state.phase == Step::archive && waits(state.accepted)) return paper(Step::accept, state.accepted);
  switch (*state.phase) {
    case Step::analyze:
      if (state.analysis && state.analysis->proposal)
        return answer(Step::analyze, msg("confirm or change the machine's proposal"));
      return answer(Step::analyze, msg("find the cause and propose a plan"));
    case Step::approve:
      return answer(Step::approve, msg("approve or reject the plan"));
    case Step::repair: {
      const Run* open = state.open_run();
      if (open != nullptr && open->body.mode == RepairMode::vendor && state.after_run)
        return answer(Step::repair, msg("the approval was revoked by '{person}': cancel the vendor's visit, "
                                        "then record the work done or give up the repair",
                                        {{"person", state.approval->revoked->by.person}}));
      if (open != nullptr && state.after_run)
        return answer(Step::repair, msg("the approval was revoked by '{person}': end the running repair",
                                        {{"person", state.approval->revoked->by.person}}));
      if (open != nullptr && open->body.mode == RepairMode::vendor)
        return answer(Step::repair, msg("record the vendor's reply"));
      if (open != nullptr) return answer(Step::repair, msg("end the running repair"));
      const Run* failed = state.failed_run();
      const bool alive = state.approval && !state.approval->revoked && !state.approval->voided &&
                         now <= state.approval->body.until;
      if (failed != nullptr && (alive || failed->body.emergency))
        return answer(Step::repair, msg("resume the failed run or give it up"));
      if (Message dead = approval_is_dead(state, now); !dead.empty())
        return answer(Step::approve, std::move(dead));
      return answer(Step::repair, msg("carry out the approved plan"));
    }
    case Step::verify:
      return answer(Step::verify, msg("check the repair"));
    case Step::accept:
      return answer(Step::accept, msg("accept the report"));
    default:
      return answer(Step::archive, msg("store the evidence"));
  }
}

const HalfSigned* half_signed(const State& state, Step step, Instant now) {
  if (!state.half_signed || decided_step(state.half_signed->body) != step) return nullptr;
  const auto* approve = std::get_if<Approve>(&state.half_signed->body);
  return approve != nullptr && approve->until <= now ? nullptr : &*state.half_signed;
}

std::optional<Due> due_step(const State& state, const sop::Sop& procedure, Instant now,
                            const registry::Register* registered) {
  auto due = due_by_rows(state, procedure, now, registered);
  if (!due || due->only || due->in_place_of) return due;
  if (const HalfSigned* first = half_signed(state, due->step, now)) {
    due->roles = other_signers(state, procedure, now);
    due->what = msg("give the second signature or reject: '{person}' has signed",
                    {{"person", first->made.by.person}});
    return due;
  }
  due->roles = roles_of(state, procedure, due->step, now);
  for (const auto& role : procedure.row(due->step).countersign)
    if (std::find(due->roles.begin(), due->roles.end(), role) == due->roles.end()) due->roles.push_back(role);
  return due;
}

std::string fingerprint_of(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return {};
  std::string_view rest = line.substr(space + 1);
  rest = rest.substr(0, rest.find(' '));
  const auto blob = base64_decode(rest);
  if (!blob || blob->empty()) return {};
  return sshkey::fingerprint(*blob);
}

namespace {

struct Applier {
  State& state;
  const sop::Sop& procedure;
  const Made& made;
  std::optional<Made> first;  // the other of two signatures

  void operator()(const Monitor&) {}
  // Row 2. It takes the place of the analysis before: what that approved is void.
  void operator()(const Analyze& body) {
    Analysis analysis{made, body, plan::of_node(body.plan, {"plan", ExitCode::data}), false, {}};
    if (body.confirms && state.analysis) analysis.proposed = state.analysis->made;
    const bool system = made.by.role == sop::kSystem;
    analysis.proposal = system && procedure.policies.confirm_system;
    state.phase = analysis.proposal ? Step::analyze : Step::approve;
    state.analysis = std::move(analysis);
    if (state.approval && !state.approval->voided) state.approval->voided = made;
    state.verified.reset();
    state.accepted.reset();
    state.after_run.reset();
  }
  // The step was approved: its earlier rejections no longer apply.
  void answered(RejectedStep step) {
    std::erase_if(state.rejections, [&](const Decided<Reject>& no) { return no.body.step == step; });
  }
  // Of a decision that two sign: whether this is the first of the two.
  template <typename B>
  bool is_first(Step step, const B& body) {
    if (body.seconds || procedure.row(step).countersign.empty()) return false;
    state.half_signed = HalfSigned{made, body};
    return true;
  }
  void operator()(const Approve& body) {
    if (is_first(Step::approve, body)) return;
    if (body.ratifies) {
      for (Run& run : state.runs)
        if (run.made.record == *body.ratifies) run.ratified = made;
      if (state.approval && state.approval->made.record == *body.ratifies) state.approval->ratified = made;
      return;
    }
    // Row 3, yes: on to row 4.
    answered(RejectedStep::approve);
    state.approval = Approval{made, body, 0, body.runs, {}, {}, {}, first};
    state.phase = Step::repair;
  }
  void operator()(const Reject& body) {
    const Rejection what = rejection_of(state, body);
    if (what == Rejection::withdrawal) return;
    state.rejections.push_back(Decided<Reject>{made, body, {}});
    const Step back = body.back;
    if (body.step == RejectedStep::approve) {
      if (what == Rejection::emergency) {
        Run& run = run_of(body.on);
        run.ratified = made;
        run.rejected = true;
      }
      if (what == Rejection::approval) {
        state.approval->revoked = made;
        if (const Run* run = state.open_run()) {
          state.after_run = back;
          // Nothing is waited for any more but that staff call them off.
          if (run->body.mode == RepairMode::vendor && !state.pauses.empty() && !state.pauses.back().to)
            state.pauses.back() = {state.pauses.back().from, made.at, true};
          return;
        }
      }
      go_back(back);
      return;
    }
    // Row 5, no, back to row 4: the same approval permits one run more.
    if (back == Step::repair && state.approval) ++state.approval->allowed;
    go_back(back);
  }
  void go_back(Step back) {
    if (back != Step::accept) state.accepted.reset();
    if (back != Step::accept) state.verified.reset();
    if (back == Step::analyze && state.analysis) {
      state.analysis->proposal = false;
      if (state.approval && !state.approval->voided) state.approval->voided = made;
    }
    state.phase = back;
  }
  void operator()(const RepairStart& body) {
    if (body.resumes) {
      for (Run& run : state.runs) {
        if (run.made.record != *body.resumes) continue;
        run.continued = true;
        // A vendor who never replied is not waited for any more, and the time counts.
        if (run.body.mode == RepairMode::vendor && !run.end && !state.pauses.empty() &&
            !state.pauses.back().to)
          state.pauses.back().to = made.at;
      }
    } else if (state.approval && !body.emergency) {
      ++state.approval->used;
    }
    state.runs.push_back(Run{made, body, {}, {}, {}, false, false, {}});
    state.phase = Step::repair;
    if (body.mode == RepairMode::vendor) state.pauses.push_back({made.at, {}, false});
  }
  Run& run_of(const Digest& start) {
    for (Run& run : state.runs)
      if (run.made.record == start) return run;
    return state.runs.back();
  }
  void operator()(const CommandStart& body) { run_of(body.run).commands.push_back({body, made, {}}); }
  void operator()(const CommandEnd& body) { run_of(body.run).commands.back().end = body; }
  void operator()(const RepairEnd& body) {
    Run& run = run_of(body.run);
    run.end = body;
    run.ended = made;
    // The wait is over when they have left, however late somebody says so.
    if (run.body.mode == RepairMode::vendor && !state.pauses.empty()) {
      Pause& pause = state.pauses.back();
      const Instant over = std::min({pause.to.value_or(made.at), body.left.value_or(made.at), made.at});
      pause.to = std::max(over, pause.from);
      pause.complete = body.lacking().empty();
    }
    if (state.after_run) {
      go_back(*state.after_run);
      state.after_run.reset();
    } else if (body.outcome == RepairOutcome::done) {
      // Row 4 leads to row 5; a rollback is not a repair, and the cause has to be found again (row 2).
      state.phase = run.body.rollback ? Step::analyze : Step::verify;
    } else if (body.outcome == RepairOutcome::given_up) {
      go_back(Step::analyze);
    } else {
      state.phase = Step::repair;
    }
  }
  void operator()(const Verify& body) {
    if (is_first(Step::verify, body)) return;
    if (body.ratifies) {
      state.verified->ratified = made;
      return;
    }
    // Row 5, yes: on to row 6.
    answered(RejectedStep::verify);
    state.verified = Decided<Verify>{made, body, {}, first};
    state.phase = Step::accept;
  }
  void operator()(const Accept& body) {
    if (is_first(Step::accept, body)) return;
    if (body.ratifies) {
      state.accepted->ratified = made;
      return;
    }
    // Row 6, yes: on to row 7.
    answered(RejectedStep::accept);
    state.accepted = Decided<Accept>{made, body, {}, first};
    state.phase = Step::archive;
  }
  void operator()(const Archive& body) {
    state.archived = Decided<Archive>{made, body, {}};
    state.phase.reset();
  }
  void operator()(const Withdraw& body) {
    if (body.ratifies) {
      (body.seconds ? state.withdrawn : state.withdrawing)->ratified = made;
      if (body.seconds) state.phase.reset();
    } else if (body.seconds) {
      state.withdrawn = Decided<Withdraw>{made, body, {}};
      if (!body.paper) state.phase.reset();
    } else {
      state.withdrawing = Decided<Withdraw>{made, body, {}};
    }
  }
  void operator()(const Merge&) {}
};

}  // namespace

void apply(State& state, const sop::Sop& procedure, const Body& body, const Made& made) {
  // Any step between the two records of a withdrawal, or a rejection, ends it.
  const auto* withdraw = std::get_if<Withdraw>(&body);
  if (withdraw == nullptr || (!withdraw->seconds && !withdraw->ratifies)) {
    state.withdrawing.reset();
    state.withdrawn.reset();
  }
  const auto half = std::exchange(state.half_signed, std::nullopt);
  std::visit(Applier{state, procedure, made, half ? std::optional<Made>(half->made) : std::nullopt}, body);
  const auto& analysis = state.analysis;
  state.subjects.add(made.record, body,
                     analysis ? std::optional<Digest>(analysis->made.record) : std::nullopt,
                     analysis ? &analysis->plan : nullptr);
  if (state.finished()) state.withdrawing.reset();
}

}  // namespace jaga::incident
