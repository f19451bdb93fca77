#include "statistics/facts.hpp"

#include <algorithm>

#include "fault/key.hpp"

namespace jaga::statistics {
namespace {

using incident::RepairMode;

void add_runs(const incident::State& state, const sop::Calendar& calendar, IncidentFacts& out) {
  for (const incident::Run& run : state.runs) {
    // What is resumed was counted when it began.
    if (run.body.emergency && !run.body.resumes) {
      EmergencyRepair one{happened(run.made), run.made.by.person, *run.body.emergency, {}};
      if (run.ratified) one.ratified = !run.rejected;
      out.emergencies.push_back(std::move(one));
    }
    if (run.end)
      for (const incident::Part& part : run.end->parts)
        out.parts.push_back({happened(*run.ended), part.removed, part.installed});
    // A vendor who was called off without a reply is neither waited for nor did anything.
    if (run.body.mode != RepairMode::vendor || (!run.end && run.continued)) continue;
    VendorVisit visit{run.body.vendor.value_or(""), run.made.at, {}, {}, false};
    if (run.end) {
      // The wait is over when they have left, however late somebody records it.
      const Instant left = std::min(run.end->left.value_or(run.ended->at), run.ended->at);
      visit.until = std::max(left, visit.from);
      visit.worked = sop::working_time(visit.from, *visit.until, calendar);
      visit.complete = run.end->lacking().empty();
    }
    out.visits.push_back(std::move(visit));
  }
}

void add_decisions(const record::Chain& chain, const incident::State& state, IncidentFacts& out) {
  for (const record::Record& record : chain.records) {
    const auto broken = [&](const incident::Violation& one) { return one.record == record.digest; };
    if (std::any_of(state.violations.begin(), state.violations.end(), broken)) continue;
    const record::Envelope& envelope = record.envelope;
    if (envelope.kind == "reject")
      if (const auto step = incident::parse_word<incident::RejectedStep>(record.body.text_at("step")))
        out.rejections.push_back({*step, envelope.occurred.value_or(envelope.at)});
    if (const yaml::Node* paper = record.body.find("paper"))
      out.paper.push_back(
          {envelope.occurred.value_or(envelope.at), envelope.kind, paper->text_at("decided_by")});
  }
}

}  // namespace

Instant happened(const incident::Made& made) {
  return made.occurred.value_or(made.at);
}

bool IncidentFacts::is_damage() const {
  using incident::WithdrawalOutcome;
  return !planned() && withdrawn != WithdrawalOutcome::duplicate &&
         withdrawn != WithdrawalOutcome::false_alarm;
}

IncidentFacts facts_of(const record::Chain& chain, const incident::State& state, const sop::Sop& procedure,
                       Instant now) {
  IncidentFacts out;
  out.id = state.id;
  const fault::Key key = fault::parse_key(state.monitor.fault_key);
  out.host = state.analysis ? state.analysis->body.root : state.monitor.host;
  out.type = state.analysis ? state.analysis->body.fault : key.type;
  out.object = state.analysis ? state.analysis->body.object : key.object;
  out.source = state.monitor.source;
  out.opened = happened(state.opened);
  out.relapse = state.monitor.reopens.has_value();
  out.passes = incident::clocks(state, procedure, now);
  if (state.finished() && !state.spans.empty()) out.closed = state.spans.back().ended;
  if (state.finished() && state.withdrawn) out.withdrawn = state.withdrawn->body.outcome;
  const sop::Calendar calendar = incident::calendar_of(state, procedure);
  const incident::Run* run = state.verified ? state.finished_run() : nullptr;
  if (run != nullptr) {
    const Instant at = std::max(happened(*run->ended), out.opened);
    out.repaired = Repaired{at, at - out.opened, sop::working_time(out.opened, at, calendar)};
  }
  add_runs(state, calendar, out);
  add_decisions(chain, state, out);
  return out;
}

}  // namespace jaga::statistics
