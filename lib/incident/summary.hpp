// The summary of a decision: values that the signer can read in record.yaml, no sentences.
// It is computed from the records up to the one that the decision is on (incident/subject.hpp), and a
// decision with any other is refused.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/instant.hpp"
#include "incident/values.hpp"
#include "plan/plan.hpp"
#include "round/round.hpp"
#include "yaml/fields.hpp"

namespace jaga::incident {

struct Summary {
  struct Host {
    std::string host;
    std::string address{};
    bool operator==(const Host&) const = default;
  };
  struct Script {
    Digest digest{};                       // of its text
    std::vector<std::string> arguments{};  // each may be empty
    std::vector<std::pair<std::string, std::string>> environment{};
    bool sudo = false;
    bool operator==(const Script&) const = default;
  };
  struct File {
    std::string name;
    Digest digest{};
    bool operator==(const File&) const = default;
  };
  struct Probe {
    std::string host;
    std::string check{};
    round::State state = round::State::unknown;
    bool operator==(const Probe&) const = default;
  };
  struct Plan {
    std::string name;
    plan::Origin origin = plan::Origin::adhoc;  // what the analysis says
    plan::Run run = plan::Run::manual;
    std::vector<std::pair<std::string, std::string>> parameters{};
    std::vector<Host> hosts{};
    std::vector<Script> scripts{};
    std::vector<Script> rollback{};
    std::vector<File> files{};
    std::optional<std::string> part{};  // the spare part
    bool operator==(const Plan&) const = default;
  };
  struct Repair {
    RepairMode mode = RepairMode::run;
    RepairOutcome outcome = RepairOutcome::done;
    std::vector<Probe> before{};
    std::vector<Probe> after{};
    bool operator==(const Repair&) const = default;
  };

  std::string fault{};             // the incident's fault key
  std::optional<Plan> plan{};      // not set: nobody has analysed it
  std::optional<Repair> repair{};  // of what comes after a repair
  std::optional<Instant> until{};  // the decision's own
  bool operator==(const Summary&) const = default;
};

Summary::Plan summary_of(const plan::Frozen& plan, const std::optional<std::string>& part);

// Lists and texts that are empty have no key, but for `hosts`, `before` and `after`.
yaml::Node to_node(const Summary& summary);
Summary summary_of_node(const yaml::Node& node, const yaml::Source& source);

}  // namespace jaga::incident
