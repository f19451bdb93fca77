// From rounds to incidents: root causes, each with a frozen plan.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "fault/diagnose.hpp"
#include "workflow/findings.hpp"
#include "workflow/incidents.hpp"

namespace jaga::workflow {

struct AnalyzeOptions {
  std::optional<std::string> round{};  // the bytes of one round, in place of the newest ones
  bool dry_run = false;
  fault::Explain explain = fault::Explain::fired;
};
struct FoundFault {
  fault::Fault fault;
  std::string incident;  // empty: none opened (dry run, severity, no register)
  bool is_new = false;
  std::string reopens;  // of a new one: the finished incident whose fault is back
  Message note;         // why there is no incident, or why its plan is `manual`
  Message note_hint;    // of the latter: what would make the suggested plan fit; empty: nothing is known
  std::string plan;
  bool attached = false;      // a note tells the open incident what is new
  bool analyze_due = false;   // the open incident waits for a person's analysis
  bool after_repair = false;  // the open incident was repaired, and fails
};
// An open incident of which the newest round finds all well that had failed.
struct Recovered {
  Standing standing = Standing::recovered;  // or repaired; or flapping: it will be back
  std::string incident;
  std::string host;
  std::string summary;  // of the fault, as it was recorded
  std::string fault_key;
};
struct Analyzed {
  fault::Diagnosis diagnosis;
  std::vector<FoundFault> faults;
  std::vector<Recovered> recovered;
  std::string round;               // path of the newest one; empty: from standard input
  std::vector<Error> wrong_rules;  // of rules/; the others were held against the rounds
  std::vector<Message> remarks;    // on the rounds themselves: ahead of the clock, hosts that are not known
  // Why this person may not open incidents, if one would be opened: looking is allowed nevertheless.
  std::optional<Error> shut;
};
Analyzed analyze(const ActingContext& context, const AnalyzeOptions& options);

}  // namespace jaga::workflow
