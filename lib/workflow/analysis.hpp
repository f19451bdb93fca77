// A person's analysis of one incident: confirming a machine's proposal, or one of their own.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workflow/incidents.hpp"
#include "workflow/plans.hpp"

namespace jaga::workflow {

struct OwnAnalysis {
  bool confirm = false;
  std::optional<std::string>
      fault{};  // default: the analysis before, else the type in the incident's fault key
  std::optional<std::string> plan{};  // default: the plan of the analysis before, else `manual`
  std::vector<std::pair<std::string, std::string>> parameters{};
  bool all_parameters = false;        // `parameters` are all: of the analysis before, none of one line stays
  std::optional<std::string> part{};  // default: that of the analysis before; empty: none
  std::string reason{};
};
// What an analysis of one's own starts from: the last one, or of an incident that has none what its first
// record says, with the plan `manual`.
incident::Analyze initial_analysis(const incident::State& state);
// Throws Error{no_input} for a fault type that is not in the catalogue, and what freeze_plan() and
// write_record() throw.
Written analyze_incident(const ActingContext& context, const std::string& incident,
                         const OwnAnalysis& options);
// What that would record, without recording it; refused as that would be.
incident::Analyze draft_analysis(const ActingContext& context, const std::string& incident,
                                 const OwnAnalysis& options);

}  // namespace jaga::workflow
