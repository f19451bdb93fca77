// Who may: by role, by what has waited too long, with a second signature, and never on their own work.
#include <algorithm>

#include "base/text.hpp"
#include "incident/check.hpp"
#include "incident/clocks.hpp"

namespace jaga::incident {
namespace {

using sop::Step;

void add(std::vector<std::string>& list, const std::vector<std::string>& more) {
  for (const auto& one : more)
    if (!contains(list, one)) list.push_back(one);
}

// The roles that may give one of the signatures of a decision.
std::vector<std::string> signers(const State& state, const sop::Sop& procedure, Step step, Instant at) {
  auto roles = roles_of(state, procedure, step, at);
  add(roles, procedure.row(step).countersign);
  return roles;
}

// Who did a step of the current pass: person and key. On paper the decider counts as well as who entered it.
struct Author {
  std::string person;
  std::string key;
};
void add(std::vector<Author>& authors, const Made& made, const std::optional<Paper>& paper = {}) {
  authors.push_back({made.by.person, made.key});
  if (paper) authors.push_back({paper->decided_by, ""});
}
std::vector<Author> authors_of(const State& state, Step step) {
  std::vector<Author> authors;
  if (step == Step::analyze && state.analysis) {
    add(authors, state.analysis->made);
    if (state.analysis->proposed) add(authors, *state.analysis->proposed);
  } else if (step == Step::approve && state.approval) {
    add(authors, state.approval->made, state.approval->body.paper);
    if (state.approval->first) add(authors, *state.approval->first);
    if (state.approval->ratified) add(authors, *state.approval->ratified);
  } else if (step == Step::repair) {
    // Every run since the analysis: an earlier one may have done the work that is judged.
    for (const Run& run : state.runs) {
      if (state.analysis && run.made.seq < state.analysis->made.seq) continue;
      add(authors, run.made);
      if (run.ended && run.ended->key != fingerprint_of(run.body.run_key.value_or("")))
        add(authors, *run.ended);
    }
  } else if (step == Step::verify && state.verified) {
    add(authors, state.verified->made, state.verified->body.paper);
    if (state.verified->first) add(authors, *state.verified->first);
    if (state.verified->ratified) add(authors, *state.verified->ratified);
  } else if (step == Step::accept && state.accepted) {
    add(authors, state.accepted->made, state.accepted->body.paper);
    if (state.accepted->first) add(authors, *state.accepted->first);
    if (state.accepted->ratified) add(authors, *state.accepted->ratified);
  }
  return authors;
}

std::optional<Digest> seconds_of(const Body& body) {
  return std::visit(
      [](const auto& one) -> std::optional<Digest> {
        if constexpr (requires { one.seconds; }) return one.seconds;
        return std::nullopt;
      },
      body);
}

// What is decided, without who says it and why. The summary follows from it, and an earlier version wrote
// none.
Body bare(Body body) {
  std::visit(
      [](auto& one) {
        if constexpr (requires {
                        one.seconds;
                        one.ratifies;
                        one.reason;
                      }) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(one)>, Withdraw>) one.reason.reset();
          one.seconds.reset();
        }
      },
      body);
  set_summary(body, std::nullopt);
  return body;
}

}  // namespace

// `escalate` of the row: what has waited so long (net of pauses, in working hours) may be done by these too.
std::vector<std::string> escalated(const State& state, const sop::Sop& procedure, Step step, Instant at) {
  std::vector<std::string> roles;
  const sop::Row& row = procedure.row(step);
  if (row.escalate.empty() || state.spans.empty()) return roles;
  const auto spans = spans_at(state, procedure, at);
  if (spans.back().ended || spans.back().step != step) return roles;
  const auto waited = clock_of(spans.back(), state, procedure, at).net;
  for (const sop::Escalation& one : row.escalate) {
    if (waited < one.after) continue;
    for (const auto& role : one.roles)
      if (!contains(row.roles, role) && !contains(roles, role)) roles.push_back(role);
  }
  return roles;
}

std::vector<std::string> roles_of(const State& state, const sop::Sop& procedure, Step step, Instant at) {
  auto roles = procedure.row(step).roles;
  add(roles, escalated(state, procedure, step, at));
  return roles;
}

std::vector<std::string> ratifying_roles(const sop::Sop& procedure, Step step, const Paper& paper) {
  auto roles = procedure.row(step).roles;
  add(roles, std::vector<std::string>{paper.role});
  return roles;
}

bool can_ratify(const sop::Sop& procedure, Step step, const Paper& paper,
                const registry::Register* registered, Instant at) {
  if (registered == nullptr) return true;
  const registry::Person* decider = registered->find_person(paper.decided_by);
  if (decider == nullptr) return false;
  const bool has_key =
      std::any_of(decider->keys.begin(), decider->keys.end(), [](const auto& key) { return key.current(); });
  const auto may = ratifying_roles(procedure, step, paper);
  const auto held = registered->roles_of(*decider, at);
  return has_key &&
         std::any_of(held.begin(), held.end(), [&](const std::string& role) { return contains(may, role); });
}

