#include "workflow/opening.hpp"

#include <algorithm>

#include "base/id.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "fault/key.hpp"
#include "incident/note.hpp"
#include "inventory/inventory.hpp"
#include "record/kind.hpp"
#include "sop/role_titles.hpp"
#include "store/append.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "store/names.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/doubt.hpp"
#include "workflow/history.hpp"
#include "workflow/office_rules.hpp"
#include "workflow/plan_files.hpp"
#include "workflow/upkeep.hpp"

namespace jaga::workflow {
namespace {

// The role under which the first of `roles` that the step lists opens an incident.
record::By by_for(const Context& context, const Actor& actor, const sop::Sop& procedure, sop::Step step) {
  for (const auto& role : actor.roles)
    if (procedure.may(role, step) || role == sop::kSystem) return {actor.person, role};
  throw Error(
      ExitCode::not_permitted,
      msg("'{person}' has no role for step '{step}'", {{"person", actor.person}})
          .with("step", sop::word(step)),
      sop::with_role_titles(
          incident::who_may_hint(*context.registered, procedure.row(step).roles, context.now()), procedure));
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
                  sop::with_role_titles(incident::who_may_hint(*context.registered, roles, context.now()),
                                        procedure));
  }
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
    const Actor acting = current_actor(fresh, actor);
    const sop::Sop procedure = adopted_procedure(fresh, fresh.registered->sop);
    const auto draft = [&](sop::Step step, const incident::Body& body) {
      store::RecordDraft result;
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
    std::vector<store::RecordDraft> drafts{draft(sop::Step::monitor, monitor)};
    if (analyze) drafts.push_back(draft(sop::Step::analyze, *analyze));
    return drafts;
  };
  if (analyze)
    opening.evidence = files_of(context, nullptr, plan::of_node(analyze->plan, {"plan", ExitCode::data}));
  opening.may_match = [&](const store::IncidentListing& listing) {
    if (store::subject_of(listing.id) != monitor.host) return false;
    if (is_upkeep(monitor)) return true;
    // Most are archived and about something else: their first record tells that sooner than the seals, of
    // which archived() may need all.
    if (listing.steps.back().kind != record::name(record::Kind::archive)) return true;
    return is_about_fault(fresh, listing, monitor.fault_key) && !archived(fresh, listing);
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

OpenedIncident open_report(const ActingContext& context, const FaultReport& report) {
  const Actor actor = acting_person(context);
  const inventory::Host& host = context.inventory->at(report.host);
  const std::string type =
      report.fault.value_or(report.source == incident::FaultSource::schedule ? "maintenance" : "unknown");
  if (!is_name(type))
    throw Error(ExitCode::usage, msg("unknown fault type '{text}'", {{"text", printable(type)}}));
  const std::string text = sanitized(trim(report.text));
  if (text.empty())
    throw Error(ExitCode::usage, msg("missing option: -m TEXT, what is wrong"), msg("give it with -m TEXT"));
  require_recordable("-m", text);
  require_recordable("--object", report.object);
  require_type(context, type);
  if (report.occurred && *report.occurred > context.now())
    throw Error(ExitCode::usage, msg("{option} is in the future", {{"option", "--occurred"}}));
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
    opened.note = write_note(context, opened.id, actor, record::NoteKind::note,
                             to_node(incident::Remark{text}), {}, report.occurred)
                      .id;
  return opened;
}

}  // namespace jaga::workflow
