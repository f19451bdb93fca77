// Private to incident: whether one record may follow, and what it does to the state.
#pragma once

#include <optional>
#include <span>

#include "incident/incident.hpp"

namespace jaga::incident {

struct Refusal {
  Message what;
  Message hint;
};

// Everything that a rule may look at.
struct Question {
  const State& state;
  std::span<const record::Note> notes;
  const sop::Sop& procedure;
  const registry::Register* registered;  // for paper decisions; may be null
  record::By by;
  std::string key;
  Instant at;
  bool has_occurred = false;
  // Of what is written now alone: older records that came before a rule are believed as they are.
  bool is_new = false;
};
[[nodiscard]] std::optional<Refusal> check(const Question& question, const Body& body);

// The summary that a decision has to carry; nullopt: `body` is none, or what it names is not there.
std::optional<Summary> expected_summary(const State& state, std::span<const record::Note> notes,
                                        const Body& body);

// Roles that may write such a body at `at` (any of them); empty: the question is not one of roles (records of
// a run).
std::vector<std::string> roles_for(const State& state, const sop::Sop& procedure, const Body& body,
                                   Instant at);
// Those of the step's row, and those that it has escalated to.
std::vector<std::string> roles_of(const State& state, const sop::Sop& procedure, sop::Step step, Instant at);
// The latter alone.
std::vector<std::string> escalated(const State& state, const sop::Sop& procedure, sop::Step step, Instant at);
// The roles that may reject a withdrawal: those of approve and accept.
std::vector<std::string> withdrawal_roles(const sop::Sop& procedure);
// Who may give the other signature of state.half_signed.
std::vector<std::string> other_signers(const State& state, const sop::Sop& procedure, Instant at);
// The first signature that a second one to `step` may follow; nullptr: none.
const HalfSigned* half_signed(const State& state, sop::Step step, Instant now);
// Of approve, verify or accept; nullopt: `body` is none of them.
std::optional<sop::Step> decided_step(const Body& body);

// Who did a step of the current pass may not do what not_by keeps from them.
std::optional<Refusal> not_own(const Question& question, sop::Step step, const std::optional<Paper>& paper);
// The person who gave the first signature may not give the second.
[[nodiscard]] std::optional<Refusal> signs_twice(const Question& question, const Body& body);
// Where two sign `body`: whether it is the first or the second of the two.
std::optional<Refusal> two_sign(const Question& question, const Body& body);

// `policies.signed_paper`: whether every signed copy is there that `body` has to wait for.
[[nodiscard]] std::optional<Refusal> copies_are_there(const Question& question, const Body& body);

// The stretches as they are at `at`: an approval that has ended meanwhile ends the repair's.
std::vector<Span> spans_at(const State& state, const sop::Sop& procedure, Instant at);

// Moves the state by a record that check() passed.
void apply(State& state, const sop::Sop& procedure, const Body& body, const Made& made);

// due(), as if nobody wanted to withdraw: any step may come between the two records of a withdrawal.
std::optional<Due> due_step(const State& state, const sop::Sop& procedure, Instant now,
                            const registry::Register* registered = nullptr);
// The same without what has escalated, and as if nobody had signed the half of a decision.
std::optional<Due> due_by_rows(const State& state, const sop::Sop& procedure, Instant now,
                               const registry::Register* registered = nullptr);

// Who may ratify or deny what was decided on paper under `paper`'s role: that role, and those of the step.
std::vector<std::string> ratifying_roles(const sop::Sop& procedure, sop::Step step, const Paper& paper);
// Whether the person who decided on paper still has a key and one of those roles.
bool can_ratify(const sop::Sop& procedure, sop::Step step, const Paper& paper,
                const registry::Register* registered, Instant at);

// Why this command is not the one that comes next in `run`, which is in `state`; empty: it is.
Message not_next(const State& state, const Run& run, const CommandStart& wanted);
// The first command of a run that failed, or of those that it goes on from, that did something or may have
// and may not be repeated; nullptr: there is none.
const CommandRun* not_to_be_repeated(const State& state, const Run& run);
// Why `run` has not done all that it was to do on every target of the plan; empty: it has.
Message not_done(const State& state, const Run& run);

// "staff, section_head" of a step.
std::string who_may(const std::vector<std::string>& roles);

}  // namespace jaga::incident
