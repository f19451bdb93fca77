// What somebody decides on, all of it, as approve, reject, verify, accept and withdraw show it before they
// ask and as preview.txt of a request holds it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/title.hpp"
#include "document/incident_view.hpp"
#include "document/locale.hpp"

namespace jaga::document {

// How a run of the same registered plan, unmodified, ended in another incident.
struct PlanResult {
  std::string incident;
  Instant at{};
  incident::RepairOutcome outcome = incident::RepairOutcome::done;
  std::optional<bool> passed{};  // whether verify accepted it; nullopt: not decided yet
};

// It only refers to the decision and to what that is about; these must outlive it.
struct DecisionView {
  IncidentView incident;
  const incident::Decision& decision;
  Digest digest;                                // of its kind and body
  std::optional<Instant> occurred{};            // when it was decided, where that was earlier
  const incident::Analyze* analysis = nullptr;  // nullptr: nobody has analysed it
  const plan::Frozen* plan = nullptr;
  const plan::Frozen* previous = nullptr;          // the plan of the pass before, where it differs
  const incident::Measured* measured = nullptr;    // nullptr: no repair has ended
  const registry::Register* registered = nullptr;  // as it is now
  Title if_left{};  // what happens where the fault is left as it is; may be empty
  std::optional<std::vector<PlanResult>>
      results{};  // not set: the plan runs nothing, or is nobody's template
};
std::vector<std::string> decision_lines(const DecisionView& view, const Locale& locale);

}  // namespace jaga::document
