// What a person says about one incident: confirming a machine's proposal, an analysis of their own, a report.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workflow/incidents.hpp"

namespace jaga::workflow {

// Template `plan` filled in and frozen for `host`: targets from the inventory and the register's pins, no
// network. Throws what plan::find and plan::freeze throw.
plan::Frozen freeze_plan(const Context& context, const std::string& plan,
                         const std::vector<std::pair<std::string, std::string>>& parameters,
                         const std::string& host);

plan::Frozen freeze_plan(const Context& context, const std::string& plan,
                         const std::vector<std::pair<std::string, std::string>>& parameters,
                         const std::vector<std::string>& hosts);

// Built in and of the office, by name.
std::vector<std::string> plan_names(const Context& context);

// What is wrong with the plans of the office, plans/*.yaml: the first of each, with file, line and column.
std::vector<Error> faulty_plans(const Context& context);

// Whether a record's plan is what this installation's template of that name gives.
bool is_unmodified(const Context& context, const plan::Frozen& plan);
// Error{not_permitted} where a target of a plan that runs is not, by key and machine-id, the host that the
// register pins now: an analysis may have been written by hand.
void require_pinned(const Context& context, const plan::Frozen& plan);

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
incident::Analyze start_of_analysis(const incident::State& state);
// Throws Error{no_input} for a fault type that is not in the catalogue, and what freeze_plan() and
// write_record() throw.
Written analyze_incident(const Context& context, const std::string& incident, const OwnAnalysis& wish);
// What that would record, without recording it; refused as that would be.
incident::Analyze would_analyze(const Context& context, const std::string& incident, const OwnAnalysis& wish);

// Throws Error{not_permitted} where `actor` holds no role that opens incidents: of monitor and of analyze.
void require_opener(const Context& context, const Actor& actor);

struct Report {
  std::string host;
  std::optional<std::string> fault{};  // default: "maintenance" for planned work, else "unknown"
  std::string text{};
  std::optional<Instant> occurred{};
  // report, schedule (planned work) or security
  incident::FaultSource source = incident::FaultSource::report;
  std::string object{};  // "/var", "nginx.service"; empty: the host itself
  std::optional<fault::Severity> severity{};
  // The finished incident whose fault is back; without a fault its type and object are taken over. Else one
  // is looked for.
  std::optional<std::string> reopens{};
};
struct OpenedIncident {
  std::string id;
  bool is_new = false;
  std::string note{};     // of open_report, where not new: the id of the note that keeps what was said
  std::string reopens{};  // the finished incident that it names; empty: none
};
// `jaga open`. A fault that has an unfinished incident opens no second one: what was said becomes a note of
// that.
OpenedIncident open_report(const Context& context, const Report& report);

// Opens an incident with these first records (the second may be missing), unless an unfinished one has its
// fault key; of upkeep, unless any has.
OpenedIncident open_incident(const Context& context, const Actor& actor, const incident::Monitor& monitor,
                             const std::optional<incident::Analyze>& analyze,
                             std::optional<Instant> occurred = {});

}  // namespace jaga::workflow
