#include "incident/subject.hpp"

#include <algorithm>
#include <string_view>

#include "base/error.hpp"
#include "incident/note.hpp"
#include "record/kind.hpp"

namespace jaga::incident {
namespace {

std::vector<Summary::Probe> probes(const std::vector<Result>& results) {
  std::vector<Summary::Probe> out;
  out.reserve(results.size());
  for (const Result& result : results) out.push_back({result.host, result.check, result.state});
  return out;
}

template <typename B>
concept Deciding = requires(B body) {
  body.summary->fault;
};

}  // namespace

bool is_decision(const Body& body) {
  return std::visit([](const auto& one) { return Deciding<decltype(one)>; }, body);
}

const Summary* summary_in(const Body& body) {
  return std::visit(
      [](const auto& one) -> const Summary* {
        if constexpr (Deciding<decltype(one)>)
          return one.summary ? &*one.summary : nullptr;
        else
          return nullptr;
      },
      body);
}

void set_summary(Body& body, std::optional<Summary> summary) {
  std::visit(
      [&](auto& one) {
        if constexpr (Deciding<decltype(one)>) one.summary = std::move(summary);
      },
      body);
}

std::optional<Digest> decided_on(const Body& body) {
  if (const auto* withdraw = std::get_if<Withdraw>(&body))
    return withdraw->ratifies ? withdraw->ratifies : withdraw->seconds;
  return std::visit(
      [](const auto& one) -> std::optional<Digest> {
        if constexpr (requires { one.on; })
          return one.on;
        else
          return std::nullopt;
      },
      body);
}

std::vector<Result> failed_before(const std::vector<Result>& opened, const std::vector<Result>& repair) {
  std::vector<Result> before = opened;
  for (const Result& found : repair) {
    const auto same = [&](const Result& known) {
      return known.host == found.host && known.check == found.check;
    };
    const auto known = std::find_if(before.begin(), before.end(), same);
    if (known == before.end()) {
      before.push_back(found);
    } else if (known->state == round::State::ok || found.state != round::State::ok) {
      *known = found;
    }
  }
  return before;
}

void Subjects::open(const Monitor& monitor) {
  opened_ = std::make_shared<const Opened>(Opened{monitor.fault_key, monitor.results});
}

const Subjects::Subject* Subjects::find(const Digest& record) const {
  for (auto at = subjects_.rbegin(); at != subjects_.rend(); ++at)
    if (at->first == record) return &at->second;
  return nullptr;
}

std::shared_ptr<const Summary::Repair> Subjects::repair_of(const RepairEnd& end, RepairMode mode) const {
  Summary::Repair repair;
  repair.mode = mode;
  repair.outcome = end.outcome;
  repair.before = probes(failed_before(opened_->results, end.before));
  repair.after = probes(end.after);
  return std::make_shared<const Summary::Repair>(std::move(repair));
}

void Subjects::add(const Digest& record, const Body& body, const std::optional<Digest>& analysis,
                   const plan::Frozen* plan) {
  const auto rests_on = [&](const std::optional<Digest>& basis) {
    const Subject* known = basis ? find(*basis) : nullptr;
    return known == nullptr ? Subject{} : *known;
  };
  Subject subject;
  if (const auto* analyze = std::get_if<Analyze>(&body)) {
    subject.analysis = record;
    subject.plan = std::make_shared<const Summary::Plan>(incident::summary_of(
        plan != nullptr ? *plan : plan::of_node(analyze->plan, {"plan", ExitCode::data}), analyze->part));
  } else if (const auto* start = std::get_if<RepairStart>(&body)) {
    subject = rests_on(start->basis);
    subject.repair.reset();
    subject.measure.reset();
    subject.mode = start->mode;
  } else if (const auto* end = std::get_if<RepairEnd>(&body)) {
    subject = rests_on(end->run);
    subject.repair = repair_of(*end, subject.mode);
  } else if (std::holds_alternative<Withdraw>(body)) {
    subject = rests_on(analysis);
  } else if (is_decision(body)) {
    subject = rests_on(decided_on(body));
    if (const auto* verify = std::get_if<Verify>(&body)) subject.measure = verify->measure;
  } else {
    return;  // nothing decides on it
  }
  subjects_.emplace_back(record, std::move(subject));
}

void Subjects::join(const Subjects& branch) {
  for (const auto& one : branch.subjects_)
    if (find(one.first) == nullptr) subjects_.push_back(one);
}

std::optional<Digest> Subjects::measure_of(const Body& decision) const {
  if (const auto* verify = std::get_if<Verify>(&decision)) return verify->measure;
  const auto on = decided_on(decision);
  const Subject* subject = on ? find(*on) : nullptr;
  return subject == nullptr ? std::nullopt : subject->measure;
}

std::optional<Digest> Subjects::analysis_of(const Body& decision,
                                            const std::optional<Digest>& analysis) const {
  if (std::holds_alternative<Withdraw>(decision)) return analysis;
  const auto on = decided_on(decision);
  const Subject* subject = on ? find(*on) : nullptr;
  return subject == nullptr || !subject->plan ? std::nullopt : std::optional<Digest>(subject->analysis);
}

std::optional<Summary> Subjects::summary_of(const Body& decision, std::span<const record::Note> notes,
                                            const std::optional<Digest>& analysis) const {
  if (!is_decision(decision) || !opened_) return std::nullopt;
  const auto* withdraw = std::get_if<Withdraw>(&decision);
  const auto on = withdraw != nullptr ? analysis : decided_on(decision);
  const Subject* subject = on ? find(*on) : nullptr;
  if (subject == nullptr && withdraw == nullptr) return std::nullopt;
  Summary summary;
  summary.fault = opened_->fault;
  if (subject != nullptr && subject->plan) summary.plan = *subject->plan;
  if (subject != nullptr && subject->repair) summary.repair = *subject->repair;
  if (const auto measure = measure_of(decision)) {
    const auto note = std::find_if(notes.begin(), notes.end(), [&](const record::Note& one) {
      return one.digest == *measure && is(one, record::NoteKind::measure);
    });
    if (note == notes.end() || !summary.repair) return std::nullopt;
    summary.repair->after = probes(measure_from_node(note->body, note->id).results);
  }
  if (const auto* approve = std::get_if<Approve>(&decision)) summary.until = approve->until;
  if (withdraw != nullptr) summary.until = withdraw->until;
  return summary;
}

}  // namespace jaga::incident
