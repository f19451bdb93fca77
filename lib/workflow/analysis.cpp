#include "workflow/analysis.hpp"

#include <algorithm>
#include <array>

#include "base/id.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "fault/diagnose.hpp"
#include "fault/key.hpp"
#include "incident/note.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "process/run.hpp"
#include "record/kind.hpp"
#include "round/facts.hpp"
#include "store/append.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "store/edited.hpp"
#include "workflow/doubt.hpp"
#include "workflow/history.hpp"
#include "workflow/office_rules.hpp"
#include "workflow/plan_files.hpp"
#include "workflow/rounds.hpp"
#include "workflow/upkeep.hpp"
#include "yaml/read.hpp"

namespace jaga::workflow {
namespace {

std::vector<plan::Office> office_plans(const Context& context) {
  std::vector<plan::Office> result;
  for (store::EditedFile& file : store::edited_files(*context.directory, "plans"))
    if (is_name(file.stem)) result.push_back({std::move(file.stem), std::move(file.bytes)});
  return result;
}

}  // namespace

std::vector<std::string> plan_names(const Context& context) {
  std::vector<std::string> names = plan::builtin_names();
  for (const plan::Office& one : office_plans(context)) names.push_back(one.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

namespace {

// A probe that no round has would never be good.
void require_probes(const plan::Template& chosen) {
  constexpr std::array<std::string_view, 6> kOfAnObject = {"disk", "dns", "http", "inode", "plugin", "tcp"};
  for (const auto* probes : {&chosen.before, &chosen.after})
    for (const plan::Probe& probe : *probes) {
      const auto wrong = [&](Message what, Message hint) {
        return yaml::error_at(ExitCode::config, "plans/" + chosen.name + ".yaml", probe.mark, std::move(what),
                              std::move(hint));
      };
      if (!round::is_known_check(probe.check)) {
        const std::string near = nearest(probe.check, round::known_checks());
        throw wrong(msg("'{kind}' is no kind of check", {{"kind", probe.check}}),
                    near.empty() ? msg("there are {kinds}", {{"kinds", join(round::known_checks(), ", ")}})
                                 : msg("did you mean '{name}'?", {{"name", near}}));
      }
      if (probe.object == plan::Word{} &&
          std::find(kOfAnObject.begin(), kOfAnObject.end(), probe.check) != kOfAnObject.end())
        throw wrong(msg("'{kind}' is measured of an object", {{"kind", probe.check}}),
                    msg("write it as {{check: \"tcp\", object: \"443\"}}"));
    }
}

// What the shell of this machine cannot even read; that of a target may be another, so no analysis asks.
void require_readable(const plan::Template& chosen) {
  for (const auto* commands : {&chosen.commands, &chosen.rollback})
    for (const plan::Command& command : *commands) {
      process::Command read;
      read.argv = {"/bin/sh", "-n"};
      read.input = command.script;
      read.environment = {"LC_ALL=C"};
      const process::Outcome outcome = process::run(read);
      if (outcome.end != process::Outcome::End::exited || outcome.code == 0) continue;
      constexpr std::size_t kMostSaid = 200;
      const std::string said = outcome.err.substr(0, outcome.err.find('\n'));
      throw yaml::error_at(
          ExitCode::config, "plans/" + chosen.name + ".yaml", command.script_mark,
          msg("sh cannot read the script: {what}", {{"what", printable(shortened(said, kMostSaid))}}),
          msg("lines are counted from the beginning of the script; write POSIX sh"));
    }
}

// Of plans/: what its name keeps from being found.
std::optional<Error> unseen(const store::Item& item) {
  const std::string& name = item.name;
  if (name.starts_with('.') || name.ends_with('~')) return std::nullopt;
  const std::size_t dot = name.rfind('.');
  const std::string ending = dot == std::string::npos ? std::string() : name.substr(dot);
  if (item.kind == store::Item::Kind::file && (ending == ".yml" || ending == ".YAML" || ending == ".YML"))
    return Error(ExitCode::config, msg("'{path}' is no plan", {{"path", "plans/" + printable(name)}}),
                 msg("a plan is named NAME.yaml"));
  if (item.kind == store::Item::Kind::file && ending == ".yaml" && !is_name(name.substr(0, dot)))
    return Error(ExitCode::config, msg("'{path}' is no plan", {{"path", "plans/" + printable(name)}}),
                 msg("use a-z, 0-9, dot, dash and underscore, at most {most} characters", {{"most", "128"}}));
  return std::nullopt;
}

}  // namespace

std::vector<Error> faulty_plans(const Context& context) {
  std::vector<Error> out;
  for (const store::Item& item : context.directory->list("plans"))
    if (auto error = unseen(item)) out.push_back(std::move(*error));
  for (const plan::Office& one : office_plans(context)) {
    try {
      const plan::Template chosen = plan::find(one.name, {&one, 1});
      require_probes(chosen);
      require_readable(chosen);
      (void)office_files(context, chosen);
    } catch (const Error& error) {
      out.push_back(error);
    }
  }
  return out;
}

namespace {

plan::Target target_of(const Context& context, const inventory::Host& host) {
  plan::Target target;
  target.host = host.name;
  target.address = host.address;
  target.port = host.login.port;
  target.login = host.login.repair;
  if (const auto pin = context.registered->pins.find(host.name); pin != context.registered->pins.end()) {
    target.host_keys = pin->second.host_keys;
    target.machine_id = pin->second.machine_id;
    target.serials = pin->second.serials;
  }
  if (target.serials.empty() && !host.hardware.serial.empty()) target.serials = {host.hardware.serial};
  return target;
}

// The role under which the first of `roles` that the step lists opens an incident.
record::By by_for(const Context& context, const Actor& actor, const sop::Sop& procedure, sop::Step step) {
  for (const auto& role : actor.roles)
    if (procedure.may(role, step) || role == sop::kSystem) return {actor.person, role};
  throw Error(ExitCode::not_permitted,
              msg("'{person}' holds no role that may do '{step}'",
                  {{"person", actor.person}, {"step", std::string(sop::name(step))}}),
              incident::who_may_hint(*context.registered, procedure.row(step).roles, context.now()));
}

}  // namespace

void require_opener(const Context& context, const Actor& actor) {
  const sop::Sop procedure = adopted_procedure(context, context.registered->sop);
  for (const sop::Step step : {sop::Step::monitor, sop::Step::analyze}) {
    const std::vector<std::string>& roles = procedure.row(step).roles;
    const bool may = std::any_of(actor.roles.begin(), actor.roles.end(), [&](const std::string& role) {
      return role == sop::kSystem || procedure.may(role, step);
    });
    if (!may)
      throw Error(ExitCode::not_permitted,
                  msg("'{person}' may not open incidents", {{"person", actor.person}}),
                  incident::who_may_hint(*context.registered, roles, context.now()));
  }
}

plan::Frozen freeze_plan(const Context& context, const std::string& name,
                         const std::vector<std::pair<std::string, std::string>>& parameters,
                         const std::string& host) {
  return freeze_plan(context, name, parameters, std::vector<std::string>{host});
}

plan::Frozen freeze_plan(const Context& context, const std::string& name,
                         const std::vector<std::pair<std::string, std::string>>& parameters,
                         const std::vector<std::string>& hosts) {
  const auto office = office_plans(context);
  const plan::Template chosen = plan::find(name, office);
  require_probes(chosen);
  plan::Values values;
  for (const auto& [key, value] : parameters) {
    if (!values.emplace(key, value).second)
      throw Error(ExitCode::usage, msg("parameter '{name}' is given twice", {{"name", printable(key)}}));
  }
  std::vector<plan::Target> targets;
  for (const std::string& host : hosts) targets.push_back(target_of(context, context.inventory->at(host)));
  return plan::freeze(chosen, values, std::move(targets), office_files(context, chosen));
}

bool is_unmodified(const Context& context, const plan::Frozen& plan) {
  const auto office = office_plans(context);
  try {
    const plan::Template chosen = plan::find(plan.name, office);
    return plan::comes_from(plan, chosen, office_files(context, chosen));
  } catch (const Error& error) {
    if (error.code() == ExitCode::no_input || error.code() == ExitCode::config) return false;
    throw;
  }
}

void require_pinned(const Context& context, const plan::Frozen& plan) {
  if (!plan.runs()) return;
  for (const plan::Target& target : plan.targets) {
    const auto pin = context.registered->pins.find(target.host);
    const bool known = pin != context.registered->pins.end() && pin->second.machine_id == target.machine_id;
    const bool keys =
        known && (plan.run == plan::Run::local ||
                  std::all_of(target.host_keys.begin(), target.host_keys.end(), [&](const std::string& key) {
                    const auto& pinned = pin->second.host_keys;
                    return std::find(pinned.begin(), pinned.end(), key) != pinned.end();
                  }));
    if (!keys)
      throw Error(ExitCode::not_permitted,
                  msg("'{host}' is pinned with another key or machine-id than the plan names",
                      {{"host", target.host}}),
                  msg("see 'jaga host show {host}', then analyze again", {{"host", target.host}}));
  }
}

incident::Analyze start_of_analysis(const incident::State& state) {
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
    body.evidence.push_back(result.host + " " + result.check + ": " + std::string(round::name(result.state)) +
                            " " + result.text);
  if (!state.monitor.summary.empty()) body.evidence.push_back(state.monitor.summary);
  return body;
}

namespace {

// A type that is misspelt would be in the records for ever.
void require_type(const Context& context, const std::string& type) {
  if (!office_rule(context, type)) throw no_such_type(context, type);
}

// What the person says, over the analysis before and the incident as it stands.
incident::Analyze own_analysis(const Context& context, const Incident& incident, const OwnAnalysis& wish) {
  const incident::State& state = incident.state;
  incident::require_unforked(state);  // what was said last is not known
  if (wish.fault && start_of_analysis(state).fault != *wish.fault) require_type(context, *wish.fault);
  if (wish.confirm) {
    incident::Analyze body;
    if (!state.analysis || !state.analysis->proposal)
      throw Error(ExitCode::not_permitted, msg("there is no proposal to confirm"),
                  msg("analyze it with 'jaga analyze {id}'", {{"id", incident.id}}));
    body = state.analysis->body;
    body.confirms = state.analysis->made.record;
    body.reason = wish.reason.empty() ? std::nullopt : std::optional<std::string>(wish.reason);
    return body;
  }
  incident::Analyze body = start_of_analysis(state);
  if (wish.fault) body.fault = *wish.fault;
  if (wish.part) body.part = *wish.part;
  body.reason = wish.reason.empty() ? std::nullopt : std::optional<std::string>(wish.reason);
  if (wish.plan || !state.analysis || !wish.parameters.empty() || wish.all_parameters) {
    const std::string name = wish.plan ? *wish.plan : state.analysis ? state.analysis->plan.name : "manual";
    auto parameters = wish.parameters;
    // It starts from the last one: of the same plan, what is not said again stays.
    if (state.analysis && name == state.analysis->plan.name) {
      for (const auto& known : state.analysis->plan.parameters) {
        const bool said = std::any_of(wish.parameters.begin(), wish.parameters.end(),
                                      [&](const auto& one) { return one.first == known.first; });
        const bool gone = wish.all_parameters && known.second.find('\n') == std::string::npos;
        if (!said && !gone) parameters.push_back(known);
      }
    }
    body.plan =
        plan::to_node(freeze_plan(context, name, parameters, planned_hosts(context, incident, body.root)));
  } else {
    // The same plan again, with the targets as they are pinned now. Values that came from one are not for
    // another.
    const plan::Frozen& before = state.analysis->plan;
    const auto hosts = planned_hosts(context, incident, body.root);
    for (const std::string& host : hosts) {
      const bool known = std::any_of(before.targets.begin(), before.targets.end(),
                                     [&](const plan::Target& target) { return target.host == host; });
      if (!known && before.runs() && !before.parameters.empty())
        throw Error(ExitCode::usage,
                    msg("'{host}' has joined, and what '{plan}' was given is not of it",
                        {{"host", host}, {"plan", before.name}}),
                    msg("give what is right for all with -p, or another plan with --plan"));
    }
    body.plan = plan::to_node(freeze_plan(context, before.name, before.parameters, hosts));
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
                  msg("it has: {names}", {{"names", join(objects, ", ")}}));
    }
  }
}

}  // namespace

Written analyze_incident(const Context& context, const std::string& id, const OwnAnalysis& wish) {
  const Actor actor = who_acts(context);
  const auto chain = record::ChainName::incident(id);
  return write_record(
      context, id, actor,
      [&](const Incident& incident) -> incident::Body {
        const incident::Analyze body = own_analysis(context, incident, wish);
        if (!body.confirms) require_known(context, frozen_of(body));
        return body;
      },
      {},
      [&](const incident::Body& body) {
        return files_of(context, &chain, frozen_of(std::get<incident::Analyze>(body)));
      });
}

incident::Analyze would_analyze(const Context& context, const std::string& id, const OwnAnalysis& wish) {
  const Actor actor = who_acts(context);
  const Incident incident = load_incident(context, id);
  const auto body = [&](const Incident& now) -> incident::Body { return own_analysis(context, now, wish); };
  return std::get<incident::Analyze>(decide_now(context, actor, incident, body).body);
}

OpenedIncident open_incident(const Context& context, const Actor& actor, const incident::Monitor& wanted,
                             const std::optional<incident::Analyze>& analyze,
                             std::optional<Instant> occurred) {
  incident::Monitor monitor = wanted;
  monitor.decisions_carry = {std::string(incident::kCarried)};
  if (!monitor.reopens) monitor.reopens = reopened_incident(context, monitor);
  store::Opening opening;
  const Instant now = context.now();
  opening.id = compact_date(now, adopted_procedure(context, context.registered->sop).calendar.utc_offset) +
               "-" + monitor.host + "-" + random_suffix(context.random, 6);
  // The register is read again for every try: a key or role may have been taken away meanwhile.
  Context fresh = context;
  opening.drafts = [&] {
    load_register(fresh);
    const Actor acting = still_acts(fresh, actor);
    const sop::Sop procedure = adopted_procedure(fresh, fresh.registered->sop);
    const auto draft = [&](sop::Step step, const incident::Body& body) {
      store::Draft result;
      result.kind = incident::kind_of(body);
      result.at = now;
      if (step == sop::Step::monitor && occurred && *occurred < now) result.occurred = occurred;
      result.by = by_for(fresh, acting, procedure, step);
      result.key = acting.key;
      result.register_head = fresh.registered->head;
      result.registered = fresh.register_chain;
      result.body = incident::to_node(body);
      return result;
    };
    std::vector<store::Draft> drafts{draft(sop::Step::monitor, monitor)};
    if (analyze) drafts.push_back(draft(sop::Step::analyze, *analyze));
    return drafts;
  };
  if (analyze) opening.evidence = files_of(context, nullptr, frozen_of(*analyze));
  opening.may_match = [&](const store::IncidentListing& listing) {
    if (!is_upkeep(monitor) && archived(fresh, listing)) return false;
    return listing.id.size() == 9 + monitor.host.size() + 7 &&
           listing.id.substr(9, monitor.host.size()) == monitor.host;
  };
  opening.matches = [&](const record::Chain& chain) {
    if (chain.records.empty()) return false;
    const yaml::Node* key = chain.records.front().body.find("fault_key");
    if (key == nullptr || !key->is_scalar() || key->value() != monitor.fault_key) return false;
    if (is_upkeep(monitor)) return true;
    try {
      return !judge_incident(context, chain.name.id, chain).state.finished();
    } catch (const Error&) {
      return true;  // damaged: audit's; a second incident would hide it
    }
  };
  const store::Opened opened = store::open_incident(*context.directory, opening, writing(context, actor));
  return {opened.id, opened.is_new, {}, opened.is_new ? monitor.reopens.value_or("") : std::string()};
}

OpenedIncident open_report(const Context& context, const Report& report) {
  const Actor actor = who_acts(context);
  const inventory::Host& host = context.inventory->at(report.host);
  const std::string type =
      report.fault.value_or(report.source == incident::FaultSource::schedule ? "maintenance" : "unknown");
  if (!is_name(type))
    throw Error(ExitCode::usage, msg("'{text}' is no fault type", {{"text", printable(type)}}));
  const std::string text = sanitized(trim(report.text));
  if (text.empty()) throw Error(ExitCode::usage, msg("what is wrong is missing"), msg("say it with -m TEXT"));
  require_recordable("-m", text);
  require_recordable("--object", report.object);
  require_type(context, type);
  if (report.occurred && *report.occurred > context.now())
    throw Error(ExitCode::usage, msg("{option} lies in the future", {{"option", "--occurred"}}));
  incident::Monitor monitor;
  monitor.source = report.source;
  monitor.host = host.name;
  monitor.fault_key = fault::Key{host.name, type, sanitized(trim(report.object))}.text();
  monitor.severity = report.severity;
  if (report.reopens) {
    const Incident before = require_reopenable(context, *report.reopens, host.name);
    monitor.reopens = before.id;
    if (!report.fault && report.object.empty()) monitor.fault_key = before.state.monitor.fault_key;
  }
  monitor.summary = text;
  OpenedIncident opened = open_incident(context, actor, monitor, std::nullopt, report.occurred);
  if (!opened.is_new)
    opened.note = write_note(context, opened.id, actor, record::NoteKind::note, to_node(incident::Remark{text}), {},
                             report.occurred)
                      .id;
  return opened;
}

}  // namespace jaga::workflow
