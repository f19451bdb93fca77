#include "workflow/measuring_again.hpp"

#include <algorithm>

#include "incident/note.hpp"
#include "record/kind.hpp"
#include "round/check_name.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/transport.hpp"

namespace jaga::workflow {
namespace {

std::vector<RepeatedProbe> wishes_of(const incident::State& state) {
  std::vector<RepeatedProbe> wishes;
  const auto add = [&](const std::string& host, const std::string& check, const std::string& object) {
    const bool known = std::any_of(wishes.begin(), wishes.end(), [&](const RepeatedProbe& options) {
      return options.host == host && options.check == check && options.object == object;
    });
    if (!known) wishes.push_back({host, check, object});
  };
  for (const incident::Result& result : state.monitor.results) {
    if (result.state == round::State::ok) continue;
    const round::CheckName name = round::parse_check_name(result.check);
    add(result.host, name.check, name.object);
  }
  if (!state.analysis) return wishes;
  const plan::Frozen& plan = state.analysis->plan;
  for (const plan::Target& target : plan.targets)
    for (const auto* probes : {&plan.before, &plan.after})
      for (const plan::FrozenProbe& probe : *probes) add(target.host, probe.check, probe.object);
  return wishes;
}

}  // namespace

std::vector<incident::Result> probe_incident(const Runtime& runtime, const incident::State& state) {
  const auto wishes = wishes_of(state);
  if (wishes.empty()) return {};
  return runtime.transport->probe(wishes, runtime.stop);
}

std::vector<incident::Result> measure_again(const ActingContext& context, const std::string& id) {
  const Actor actor = acting_person(context);
  const Incident incident = load_incident(context, id);
  incident::Measure measure;
  measure.results = probe_incident(context, incident.state);
  std::vector<Digest> cites;
  if (const incident::Run* run = incident.state.finished_run()) cites.push_back(run->ended->record);
  write_note(context, id, actor, record::NoteKind::measure, incident::to_node(measure), std::move(cites));
  return measure.results;
}

}  // namespace jaga::workflow
