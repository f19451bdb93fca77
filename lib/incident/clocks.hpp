// How long each step took, against the standard of the procedure. Computed from the records' times; never
// stored.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "incident/incident.hpp"

namespace jaga::incident {

struct Clock {
  sop::Step step = sop::Step::monitor;
  int pass = 1;
  Instant began;
  std::optional<Instant> ended;         // not yet
  bool superseded = false;              // Span's
  std::chrono::milliseconds gross{0};   // by the wall
  std::chrono::milliseconds paused{0};  // of net: waiting for the vendor, in working hours
  std::chrono::milliseconds net{0};     // working hours, without the pauses
  std::optional<std::chrono::milliseconds> standard;
  // When net reaches, or reached, the standard; not set where there is none, and while the vendor is waited
  // for.
  std::optional<Instant> deadline;
  bool late() const { return standard && net > *standard; }
};

// The calendar that an incident's clocks run by: the office's, or, where its severity says so, one that never
// stops. By the severity with which it opened.
sop::Calendar calendar_of(const State& state, const sop::Sop& procedure);
// As the first record says, or else the worst of its results; nullopt: none of them is bad.
std::optional<fault::Severity> severity_of(const Monitor& monitor);

Clock clock_of(const Span& span, const State& state, const sop::Sop& procedure, Instant now);
// When the net time of a stretch reaches `work`, or did; nullopt while the vendor is waited for.
std::optional<Instant> reaches(const Span& span, std::chrono::milliseconds work, const State& state,
                               const sop::Sop& procedure);
// One for each stretch in which a step was due, in order; the last goes on until `now` where it has not
// ended.
std::vector<Clock> clocks(const State& state, const sop::Sop& procedure, Instant now);

}  // namespace jaga::incident
