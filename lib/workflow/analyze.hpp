// From rounds to incidents: root causes, each with a frozen plan; and what a person says about one incident.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fault/diagnose.hpp"
#include "workflow/incidents.hpp"

namespace jaga::workflow {

struct AnalyzeWish {
  std::optional<std::string> round{};  // the bytes of one round, in place of the newest ones
  bool dry_run = false;
};
struct FoundFault {
  fault::Fault fault;
  std::string incident;  // empty: none opened (dry run, severity, no register)
  bool is_new = false;
  Message note;  // why there is no incident, or why its plan is `manual`
  std::string plan;
};
struct Analyzed {
  fault::Diagnosis diagnosis;
  std::vector<FoundFault> faults;
  std::string round;  // path of the newest one; empty: from standard input
};
Analyzed analyze(const Context& context, const AnalyzeWish& wish);

struct OwnAnalysis {
  bool confirm = false;
  std::optional<std::string> fault{};  // default: the analysis before, else the incident's fault key
  std::optional<std::string> plan{};
  std::vector<std::pair<std::string, std::string>> parameters{};
  std::optional<std::string> part{};
  std::string reason{};
};
Written analyze_incident(const Context& context, const std::string& incident, const OwnAnalysis& wish);

struct Report {
  std::string host;
  std::string fault = "unknown";
  std::string text;
  std::optional<Instant> occurred{};
};
struct OpenedIncident {
  std::string id;
  bool is_new = false;
};
OpenedIncident open_report(const Context& context, const Report& report);

}  // namespace jaga::workflow
