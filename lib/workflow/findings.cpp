#include "workflow/findings.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "incident/note.hpp"
#include "record/kind.hpp"
#include "round/check_name.hpp"

namespace jaga::workflow {
namespace {

constexpr std::size_t kMostNamed = 8;

std::pair<std::string, round::State> key_of(const incident::Result& result) {
  return {result.host + " " + result.check, result.state};
}

Message message_of(const Known& known, const Finding& finding, bool repaired) {
  switch (finding.standing.value_or(Standing::failing)) {
    case Standing::flapping:
      return sentence("the fault is flapping");
    case Standing::recovered:
      return sentence("everything that had failed has recovered without repair");
    case Standing::repaired:
      return sentence("everything that had failed is OK since the repair");
    case Standing::failing:
      break;
  }
  if (known.standing == Standing::flapping) return sentence("fails again and is no longer flapping");
  if (known.standing != Standing::failing)
    return repaired ? msg("fails again after its repair") : msg("fails again");
  std::vector<std::string> fresh;
  for (const incident::Result& result : finding.results)
    if (result.state != round::State::ok && !known.failing.contains(key_of(result)))
      fresh.push_back(result.host + " " + result.check + ": " + std::string(round::name(result.state)));
  for (const std::string& symptom : finding.symptoms)
    if (!known.symptoms.contains(symptom)) fresh.push_back(symptom);
  const std::size_t all = fresh.size();
  if (all > kMostNamed) {
    fresh.resize(kMostNamed);
    return sentence("a later round adds {list} and {count} more",
                    {{"list", join(fresh, ", ")}, {"count", std::to_string(all - kMostNamed)}});
  }
  return sentence("a later round adds {list}", {{"list", join(fresh, ", ")}});
}

}  // namespace

bool is_repaired(const incident::State& state) {
  return state.phase && *state.phase > sop::Step::repair;
}

Instant repaired_at(const incident::State& state) {
  Instant newest{};
  if (is_repaired(state))
    for (const incident::Run& run : state.runs)
      if (run.ended) newest = std::max(newest, run.ended->at);
  return newest;
}

std::vector<fault::Place> failed_places(const incident::State& state) {
  std::vector<fault::Place> failed;
  for (const incident::Result& result : state.monitor.results) {
    if (result.state == round::State::ok) continue;
    round::CheckName name = round::parse_check_name(result.check);
    failed.push_back({result.host, std::move(name.check), std::move(name.object)});
  }
  return failed;
}

std::set<std::string> found_hosts(const Incident& incident) {
  std::set<std::string> out;
  for (const record::Note& note : incident.notes)
    if (const auto finding = incident::finding_of(note))
      for (const incident::Result& result : finding->results) out.insert(result.host);
  return out;
}

Known known_of(const Incident& incident) {
  Known known;
  for (const incident::Result& result : incident.state.monitor.results) known.failing.insert(key_of(result));
  if (incident.state.analysis)
    known.symptoms.insert(incident.state.analysis->body.symptoms.begin(),
                          incident.state.analysis->body.symptoms.end());
  std::vector<std::pair<Instant, incident::Finding>> findings;
  for (const record::Note& note : incident.notes)
    if (auto finding = incident::finding_of(note); finding && finding->standing)
      findings.emplace_back(note.at, *std::move(finding));
  std::stable_sort(findings.begin(), findings.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [at, finding] : findings) {
    known.standing = *finding.standing;
    known.said = true;
    if (finding.measured != Instant{}) known.measured = finding.measured;
    for (const incident::Result& result : finding.results) known.failing.insert(key_of(result));
    known.symptoms.insert(finding.symptoms.begin(), finding.symptoms.end());
  }
  return known;
}

bool is_news(const Known& known, const Finding& finding) {
  if (finding.measured < known.measured) return false;
  if (finding.standing != known.standing) return true;
  if (finding.standing != Standing::failing) return false;
  return std::any_of(finding.results.begin(), finding.results.end(),
                     [&](const incident::Result& result) {
                       return result.state != round::State::ok && !known.failing.contains(key_of(result));
                     }) ||
         std::any_of(finding.symptoms.begin(), finding.symptoms.end(),
                     [&](const std::string& symptom) { return !known.symptoms.contains(symptom); });
}

void attach(const Context& context, const Actor& actor, const Incident& incident, const Known& known,
            const Finding& finding) {
  const Sentence text = message_of(known, finding, is_repaired(incident.state));
  write_note(context, incident.id, actor, record::NoteKind::finding, to_node(finding, text));
}

}  // namespace jaga::workflow
