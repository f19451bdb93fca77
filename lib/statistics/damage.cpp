#include "statistics/damage.hpp"

#include <algorithm>
#include <numeric>

namespace jaga::statistics {
namespace {

using std::chrono::milliseconds;

using Tallies = std::map<std::string, Tally>;

Tally& of(Tallies& all, const std::string& name) {
  Tally& tally = all[name];
  tally.name = name;
  return tally;
}

std::vector<Tally> ordered(const Tallies& all) {
  std::vector<Tally> out;
  for (const auto& [name, tally] : all) out.push_back(tally);
  std::stable_sort(out.begin(), out.end(),
                   [](const Tally& a, const Tally& b) { return a.faults > b.faults; });
  return out;
}

template <typename Fact>
void by_time(std::vector<Listed<Fact>>& list) {
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.fact.at < b.fact.at; });
}

class Counting {
 public:
  Counting(const Period& period, Instant now) {
    out_.period = period;
    out_.end = std::clamp(now, period.from, period.until);
    for (const sop::Step step : sop::kSteps) out_.steps.push_back({step});
    worked_.resize(out_.steps.size());
  }

  void add(const IncidentFacts& one) {
    add_fault(one);
    add_passes(one);
    add_end(one);
    for (const VendorVisit& visit : one.visits) add_visit(visit);
    for (const Rejected& no : one.rejections)
      if (in(no.at)) ++out_.rejections[static_cast<std::size_t>(no.step)];
    const auto list = [&](const auto& facts, auto& to) {
      for (const auto& fact : facts)
        if (in(fact.at)) to.push_back({one.id, one.host, fact});
    };
    list(one.emergencies, out_.emergencies);
    list(one.paper, out_.paper);
    list(one.parts, out_.parts);
  }

  Damage done() {
    out_.types = ordered(types_);
    out_.devices = ordered(devices_);
    for (std::size_t at = 0; at < worked_.size(); ++at) {
      std::vector<milliseconds>& times = worked_[at];
      if (times.empty()) continue;
      std::sort(times.begin(), times.end());
      out_.steps[at].median = ranked(times, 50);
      out_.steps[at].p90 = ranked(times, 90);
    }
    for (auto& [name, vendor] : vendors_) out_.vendors.push_back(std::move(vendor));
    by_time(out_.emergencies);
    by_time(out_.paper);
    by_time(out_.parts);
    std::stable_sort(out_.open.begin(), out_.open.end(),
                     [](const OpenIncident& a, const OpenIncident& b) { return a.opened < b.opened; });
    return std::move(out_);
  }

 private:
  bool in(Instant at) const { return out_.period.holds(at); }

  void add_fault(const IncidentFacts& one) {
    if (one.planned() && in(one.opened)) ++out_.planned;
    if (!one.is_damage()) return;
    if (!in(one.opened) && !repaired(one)) return;
    for (Tally* tally : {&of(types_, one.type), &of(devices_, one.host)}) {
      if (in(one.opened)) {
        ++tally->faults;
        if (one.relapse) ++tally->relapses;
      }
      if (!repaired(one)) continue;
      tally->repair.add(one.repaired->elapsed);
      tally->repair_work.add(one.repaired->worked);
    }
  }
  bool repaired(const IncidentFacts& one) const { return one.repaired && in(one.repaired->at); }

  void add_passes(const IncidentFacts& one) {
    for (const incident::Clock& pass : one.passes) {
      if (pass.superseded || !pass.ended || !in(*pass.ended)) continue;
      const auto at = static_cast<std::size_t>(pass.step);
      StepFigures& step = out_.steps[at];
      ++step.passes;
      if (pass.late()) ++step.late;
      if (pass.standard) {
        ++step.timed;
        step.standard = pass.standard;
      }
      worked_[at].push_back(pass.net);
    }
  }

  void add_end(const IncidentFacts& one) {
    if (one.closed && in(*one.closed)) {
      if (one.withdrawn)
        ++out_.withdrawn[*one.withdrawn];
      else
        ++out_.archived;
    }
    if (one.opened >= out_.end || (one.closed && *one.closed < out_.end)) return;
    OpenIncident open{one.id, one.host, one.type, one.opened, sop::Step::monitor, false};
    for (const incident::Clock& pass : one.passes) {
      if (pass.began >= out_.end) break;
      open.step = pass.step;
      open.late = pass.standard && pass.deadline && *pass.deadline <= out_.end;
    }
    out_.open.push_back(std::move(open));
  }

  void add_visit(const VendorVisit& visit) {
    const bool ended = visit.until && in(*visit.until);
    const bool waits = visit.from < out_.end && (!visit.until || *visit.until >= out_.end);
    if (!ended && !waits) return;
    VendorFigures& vendor = vendors_[visit.vendor];
    vendor.vendor = visit.vendor;
    if (ended) {
      vendor.visits.add(visit.worked);
      if (!visit.complete) ++vendor.incomplete;
    }
    if (waits) ++vendor.waiting;
  }

  Damage out_;
  Tallies types_;
  Tallies devices_;
  std::vector<std::vector<milliseconds>> worked_;  // by step
  std::map<std::string, VendorFigures> vendors_;
};

}  // namespace

std::optional<milliseconds> Mean::value() const {
  if (count == 0) return std::nullopt;
  return sum / count;
}

std::int64_t permille(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : (2000 * part + whole) / (2 * whole);
}

milliseconds ranked(std::span<const milliseconds> sorted, std::size_t percent) {
  return sorted[(sorted.size() * percent + 99) / 100 - 1];
}

Damage damage_of(std::span<const IncidentFacts> incidents, const Period& period, Instant now,
                 const sop::Sop* procedure) {
  Counting counting(period, now);
  for (const IncidentFacts& one : incidents) counting.add(one);
  Damage out = counting.done();
  for (StepFigures& step : out.steps)
    if (!step.standard && procedure != nullptr) step.standard = procedure->row(step.step).standard;
  return out;
}

std::int64_t Damage::sum_of(std::int64_t Tally::*of) const {
  std::int64_t out = 0;
  for (const Tally& type : types) out += type.*of;
  return out;
}
Mean Damage::mean_of(Mean Tally::*of) const {
  Mean out;
  for (const Tally& type : types) out.add(type.*of);
  return out;
}
std::int64_t Damage::faults() const {
  return sum_of(&Tally::faults);
}
std::int64_t Damage::relapses() const {
  return sum_of(&Tally::relapses);
}
Mean Damage::repair() const {
  return mean_of(&Tally::repair);
}
Mean Damage::repair_work() const {
  return mean_of(&Tally::repair_work);
}
std::int64_t Damage::passes() const {
  std::int64_t out = 0;
  for (const StepFigures& step : steps) out += step.timed;
  return out;
}
std::int64_t Damage::late() const {
  std::int64_t out = 0;
  for (const StepFigures& step : steps) out += step.late;
  return out;
}
std::int64_t Damage::rejected() const {
  return std::accumulate(rejections.begin(), rejections.end(), std::int64_t{0});
}
std::int64_t Damage::closed_without_repair() const {
  std::int64_t out = 0;
  for (const auto& [outcome, count] : withdrawn) out += count;
  return out;
}
std::int64_t Damage::visits() const {
  std::int64_t out = 0;
  for (const VendorFigures& vendor : vendors) out += vendor.visits.count;
  return out;
}

}  // namespace jaga::statistics
