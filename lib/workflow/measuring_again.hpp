// Measuring again what an incident is about.
#pragma once

#include <string>
#include <vector>

#include "workflow/incidents.hpp"

namespace jaga::workflow {

// The probes that had failed, and those that the plan wants before and afterwards: all of them both times, so
// that what was wrong before is looked at again.
std::vector<incident::Result> probe_incident(const Runtime& runtime, const incident::State& state);

// `jaga monitor --incident ID`: the probes that had failed, again, as a note of kind measure.
std::vector<incident::Result> measure_again(const ActingContext& context, const std::string& incident);

}  // namespace jaga::workflow
