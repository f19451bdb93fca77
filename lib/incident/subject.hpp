// What each record of an incident is about: the plan that it rests on and how the repair ended, found by the
// digests alone that records name. So the summary of a decision (incident/summary.hpp) can be computed by
// replay() and by a person who has nothing but the incident's records.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "incident/body.hpp"
#include "record/record.hpp"

namespace jaga::incident {

// Records come in their order; what they say is not judged. To copy it costs little: what it holds is shared.
class Subjects {
 public:
  // The first record.
  void open(const Monitor& monitor);
  // Any other. `analysis` is the newest analysis that holds (a withdrawal names none); `plan` that of an
  // Analyze, where it is parsed already. Throws Error{data} where it is needed and is none.
  void add(const Digest& record, const Body& body, const std::optional<Digest>& analysis,
           const plan::Frozen* plan = nullptr);
  // What the branches of a fork have added.
  void join(const Subjects& branch);

  // The summary that such a decision has to carry, always computed. nullopt: not a decision, or what
  // it names is not there. `notes` are searched for the measurement that a verify rests on.
  std::optional<Summary> summary_of(const Body& decision, std::span<const record::Note> notes,
                                    const std::optional<Digest>& analysis) const;
  // The measurement that this verify, or the verify that this decision is on, rests on.
  std::optional<Digest> measure_of(const Body& decision) const;
  // The analyze record of the plan that this decision is about.
  std::optional<Digest> analysis_of(const Body& decision, const std::optional<Digest>& analysis) const;

 private:
  struct Subject {
    Digest analysis;
    std::shared_ptr<const Summary::Plan> plan;
    std::shared_ptr<const Summary::Repair> repair;
    std::optional<Digest> measure;  // what came after the repair, where it is not what `repair` says
    RepairMode mode = RepairMode::run;
  };
  struct Opened {
    std::string fault;
    std::vector<Result> results;
  };
  const Subject* find(const Digest& record) const;
  std::shared_ptr<const Summary::Repair> repair_of(const RepairEnd& end, RepairMode mode) const;

  std::shared_ptr<const Opened> opened_;
  std::vector<std::pair<Digest, Subject>> subjects_;
};

// The record that a decision is on; nullopt: not a decision, or a first withdrawal.
std::optional<Digest> decided_on(const Body& body);
bool is_decision(const Body& body);
// nullptr: no decision, or one without.
const Summary* summary_in(const Body& body);
void set_summary(Body& body, std::optional<Summary> summary);

// The probes that had failed, or were looked at: when the incident opened, and when its repair began.
std::vector<Result> failed_before(const std::vector<Result>& opened, const std::vector<Result>& repair);

}  // namespace jaga::incident
