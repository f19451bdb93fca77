// The figures of the routine report on types of damage (row 7 of the form); jaga-report(1) defines each of
// them. A figure counts by the time for which something is recorded, not by the time of counting. A period
// that is over gives other figures later only where records of it come later: an incident that is merged,
// analysed again, closed as a duplicate or false alarm, or reported with an earlier time.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "statistics/facts.hpp"
#include "statistics/period.hpp"

namespace jaga::statistics {

// A mean of durations; of none of them there is no mean.
struct Mean {
  std::int64_t count = 0;
  std::chrono::milliseconds sum{0};

  void add(std::chrono::milliseconds one) {
    ++count;
    sum += one;
  }
  void add(const Mean& other) {
    count += other.count;
    sum += other.sum;
  }
  // Whole milliseconds, cut.
  std::optional<std::chrono::milliseconds> value() const;
};

// What was counted of one type of fault, or of one host.
struct Tally {
  std::string name{};         // the type, or the host
  std::int64_t faults = 0;    // that began in the period
  std::int64_t relapses = 0;  // of these
  Mean repair{};              // of repairs that ended in it: since the fault began, by the wall
  Mean repair_work{};         // the same in working hours
};

// The passes of one step that ended in the period; those that another analysis replaced are not among them.
struct StepFigures {
  sop::Step step = sop::Step::monitor;
  std::int64_t passes = 0;
  std::int64_t timed = 0;  // of these, that had a standard
  std::int64_t late = 0;   // of these, that exceeded it
  // Of the pass that was counted last; where none had one, that of the procedure.
  std::optional<std::chrono::milliseconds> standard{};
  // By nearest rank: the ceil(n * share)-th of the sorted working times. Not set: no pass.
  std::optional<std::chrono::milliseconds> median{};
  std::optional<std::chrono::milliseconds> p90{};
};

struct VendorFigures {
  std::string vendor{};
  Mean visits{};                // working hours from the request until they had left in the period
  std::int64_t incomplete = 0;  // of these, replies that are not complete
  std::int64_t waiting = 0;     // requests without a reply at its end
};

// One entry of a list: what happened in which incident.
template <typename Fact>
struct Listed {
  std::string id{};
  std::string host{};
  Fact fact{};
};

struct OpenIncident {
  std::string id{};
  std::string host{};
  std::string type{};
  Instant opened{};
  sop::Step step = sop::Step::monitor;  // due at the period's end
  bool late = false;                    // that pass had used up its standard by then
};

struct Damage {
  Period period{};
  Instant end{};                         // of what was counted: the period's, or earlier where it is not over
  std::vector<Tally> types{};            // most faults first, then by name
  std::vector<Tally> devices{};          // likewise
  std::vector<StepFigures> steps{};      // the seven, in order
  std::vector<VendorFigures> vendors{};  // by name
  std::array<std::int64_t, 4> rejections{};                         // by incident::RejectedStep
  std::map<incident::WithdrawalOutcome, std::int64_t> withdrawn{};  // closed in the period
  std::int64_t planned = 0;                                         // planned works that began in the period
  std::int64_t archived = 0;                                        // incidents that ended with their archive
  // Oldest first.
  std::vector<Listed<EmergencyRepair>> emergencies{};
  std::vector<Listed<PaperDecision>> paper{};
  std::vector<Listed<ReplacedPart>> parts{};
  std::vector<OpenIncident> open{};

  std::int64_t faults() const;
  std::int64_t relapses() const;
  Mean repair() const;
  Mean repair_work() const;
  std::int64_t passes() const;  // that had a standard
  std::int64_t late() const;
  std::int64_t rejected() const;
  std::int64_t closed_without_repair() const;
  std::int64_t visits() const;

 private:
  std::int64_t sum_of(std::int64_t Tally::*of) const;
  Mean mean_of(Mean Tally::*of) const;
};

// `now`: when the facts were taken. `procedure`: the standards of steps none of whose passes had one;
// nullptr: such steps have none.
Damage damage_of(std::span<const IncidentFacts> incidents, const Period& period, Instant now,
                 const sop::Sop* procedure = nullptr);

// `part` of `whole` in tenths of a percent, rounded half up; 0 of nothing.
std::int64_t permille(std::int64_t part, std::int64_t whole);
// The one at that share of sorted values, by nearest rank. Precondition: there is one; 0 < percent <= 100.
std::chrono::milliseconds ranked(std::span<const std::chrono::milliseconds> sorted, std::size_t percent);

}  // namespace jaga::statistics
