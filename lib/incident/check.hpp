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
  const registry::State* registered;  // for paper decisions; may be null
  record::By by;
  std::string key;
  Instant at;
  bool has_occurred = false;
};
std::optional<Refusal> check(const Question& question, const Body& body);

// Roles that may write such a body now (any of them); empty: the question is not one of roles (records of a
// run).
std::vector<std::string> roles_for(const State& state, const sop::Sop& procedure, const Body& body);

// Moves the state by a record that check() passed.
void apply(State& state, const sop::Sop& procedure, const Body& body, const Made& made);

// due(), as if nobody wanted to withdraw: any step may come between the two records of a withdrawal.
std::optional<Due> due_step(const State& state, const sop::Sop& procedure, Instant now);

// Why this command is not the one that comes next in `run`, which is in `state`; empty: it is.
Message not_next(const State& state, const Run& run, const CommandStart& wanted);
// Why `run` has not done all that it was to do on every target of the plan; empty: it has.
Message not_done(const State& state, const Run& run);

// "staff, section_head" of a step.
std::string who_may(const std::vector<std::string>& roles);

}  // namespace jaga::incident
