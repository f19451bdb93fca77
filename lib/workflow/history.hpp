// What earlier incidents tell about this one: whether its fault was here before, what its plan did before.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "workflow/incidents.hpp"

namespace jaga::workflow {

// A fault that comes back later than this is another one.
inline constexpr std::chrono::days kReopensWithin{30};

// The newest finished incident with this fault key that ended at most kReopensWithin ago; nullopt: none, or
// the fault is one that says too little (unknown) or is no fault (planned work, upkeep).
std::optional<std::string> reopened_incident(const Context& context, const incident::Monitor& monitor);
// `text` as find_incident() takes it. Throws Error{usage} where that is not finished, or is about another
// host.
Incident require_reopenable(const Context& context, const std::string& text, const std::string& host);
// The incident that names `id` as the one that it reopens; the newest, or empty.
std::string reopened_by(const Context& context, const std::string& id);

// How a run of the same registered plan, unmodified, ended in another incident.
struct PlanResult {
  std::string incident;
  Instant at{};
  std::string outcome;   // "done", "failed", "given-up"
  std::string decision;  // what verify said of it: "yes", "no"; empty: nothing yet
};
inline constexpr std::size_t kMostPlanResults = 3;
// What was known at `as_of`: the newest first, at most kMostPlanResults. Looks at no more than the newest
// thirty incidents that repaired anything.
std::vector<PlanResult> plan_results(const Context& context, const plan::Frozen& plan,
                                     const std::string& but_of, Instant as_of);

}  // namespace jaga::workflow
