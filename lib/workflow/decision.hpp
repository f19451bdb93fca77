// approve, reject, verify, accept, withdraw: first what would be decided on, to be shown to a person, then
// the record. Nothing that the working directory names is executed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workflow/incidents.hpp"

namespace jaga::workflow {

struct DecisionOptions {
  std::string reason{};                       // -m; empty: none
  std::optional<Instant> until{};             // approve: the validity's end; withdraw risk-accepted
  std::optional<std::int64_t> runs{};         // approve
  std::optional<std::string> override_why{};  // verify --override
  std::optional<std::string> back{};          // reject --back
  std::optional<std::string> correction{};    // reject of approve
  std::optional<std::string> paper_scan{};    // the bytes of --paper SCAN
  std::string paper_by{};                     // who decided on paper (--as)
  std::optional<Instant> occurred{};
  std::optional<incident::WithdrawalOutcome> outcome{};  // withdraw
  std::optional<std::string> of{};                       // withdraw duplicate
  std::optional<std::string> to{};                       // withdraw handed-over
};

enum class Command { approve, reject, verify, accept, withdraw };

struct Prepared {
  Command command = Command::approve;
  Incident incident;
  Actor actor;
  incident::Decision decision;  // what would be written
  DecisionOptions options;
  Digest digest;  // decision_digest() of it
  // For the preview. Of a ratification what was ratified, which may not be the newest. `previous`: the plan
  // of the pass before, where it differs.
  std::optional<incident::Analyze> analysis;
  std::optional<plan::Frozen> plan;
  std::optional<plan::Frozen> previous;
  std::optional<incident::Measured> measured;
};
// Throws what forbids it: acting_person(), require_adopted(), decide(). `actor` is given where somebody else
// will sign.
Prepared prepare(const ActingContext& context, Command command, const std::string& incident,
                 const DecisionOptions& options, std::optional<Actor> actor = {});
// Of a decision that is made already (a request): what there is to be shown of it in that incident.
Prepared prepared_of(const Office& office, Incident incident, incident::Decision decision);
// sha256 of a decision's kind and body: what --expect is compared with.
Digest decision_digest(const incident::Body& body);
// Writes it. Refuses (not_permitted) where what it decides on has changed since.
Written commit(const Context& context, const Prepared& prepared);

}  // namespace jaga::workflow
