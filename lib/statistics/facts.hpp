// What the statistics need to know of one incident, taken from its records once.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "incident/clocks.hpp"
#include "incident/incident.hpp"

namespace jaga::statistics {

// When it happened where somebody stated that (`occurred`), else when it was recorded.
Instant happened(const incident::Made& made);

struct Repaired {
  Instant at{};                          // the end of the repair that a verification passed
  std::chrono::milliseconds elapsed{0};  // since the incident began, by the wall
  std::chrono::milliseconds worked{0};   // the same in working hours, the vendor's time included
};
struct VendorVisit {
  std::string vendor{};
  Instant from{};                       // the request
  std::optional<Instant> until{};       // when the vendor had left; not set: no reply yet
  std::chrono::milliseconds worked{0};  // working hours between the two
  bool complete = false;                // RepairEnd::lacking() is empty
};
struct Rejected {
  incident::RejectedStep step = incident::RejectedStep::approve;
  Instant at{};
};
struct EmergencyRepair {
  Instant at{};
  std::string person{};
  std::string reason{};
  std::optional<bool> ratified{};  // not set: neither ratified nor rejected yet
};
struct PaperDecision {
  Instant at{};
  std::string kind{};        // "approve", "verify", "accept", "reject", "withdraw"
  std::string decided_by{};  // person id
};
struct ReplacedPart {
  Instant at{};
  std::string removed{};
  std::string installed{};
};

struct IncidentFacts {
  std::string id{};
  std::string host{};  // the one with the root cause
  std::string type{};  // of its fault, by the newest analysis
  std::string object{};
  incident::FaultSource source = incident::FaultSource::probe;
  Instant opened{};      // when it began
  bool relapse = false;  // it names the finished incident whose fault is back
  std::optional<Instant> closed{};
  std::optional<incident::WithdrawalOutcome> withdrawn{};  // of one that was closed without a repair
  std::optional<Repaired> repaired{};
  std::vector<incident::Clock> passes{};
  std::vector<VendorVisit> visits{};
  std::vector<Rejected> rejections{};
  std::vector<EmergencyRepair> emergencies{};
  std::vector<PaperDecision> paper{};
  std::vector<ReplacedPart> parts{};

  // Planned work; it is not damage.
  bool planned() const { return source == incident::FaultSource::schedule; }
  // A fault of its own: neither planned, nor closed as a duplicate or a false alarm.
  bool is_damage() const;
};

// What the records say at `now`. Records that break a rule do not count.
IncidentFacts facts_of(const record::Chain& chain, const incident::State& state, const sop::Sop& procedure,
                       Instant now);

}  // namespace jaga::statistics
