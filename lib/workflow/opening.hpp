// Opening an incident: by what was measured, or by what a person reports.
#pragma once

#include <optional>
#include <string>

#include "workflow/incidents.hpp"

namespace jaga::workflow {

// Throws Error{not_permitted} where `actor` holds no role that opens incidents: of monitor and of analyze.
void require_opener(const Context& context, const Actor& actor);

struct FaultReport {
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
OpenedIncident open_report(const ActingContext& context, const FaultReport& report);

// Opens an incident with these first records (the second may be missing), unless an unfinished one has its
// fault key; of upkeep, unless any has.
OpenedIncident open_incident(const Context& context, const Actor& actor, const incident::Monitor& monitor,
                             const std::optional<incident::Analyze>& analyze,
                             std::optional<Instant> occurred = {});

}  // namespace jaga::workflow