// Rows 3 and 6: the two whose yes closes an incident without repair.
std::vector<std::string> withdrawal_roles(const sop::Sop& procedure) {
  std::vector<std::string> roles = procedure.row(Step::approve).roles;
  for (const auto& role : procedure.row(Step::accept).roles) roles.push_back(role);
  return roles;
}

std::optional<Step> decided_step(const Body& body) {
  if (std::holds_alternative<Approve>(body)) return Step::approve;
  if (std::holds_alternative<Verify>(body)) return Step::verify;
  if (std::holds_alternative<Accept>(body)) return Step::accept;
  return std::nullopt;
}

std::vector<std::string> other_signers(const State& state, const sop::Sop& procedure, Instant at) {
  const Step step = *decided_step(state.half_signed->body);
  const std::string& first = state.half_signed->made.by.role;
  const auto& countersign = procedure.row(step).countersign;
  const auto own = roles_of(state, procedure, step, at);
  if (!contains(countersign, first)) return countersign;
  if (!contains(own, first)) return own;
  auto roles = countersign;
  add(roles, own);
  return roles;
}

// `not_by` of the row: nobody decides on their own work, by person and by key; this applies to admins, too.
std::optional<Refusal> not_own(const Question& q, Step step, const std::optional<Paper>& paper) {
  const std::string& decider = paper ? paper->decided_by : q.by.person;
  for (const Step work : q.procedure.row(step).not_by) {
    for (const Author& author : authors_of(q.state, work)) {
      if (author.person != decider && (author.key.empty() || author.key != q.key || paper)) continue;
      return Refusal{msg("'{person}' may not do step '{step}' on their own work: they did '{work}'",
                         {{"person", decider}})
                         .with("step", sop::word(step))
                         .with("work", sop::word(work)),
                     msg("another person with one of these roles must do it: {roles}",
                         {{"roles", who_may(q.procedure.row(step).roles)}})};
    }
  }
  return std::nullopt;
}

// `countersign` of the row: two people, two keys.
std::optional<Refusal> signs_twice(const Question& q, const Body& body) {
  const auto step = decided_step(body);
  if (!step || !seconds_of(body) || !q.state.half_signed) return std::nullopt;
  const HalfSigned& first = *q.state.half_signed;
  if (first.made.record != *seconds_of(body)) return std::nullopt;
  if (first.made.by.person == q.by.person || first.made.key == q.key)
    return Refusal{
        msg("'{step}' requires the signatures of two people with two keys").with("step", sop::word(*step)),
        msg("another person with one of these roles must do it: {roles}",
            {{"roles", who_may(other_signers(q.state, q.procedure, q.at))}})};
  return std::nullopt;
}

// `countersign` of the row: where it names roles, a decision takes two signatures to the same, none of them
// on paper.
std::optional<Refusal> two_sign(const Question& q, const Body& body) {
  const Step step = *decided_step(body);
  const auto seconds = seconds_of(body);
  const bool paper = std::visit(
      [](const auto& one) {
        if constexpr (requires { one.paper; }) return one.paper.has_value();
        return false;
      },
      body);
  const auto& countersign = q.procedure.row(step).countersign;
  if (countersign.empty()) {
    if (!seconds) return std::nullopt;
    return Refusal{
        msg("the procedure requires no second signature for '{step}'").with("step", sop::word(step)), {}};
  }
  if (paper)
    return Refusal{
        msg("'{step}' requires two signatures and cannot be decided on paper").with("step", sop::word(step)),
        msg("request the signature of each person: 'jaga {step} {id} --as PERSON --request DIR'",
            {{"step", std::string(sop::name(step))}, {"id", q.state.id}})};
  if (!seconds) return std::nullopt;
  if (!q.state.half_signed || q.state.half_signed->made.record != *seconds)
    return Refusal{msg("there is no first signature yet, so no second one can be given"),
                   msg("review it again: 'jaga show {id}'", {{"id", q.state.id}})};
  const HalfSigned& first = *q.state.half_signed;
  if (!(bare(first.body) == bare(body)))
    return Refusal{msg("the second signature must be for the same decision as the first one"),
                   msg("review it again: 'jaga show {id}'", {{"id", q.state.id}})};
  return std::nullopt;
}

