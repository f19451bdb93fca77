#include "workflow/views.hpp"

#include "base/text.hpp"
#include "base/zone.hpp"
#include "fault/catalogue.hpp"
#include "workflow/history.hpp"
#include "workflow/office_rules.hpp"

namespace jaga::workflow {

document::Locale locale_of(const Office& office, Language language) {
  const std::chrono::minutes offset = office.sop ? office.sop->calendar.utc_offset : std::chrono::minutes{0};
  return {language, [offset](Instant at) { return local_time(at, offset); }, zone_text(offset)};
}

document::IncidentView view_of(const Context& context, const Incident& incident) {
  document::IncidentView view{incident.chain, incident.notes, incident.procedure, incident.state,
                              incident.now};
  view.due = incident.due();
  if (!view.due) view.reopened_by = reopened_by(context, incident.id);
  view.duplicates = duplicates_of(context, incident);
  view.delegation_of = [&incident](const record::Envelope& envelope) {
    return incident.delegation_of(envelope);
  };
  return view;
}

document::DecisionView view_of(const Context& context, const Prepared& prepared) {
  const Incident& incident = prepared.incident;
  document::DecisionView view{
      {incident.chain, incident.notes, incident.procedure, incident.state, incident.now},
      prepared.decision,
      prepared.digest};
  view.occurred = prepared.options.occurred;
  if (prepared.analysis) view.analysis = &*prepared.analysis;
  if (prepared.plan) view.plan = &*prepared.plan;
  if (prepared.previous) view.previous = &*prepared.previous;
  if (prepared.measured) view.measured = &*prepared.measured;
  view.registered = incident.registered.get();
  if (prepared.command != Command::approve) return view;
  if (incident.state.analysis)
    if (const auto rule = office_rule(context, incident.state.analysis->body.fault))
      view.if_left = rule->if_left;
  // Of a plan that nobody has registered there is nothing to know.
  if (prepared.plan && prepared.plan->runs() && prepared.plan->origin != plan::Origin::adhoc)
    view.results = plan_results(context, *prepared.plan, incident.id, incident.now);
  return view;
}

std::string preview_text(const Context& context, const Prepared& prepared, Language language) {
  std::string text;
  for (const std::string& line :
       document::decision_lines(view_of(context, prepared), locale_of(context, language)))
    text += printable(line) + "\n";
  return text;
}

}  // namespace jaga::workflow
