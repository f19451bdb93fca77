// One incident as `jaga show` prints it.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "document/document.hpp"
#include "document/json.hpp"
#include "document/locale.hpp"
#include "incident/incident.hpp"
#include "record/chain.hpp"
#include "yaml/node.hpp"

namespace jaga::document {

// What is known of an incident at `now`. It only refers to what it shows: chain, notes, procedure and state
// must outlive it.
struct IncidentView {
  const record::Chain& chain;
  std::span<const record::Note> notes;
  const sop::Sop& procedure;
  const incident::State& state;
  Instant now;
  std::optional<incident::Due> due{};
  std::string reopened_by{};              // the incident that names this finished one; empty: none
  std::vector<std::string> duplicates{};  // those that were closed as duplicates of it
  // By which letter who wrote a record held their role then; nullptr: it was their own.
  std::function<const registry::Delegation*(const record::Envelope&)> delegation_of{};
};

std::vector<Block> incident_view(const IncidentView& incident, const Locale& locale);
// What `jaga show INCIDENT --json` prints, as jaga-json(5) describes it.
Json incident_json(const IncidentView& incident);
// The same of one of its records.
Json record_json(const record::Record& record);

// The analyses before the one that holds, the newest first: what a machine or another person thought stays
// beside it. One that was only confirmed since is the same.
std::vector<const record::Record*> earlier_analyses(const record::Chain& chain, const incident::State& state);
// The name of the plan in an analysis' body; empty: it has none.
std::string plan_name(const yaml::Node& body);

}  // namespace jaga::document
