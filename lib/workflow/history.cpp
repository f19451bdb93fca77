#include "workflow/history.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "fault/key.hpp"
#include "inventory/settings.hpp"
#include "record/glance.hpp"
#include "record/kind.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "store/names.hpp"
#include "workflow/lookup.hpp"
#include "workflow/upkeep.hpp"
#include "yaml/write.hpp"

namespace jaga::workflow {
namespace {

constexpr std::size_t kMostRead = 100;
constexpr std::size_t kMostRuns = 30;

record::Chain read(const Office& office, const std::string& id) {
  return store::read_chain(*office.directory, record::ChainName::incident(id), office.settings->repo);
}

// Whether one record of a chain, found by its name and unjudged, has the text `value` at `path`: enough to
// see whether the others are worth reading.
bool says(const Office& office, const store::IncidentListing& listing, const record::FileName& step,
          std::initializer_list<std::string_view> path, const std::string& value) {
  const std::string file =
      record::ChainName::incident(listing.id).directory() + "/" + record::file_name(step);
  try {
    const std::string bytes = office.directory->require(file);
    // Most say something else, which is seen without parsing them: a text is written in one way only.
    if (bytes.find(yaml::write_flow(yaml::Node::text(value))) == std::string::npos) return false;
    const record::Record record = record::parse_record(bytes, file);
    const yaml::Node* node = &record.body;
    for (const std::string_view key : path)
      if (node != nullptr) node = node->find(key);
    return node != nullptr && node->kind() == yaml::Node::Kind::text && node->value() == value;
  } catch (const Error&) {
    return false;  // audit's
  }
}

bool is_about(const Office& office, const store::IncidentListing& listing, std::string_view key,
              const std::string& value) {
  return says(office, listing, listing.steps.front(), {key}, value);
}

// Whether any of its analyses names that plan.
bool names_plan(const Office& office, const store::IncidentListing& listing, const std::string& plan) {
  return std::any_of(listing.steps.begin(), listing.steps.end(), [&](const record::FileName& step) {
    return step.kind == record::name(record::Kind::analyze) &&
           says(office, listing, step, {"plan", "name"}, plan);
  });
}

bool repaired(const store::IncidentListing& listing) {
  return std::any_of(listing.steps.begin(), listing.steps.end(), [](const record::FileName& step) {
    return step.kind == record::name(record::Kind::repair_end);
  });
}

// The runs of one incident that had ended at `as_of`, by the plan of the analysis that they rested on, newest
// last.
std::vector<PlanResult> runs_of(const Incident& incident, const plan::Frozen& plan, Instant as_of) {
  std::vector<PlanResult> out;
  bool same = false;
  for (const record::Record& record : incident.chain.records) {
    if (record.envelope.at > as_of) continue;
    const auto broken = [&](const incident::Violation& one) { return one.record == record.digest; };
    const auto& wrong = incident.state.violations;
    if (std::any_of(wrong.begin(), wrong.end(), broken)) continue;
    const auto body = incident::from_node(record.envelope.kind, record.body, incident.id);
    if (!body) continue;
    if (const auto* analyze = std::get_if<incident::Analyze>(&*body)) {
      const plan::Frozen frozen = plan::of_node(analyze->plan, {incident.id, ExitCode::data});
      same = frozen.name == plan.name && frozen.origin == plan.origin &&
             frozen.template_digest == plan.template_digest;
    } else if (const auto* end = std::get_if<incident::RepairEnd>(&*body)) {
      const incident::Run* run = incident.state.find_run(end->run);
      if (same && run != nullptr && run->body.mode == incident::RepairMode::run)
        out.push_back({incident.id, record.envelope.at, end->outcome});
    } else if (std::holds_alternative<incident::Verify>(*body)) {
      if (same && !out.empty()) out.back().passed = true;
    } else if (const auto* no = std::get_if<incident::Reject>(&*body)) {
      if (same && !out.empty() && no->step == incident::RejectedStep::verify) out.back().passed = false;
    }
  }
  return out;
}

}  // namespace

bool is_about_fault(const Office& office, const store::IncidentListing& listing,
                    const std::string& fault_key) {
  return is_about(office, listing, "fault_key", fault_key);
}

namespace {

// An incident of a host about one fault, with its chain as it stands.
struct About {
  std::string id;
  record::Chain chain;
  Instant newest;  // record
};

// When the newest record was written; nullopt: it cannot be read.
std::optional<Instant> newest_of(const Office& office, const store::IncidentListing& listing) {
  const std::string file =
      record::ChainName::incident(listing.id).directory() + "/" + record::file_name(listing.steps.back());
  try {
    const auto record = record::glance(office.directory->require(file));
    return record ? std::optional(record->at) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // audit's
  }
}

// The one with the latest record first: ids of one day have no order. `ended`: those whose last step may
// have ended them. `since`: their newest record is not older. At most kMostRead of the host are looked at.
std::vector<About> about(const Office& office, const std::string& host, const std::string& fault_key,
                         bool ended, std::optional<Instant> since = {}) {
  std::vector<About> out;
  std::size_t read_so_far = 0;
  store::newest_incidents_first(*office.directory, [&](std::string_view id) {
    if (store::subject_of(id) != host) return true;
    const auto at = store::find_incident(*office.directory, id);
    if (!at) return true;
    const std::string& last = at->steps.back().kind;
    if (ended && last != record::name(record::Kind::archive) && last != record::name(record::Kind::withdraw))
      return true;
    ++read_so_far;
    if ((!since || newest_of(office, *at).value_or(*since) >= *since) &&
        is_about_fault(office, *at, fault_key)) {
      record::Chain chain = read(office, at->id);
      if (!chain.records.empty()) {
        const Instant newest = chain.records.back().envelope.at;
        out.push_back({at->id, std::move(chain), newest});
      }
    }
    return read_so_far < kMostRead;
  });
  std::stable_sort(out.begin(), out.end(),
                   [](const About& a, const About& b) { return a.newest > b.newest; });
  return out;
}

}  // namespace

namespace {

// Nobody knows what it is: that another one follows says nothing.
bool is_unknown(const std::string& fault_key) {
  const fault::Key key = fault::parse_key(fault_key);
  return key.type == fault::kUnknownType && key.object.empty();
}

}  // namespace

std::optional<std::string> reopened_incident(const Context& context, const incident::Monitor& monitor) {
  if (is_upkeep(monitor) || monitor.source == incident::FaultSource::schedule ||
      is_unknown(monitor.fault_key))
    return std::nullopt;
  for (About& one : about(context, monitor.host, monitor.fault_key, true, context.now() - kReopensWithin)) {
    if (context.now() - one.newest > kReopensWithin) continue;
    try {
      const Incident incident = judge_incident(context, one.id, std::move(one.chain));
      const auto& withdrawn = incident.state.withdrawn;
      if (!incident.state.finished() ||
          (withdrawn && withdrawn->body.outcome == incident::WithdrawalOutcome::duplicate))
        continue;
      return one.id;
    } catch (const Error&) {
      continue;  // damaged: audit's
    }
  }
  return std::nullopt;
}

Incident require_reopenable(const Context& context, const std::string& text, const std::string& host) {
  const std::string id = find_incident(context, text);
  Incident incident = load_incident(context, id);
  if (!incident.state.finished())
    throw Error(ExitCode::usage, msg("incident '{id}' is not finished", {{"id", id}}),
                msg("continue it: 'jaga show {id}'", {{"id", id}}));
  if (incident.state.monitor.host != host)
    throw Error(ExitCode::usage, msg("incident '{id}' is about '{host}'",
                                     {{"id", id}, {"host", incident.state.monitor.host}}));
  return incident;
}

std::string reopened_by(const Office& office, const std::string& id) {
  std::string out;
  store::newest_incidents_first(*office.directory, [&](std::string_view other) {
    if (store::date_of(other) < store::date_of(id)) return false;  // opened before it
    if (other == id || store::subject_of(other) != store::subject_of(id)) return true;
    const auto listing = store::find_incident(*office.directory, other);
    if (listing && is_about(office, *listing, "reopens", id)) out = other;
    return out.empty();
  });
  return out;
}

Instant counts_from(const Incident& finished) {
  const Instant ended = finished.chain.records.back().envelope.at;
  const auto& withdrawn = finished.state.withdrawn;
  return withdrawn && withdrawn->body.until ? std::max(ended, *withdrawn->body.until) : ended;
}

std::optional<LeftAlone> left_alone(const Context& context, const std::string& host,
                                    const std::string& fault_key, Instant since) {
  for (About& one : about(context, host, fault_key, false)) {
    try {
      const Incident incident = judge_incident(context, one.id, std::move(one.chain));
      if (!incident.state.finished()) return std::nullopt;
      if (!incident.state.withdrawn) return std::nullopt;  // it was repaired since
      const incident::Withdraw& body = incident.state.withdrawn->body;
      const std::string second = incident.state.withdrawn->made.by.person;
      if (body.outcome == incident::WithdrawalOutcome::risk_accepted && context.now() < *body.until)
        return LeftAlone{
            one.id, msg("no incident opened: the risk is accepted until {time}, in '{incident}' by {person}",
                        {{"time", local_time(*body.until, incident.state.utc_offset)},
                         {"incident", one.id},
                         {"person", second}})};
      if (body.outcome == incident::WithdrawalOutcome::handed_over && since <= one.newest)
        return LeftAlone{
            one.id, msg("no incident opened: handed over to {who} in '{incident}', and not recovered since",
                        {{"who", *body.to}, {"incident", one.id}})};
      if (body.outcome == incident::WithdrawalOutcome::duplicate &&
          !judge_incident(context, *body.of, read(context, *body.of)).state.finished())
        return LeftAlone{
            one.id, msg("no incident opened: '{incident}' was closed as a duplicate of '{of}', which is open",
                        {{"incident", one.id}, {"of", *body.of}})};
      return std::nullopt;
    } catch (const Error&) {
      continue;  // damaged: audit's
    }
  }
  return std::nullopt;
}

namespace {

bool is_duplicate(const Context& context, const std::string& id, const std::string& of) {
  const auto listing = store::find_incident(*context.directory, id);
  if (!listing) return false;
  const bool names_it = std::any_of(listing->steps.begin(), listing->steps.end(), [&](const auto& step) {
    return step.kind == record::name(record::Kind::withdraw) && says(context, *listing, step, {"of"}, of);
  });
  if (!names_it) return false;
  try {
    const Incident incident = judge_incident(context, id, read(context, id));
    const auto& withdrawn = incident.state.withdrawn;
    return incident.state.finished() && withdrawn && withdrawn->body.of == of;
  } catch (const Error&) {
    return false;  // damaged: audit's
  }
}

}  // namespace

std::vector<std::string> duplicates_of(const Context& context, const Incident& of) {
  // By the dates in their names: in a directory of ten years, few are looked into.
  const auto day = [&](Instant at) { return compact_date(at, of.procedure.calendar.utc_offset); };
  const std::string from = day(of.state.opened.at - kDuplicatesWithin);
  const std::string until = of.state.finished() ? day(of.chain.records.back().envelope.at + kDuplicatesWithin)
                                                : std::string("99999999");
  std::vector<std::string> out;
  store::newest_incidents_first(
      *context.directory,
      [&](std::string_view id) {
        if (store::date_of(id) < from) return false;
        if (id != of.id && is_duplicate(context, std::string(id), of.id)) out.emplace_back(id);
        return true;
      },
      until);
  std::ranges::reverse(out);
  return out;
}

void require_original(const Context& context, const std::string& id, const std::string& of) {
  std::set<std::string> seen{id};
  std::string at = of;
  while (true) {
    if (!seen.insert(at).second)
      throw Error(ExitCode::not_permitted,
                  msg("'{of}' refers back to '{id}': nobody would work on either", {{"of", of}, {"id", id}}),
                  msg("one of them must be continued: see 'jaga show {of}'", {{"of", of}}));
    const Incident incident = judge_incident(context, at, read(context, at));
    const incident::State& state = incident.state;
    // One signature is as good as two here: the other may come at any time.
    const auto& closing = state.finished() ? state.withdrawn : state.withdrawing;
    if (!closing) return;
    const incident::Withdraw& body = closing->body;
    if (body.outcome == incident::WithdrawalOutcome::duplicate && body.of) {
      if (state.finished() && *body.of != id && !seen.contains(*body.of) && at == of)
        throw Error(
            ExitCode::not_permitted,
            msg("'{of}' itself is closed as a duplicate of '{other}'", {{"of", of}, {"other", *body.of}}),
            msg("use that one: --of {other}", {{"other", *body.of}}));
      at = *body.of;
      continue;
    }
    if (state.finished())
      throw Error(ExitCode::not_permitted,
                  msg("'{of}' itself is closed without repair: {outcome}",
                      {{"of", at}, {"outcome", std::string(name(body.outcome))}}),
                  msg("close this one in the same way, or continue it"));
    return;
  }
}

namespace {

std::vector<PlanResult> runs_of(const Context& context, const std::string& id, const plan::Frozen& plan,
                                Instant as_of) {
  try {
    return runs_of(judge_incident(context, id, read(context, id)), plan, as_of);
  } catch (const Error&) {
    return {};  // damaged: audit's
  }
}

}  // namespace

std::vector<PlanResult> plan_results(const Context& context, const plan::Frozen& plan,
                                     const std::string& but_of, Instant as_of) {
  std::vector<PlanResult> out;
  if (!plan.runs() || plan.origin == plan::Origin::adhoc) return out;
  std::size_t read_so_far = 0;
  store::newest_incidents_first(*context.directory, [&](std::string_view id) {
    const auto at = store::find_incident(*context.directory, id);
    if (!at || at->id == but_of || !repaired(*at)) return true;
    ++read_so_far;
    if (names_plan(context, *at, plan.name)) {
      const std::vector<PlanResult> runs = runs_of(context, at->id, plan, as_of);
      out.insert(out.end(), runs.rbegin(), runs.rend());
    }
    return read_so_far < kMostRuns && out.size() < kMostPlanResults;
  });
  std::stable_sort(out.begin(), out.end(),
                   [](const PlanResult& a, const PlanResult& b) { return a.at > b.at; });
  if (out.size() > kMostPlanResults) out.resize(kMostPlanResults);
  return out;
}

bool is_all_before(const Office& office, const store::IncidentListing& listing, Instant since) {
  for (std::size_t n = 0; n < listing.steps.size(); ++n)
    if (listing.steps[n].seq != n + 1) return false;
  const auto newest = newest_of(office, listing);
  return newest && *newest + record::kClockSlack < since;
}

}  // namespace jaga::workflow
