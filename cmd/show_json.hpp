// What `jaga show INCIDENT --json` prints, as jaga-json(5) describes it.
#pragma once

#include <string>
#include <vector>

#include "workflow/incidents.hpp"
#include "yaml/node.hpp"

namespace jaga::cmd {

// The analyses before the one that holds, the newest first: what a machine or another person thought stays
// beside it. One that was only confirmed since is the same.
std::vector<const record::Record*> earlier_analyses(const workflow::Incident& incident);
// The name of the plan in an analysis' body; empty: it has none.
std::string plan_name(const yaml::Node& body);

// `reopened_by`: the incident that names this finished one; empty: none.
yaml::Node incident_json(const workflow::Incident& incident, const std::string& reopened_by,
                         const std::vector<std::string>& duplicates);

}  // namespace jaga::cmd
