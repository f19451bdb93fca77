#include "workflow/analysis.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "fault/key.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "record/kind.hpp"
#include "round/words.hpp"
#include "store/append.hpp"
#include "store/chain.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/office_rules.hpp"
#include "workflow/plan_files.hpp"
#include "workflow/plans.hpp"
#include "workflow/rounds.hpp"
#include "workflow/upkeep.hpp"

namespace jaga::workflow {
incident::Analyze initial_analysis(const incident::State& state) {
  incident::Analyze body;
  if (state.analysis) {
    body = state.analysis->body;
    body.confirms.reset();
    body.reason.reset();
    return body;
  }
  const fault::Key key = fault::parse_key(state.monitor.fault_key);
  body.fault = key.type;
  body.root = state.monitor.host;
  body.object = key.object;
  for (const incident::Result& result : state.monitor.results)
    body.evidence.emplace_back(sentence("{check}: {state}, {result}", {{"check", result.host + " " + result.check}})
                                   .with("state", round::word(result.state))
                                   .with("result", result.text.part()));
  if (!state.monitor.summary.empty()) body.evidence.emplace_back(state.monitor.summary);
  return body;
}

namespace {

// What the person says, over the analysis before and the incident as it stands.
incident::Analyze own_analysis(const Office& office, const Incident& incident, const OwnAnalysis& options) {
  const incident::State& state = incident.state;
  incident::require_unforked(state);  // what was said last is not known
  if (options.fault && initial_analysis(state).fault != *options.fault) require_type(office, *options.fault);
  if (options.confirm) {
    incident::Analyze body;
    if (!state.analysis || !state.analysis->proposal)
      throw Error(ExitCode::not_permitted, msg("no proposal to confirm"),
                  state.analysis ? msg("see the next step with 'jaga show {id}'", {{"id", incident.id}})
                                 : msg("analyze it with 'jaga analyze {id}'", {{"id", incident.id}}));
    body = state.analysis->body;
    body.confirms = state.analysis->made.record;
    body.reason = options.reason.empty() ? std::nullopt : std::optional<std::string>(options.reason);
    return body;
  }
  incident::Analyze body = initial_analysis(state);
  if (options.fault) body.fault = *options.fault;
  if (options.part) {
    if (body.part != options.part) body.part_title.reset();
    body.part = *options.part;
  }
  body.reason = options.reason.empty() ? std::nullopt : std::optional<std::string>(options.reason);
  if (options.plan || !state.analysis || !options.parameters.empty() || options.all_parameters) {
    const std::string name = options.plan     ? *options.plan
                             : state.analysis ? state.analysis->plan.name
                                              : "manual";
    auto parameters = options.parameters;
    // It starts from the last one: of the same plan, what is not said again stays.
    if (state.analysis && name == state.analysis->plan.name) {
      for (const auto& known : state.analysis->plan.parameters) {
        const bool said = std::any_of(options.parameters.begin(), options.parameters.end(),
                                      [&](const auto& one) { return one.first == known.first; });
        const bool gone = options.all_parameters && known.second.find('\n') == std::string::npos;
        if (!said && !gone) parameters.push_back(known);
      }
    }
    body.plan =
        plan::to_node(freeze_plan(office, name, parameters, planned_hosts(office, incident, body.root)));
  } else {
    // The same plan again, with the targets as they are pinned now. Values that came from one are not for
    // another.
    const plan::Frozen& before = state.analysis->plan;
    const auto hosts = planned_hosts(office, incident, body.root);
    for (const std::string& host : hosts) {
      const bool known = std::any_of(before.targets.begin(), before.targets.end(),
                                     [&](const plan::Target& target) { return target.host == host; });
      if (!known && before.runs() && !before.parameters.empty())
        throw Error(ExitCode::usage,
                    msg("'{host}' was added, and the parameters of '{plan}' do not apply to it",
                        {{"host", host}, {"plan", before.name}}),
                    msg("give values that are correct for all hosts with -p, or another plan with --plan"));
    }
    body.plan = plan::to_node(freeze_plan(office, before.name, before.parameters, hosts));
  }
  return body;
}

plan::Frozen frozen_of(const incident::Analyze& body) {
  return plan::of_node(body.plan, {"plan", ExitCode::data});
}

// A value that a target has to know, against what was measured of it last; where nothing was, the run looks.
void require_known(const Context& context, const plan::Frozen& plan) {
  for (const plan::Target& target : plan.targets) {
    for (const plan::FrozenProbe& probe : plan.before) {
      if (!probe.known) continue;
      std::vector<std::string> objects;
      for (const store::RoundName& name : recent_rounds(context)) {
        for (const round::Result& result : load_round(context, name).round.results)
          if (result.host == target.host && result.check == probe.check &&
              result.state != round::State::unknown)
            objects.push_back(result.object);
        if (!objects.empty()) break;
      }
      if (objects.empty() || std::find(objects.begin(), objects.end(), probe.object) != objects.end())
        continue;
      for (std::string& object : objects) object = printable(object);
      throw Error(ExitCode::usage,
                  msg("'{host}' has no {check} '{object}'",
                      {{"host", target.host}, {"check", probe.check}, {"object", printable(probe.object)}}),
                  msg("known names: {names}", {{"names", join(objects, ", ")}}));
    }
  }
}

}  // namespace

Written analyze_incident(const ActingContext& context, const std::string& id, const OwnAnalysis& options) {
  const Actor actor = acting_person(context);
  const auto chain = record::ChainName::incident(id);
  return write_record(
      context, id, actor,
      [&](const Incident& incident) -> incident::Body {
        const incident::Analyze body = own_analysis(context, incident, options);
        if (!body.confirms) require_known(context, frozen_of(body));
        return body;
      },
      {},
      [&](const incident::Body& body) {
        return files_of(context, &chain, frozen_of(std::get<incident::Analyze>(body)));
      });
}

incident::Analyze draft_analysis(const ActingContext& context, const std::string& id,
                                 const OwnAnalysis& options) {
  const Actor actor = acting_person(context);
  const Incident incident = load_incident(context, id);
  const auto body = [&](const Incident& now) -> incident::Body {
    return own_analysis(context, now, options);
  };
  return std::get<incident::Analyze>(decide_now(context, actor, incident, body).body);
}

}  // namespace jaga::workflow
