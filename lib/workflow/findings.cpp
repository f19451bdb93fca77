#include "workflow/findings.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace jaga::workflow {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"failing", "flapping", "recovered", "repaired"};
constexpr std::size_t kMostNamed = 8;

std::optional<Standing> standing_of(const record::Note& note) {
  const auto at = std::find(kNames.begin(), kNames.end(), note.body.text_at("standing"));
  if (at == kNames.end()) return std::nullopt;
  return static_cast<Standing>(at - kNames.begin());
}

std::pair<std::string, std::string> key_of(const incident::Result& result) {
  return {result.host + " " + result.check, std::string(round::name(result.state))};
}

void take(Known& known, const record::Note& note) {
  if (const yaml::Node* results = note.body.find("results"); results != nullptr)
    for (const yaml::Node& one : results->items())
      known.failing.emplace(one.text_at("host") + " " + one.text_at("check"), one.text_at("state"));
  if (const yaml::Node* symptoms = note.body.find("symptoms"); symptoms != nullptr)
    for (const yaml::Node& one : symptoms->items())
      if (one.is_scalar()) known.symptoms.insert(one.value());
}

Message sentence(const Known& known, const Finding& finding, bool repaired) {
  switch (finding.standing) {
    case Standing::flapping:
      return msg("it comes and goes");
    case Standing::recovered:
      return msg("all that had failed is well again, though nothing was repaired");
    case Standing::repaired:
      return msg("all that had failed is well since the repair");
    case Standing::failing:
      break;
  }
  if (known.standing == Standing::flapping) return msg("it fails and no longer comes and goes");
  if (known.standing != Standing::failing)
    return repaired ? msg("it fails again after its repair") : msg("it fails again");
  std::vector<std::string> fresh;
  for (const incident::Result& result : finding.results)
    if (result.state != round::State::ok && !known.failing.contains(key_of(result)))
      fresh.push_back(result.host + " " + result.check + ": " + std::string(round::name(result.state)));
  for (const std::string& symptom : finding.symptoms)
    if (!known.symptoms.contains(symptom)) fresh.push_back(symptom);
  const std::size_t all = fresh.size();
  if (all > kMostNamed) {
    fresh.resize(kMostNamed);
    return msg("a later round adds {list} and {count} more",
               {{"list", join(fresh, ", ")}, {"count", std::to_string(all - kMostNamed)}});
  }
  return msg("a later round adds {list}", {{"list", join(fresh, ", ")}});
}

}  // namespace

std::string_view name(Standing standing) {
  return kNames.at(static_cast<std::size_t>(standing));
}

bool is_repaired(const incident::State& state) {
  return state.phase && *state.phase > sop::Step::repair;
}

std::vector<fault::Place> failed_places(const incident::State& state) {
  std::vector<fault::Place> failed;
  for (const incident::Result& result : state.monitor.results) {
    if (result.state == round::State::ok) continue;
    const std::size_t colon = result.check.find(':');
    failed.push_back({result.host, result.check.substr(0, colon),
                      colon == std::string::npos ? std::string() : result.check.substr(colon + 1)});
  }
  return failed;
}

std::set<std::string> found_hosts(const Incident& incident) {
  std::set<std::string> out;
  for (const record::Note& note : incident.notes) {
    const yaml::Node* results = note.kind == kFindingNote ? note.body.find("results") : nullptr;
    if (results == nullptr) continue;
    for (const yaml::Node& one : results->items()) out.insert(one.text_at("host"));
  }
  return out;
}

Known known_of(const Incident& incident) {
  Known known;
  for (const incident::Result& result : incident.state.monitor.results) known.failing.insert(key_of(result));
  if (incident.state.analysis)
    known.symptoms.insert(incident.state.analysis->body.symptoms.begin(),
                          incident.state.analysis->body.symptoms.end());
  std::vector<const record::Note*> findings;
  for (const record::Note& note : incident.notes)
    if (note.kind == kFindingNote && standing_of(note)) findings.push_back(&note);
  std::stable_sort(findings.begin(), findings.end(),
                   [](const record::Note* a, const record::Note* b) { return a->at < b->at; });
  for (const record::Note* note : findings) {
    known.standing = *standing_of(*note);
    known.said = true;
    if (const auto measured = parse_instant(note->body.text_at("measured"))) known.measured = *measured;
    take(known, *note);
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
  yaml::Node body = yaml::Node::map();
  body.set("text", sentence(known, finding, is_repaired(incident.state)).render(context.language));
  body.set("standing", name(finding.standing));
  body.set("measured", format_instant(finding.measured));
  if (finding.round) body.set("round", finding.round->text());
  body.set("fault", finding.fault);
  yaml::Node results = yaml::Node::list();
  for (const incident::Result& result : finding.results)
    results.add(yaml::Node::map()
                    .set("host", result.host)
                    .set("check", result.check)
                    .set("state", round::name(result.state))
                    .set("text", result.text));
  body.set("results", std::move(results));
  body.set("symptoms", yaml::Node::texts(finding.symptoms));
  write_note(context, incident.id, actor, std::string(kFindingNote), std::move(body));
}

}  // namespace jaga::workflow