bool waits_for(const State& state, const sop::Sop& procedure, const Person& person, Instant now,
               const registry::Register* registered) {
  const auto next = due(state, procedure, now, registered);
  if (!next) return false;
  if (next->only) return person.id == *next->only;
  const auto role = std::find_if(next->roles.begin(), next->roles.end(),
                                 [&](const std::string& one) { return contains(person.roles, one); });
  if (role == next->roles.end()) return false;
  const auto made_it = [&](const Made& made) {
    return made.by.person == person.id || made.key == person.key;
  };
  if (next->withdrawal && next->in_place_of)
    return !made_it((state.withdrawn ? state.withdrawn : state.withdrawing)->made);
  if (next->withdrawal) {
    const auto& paper = state.withdrawing->body.paper;
    return !made_it(state.withdrawing->made) && !(paper && paper->decided_by == person.id);
  }
  const Question question{state, {}, procedure, nullptr, {person.id, *role}, person.key, now};
  // To end a run that has begun or failed is nobody's own work.
  if (next->step == Step::repair && (state.open_run() != nullptr || state.failed_run() != nullptr))
    return true;
  if (not_own(question, next->step, {})) return false;
  if (next->in_place_of)
    return !made_it(next->step == Step::approve  ? state.approval->made
                    : next->step == Step::verify ? state.verified->made
                                                 : state.accepted->made);
  if (next->emergency) return !made_it(state.unsettled().front()->made);
  const HalfSigned* first = half_signed(state, next->step, now);
  return first == nullptr || !made_it(first->made);
}

std::string who_may(const std::vector<std::string>& roles) {
  return join(roles, ", ");
}

std::vector<std::string> roles_for(const State& state, const sop::Sop& procedure, const Body& body,
                                   Instant at) {
  // Entering a decision from paper requires a role of the procedure, not that of the decider.
  const auto either = [&](std::vector<std::string> roles, const std::optional<Paper>& paper) {
    if (paper)
      for (const auto& role : procedure.row(Step::analyze).roles)
        if (!contains(roles, role)) roles.push_back(role);
    return roles;
  };
  const auto decision = [&](Step step, const auto& decided, const std::optional<Paper>& ratified) {
    if constexpr (requires { decided.seconds; })
      if (decided.seconds && state.half_signed) return other_signers(state, procedure, at);
    auto roles = either(signers(state, procedure, step, at), decided.paper);
    // It may have been theirs by escalation, and has not waited as long since.
    if (ratified) add(roles, ratifying_roles(procedure, step, *ratified));
    return roles;
  };
  // What is ratified or denied, if that was entered from paper.
  const auto on_paper = [&](Step step, const std::optional<Digest>& on) -> std::optional<Paper> {
    const auto of = [&](const auto& decided) {
      return decided && on && decided->made.record == *on && !decided->ratified ? decided->body.paper
                                                                                : std::nullopt;
    };
    return step == Step::approve  ? of(state.approval)
           : step == Step::verify ? of(state.verified)
                                  : of(state.accepted);
  };
  const auto ratifying = [&](Step step, const auto& one) {
    return decision(step, one, on_paper(step, one.ratifies));
  };
  if (const auto* approve = std::get_if<Approve>(&body)) return ratifying(Step::approve, *approve);
  if (const auto* verify = std::get_if<Verify>(&body)) return ratifying(Step::verify, *verify);
  if (const auto* accept = std::get_if<Accept>(&body)) return ratifying(Step::accept, *accept);
  if (const auto* reject = std::get_if<Reject>(&body)) {
    if (reject->step == RejectedStep::withdraw) return either(withdrawal_roles(procedure), reject->paper);
    const Step step = *step_of(reject->step);
    return decision(step, *reject, on_paper(step, reject->on));
  }
  if (std::holds_alternative<Monitor>(body) || std::holds_alternative<Analyze>(body)) {
    const Step step = std::holds_alternative<Monitor>(body) ? Step::monitor : Step::analyze;
    auto roles = roles_of(state, procedure, step, at);
    const auto* analyze = std::get_if<Analyze>(&body);
    if (analyze == nullptr || !analyze->confirms) roles.emplace_back(sop::kSystem);
    return roles;
  }
  if (std::holds_alternative<RepairStart>(body) || std::holds_alternative<RepairEnd>(body))
    return roles_of(state, procedure, Step::repair, at);
  if (std::holds_alternative<Archive>(body)) return roles_of(state, procedure, Step::archive, at);
  if (const auto* withdraw = std::get_if<Withdraw>(&body)) {
    const Step step = withdraw->seconds ? Step::accept : Step::approve;
    const auto& decided = withdraw->seconds ? state.withdrawn : state.withdrawing;
    if (withdraw->ratifies && decided && decided->body.paper)
      return ratifying_roles(procedure, step, *decided->body.paper);
    return either(procedure.row(step).roles, withdraw->paper);
  }
  if (std::holds_alternative<Merge>(body)) {
    std::vector<std::string> roles;
    for (const sop::Row& row : procedure.steps)
      for (const auto& role : row.roles)
        if (!contains(roles, role)) roles.push_back(role);
    roles.emplace_back(sop::kAdmin);
    return roles;
  }
  return {};
}

}  // namespace jaga::incident
