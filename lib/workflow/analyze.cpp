#include "workflow/analyze.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "fault/catalogue.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "inventory/window.hpp"
#include "round/check_name.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/analysis.hpp"
#include "workflow/history.hpp"
#include "workflow/inbox.hpp"
#include "workflow/maintenance.hpp"
#include "workflow/office_rules.hpp"
#include "workflow/opening.hpp"
#include "workflow/plans.hpp"
#include "workflow/rounds.hpp"
#include "workflow/transport.hpp"
#include "workflow/upkeep.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kByHand = "manual";
constexpr std::size_t kMostNamed = 5;
constexpr std::chrono::hours kMostAhead{1};
constexpr std::chrono::hours kOld{24};

Sentence line_of(const round::Result& result) {
  return sentence("{check}: {result}", {{"check", (result.host.empty() ? "" : result.host + " ") +
                                                      round::check_name(result.check, result.object)}})
      .with("result", result.summary.part());
}

std::vector<incident::Result> results_of(const fault::Fault& fault) {
  std::vector<incident::Result> out;
  for (const round::Result& result : fault.evidence)
    out.push_back(
        {result.host, round::check_name(result.check, result.object), result.state, result.summary});
  return out;
}

incident::Monitor monitor_of(const fault::Fault& fault, const Digest& round) {
  incident::Monitor body;
  body.source = incident::FaultSource::probe;
  body.round = round;
  body.fault_key = fault.key;
  body.host = fault.host;
  body.summary = fault.title.en;
  body.title = fault.title;
  body.results = results_of(fault);
  body.severity = fault.severity;
  return body;
}

incident::Analyze analyze_of(const fault::Fault& fault, const plan::Frozen& plan) {
  incident::Analyze body;
  body.fault = fault.type;
  body.root = fault.host;
  body.object = fault.object;
  for (const fault::Symptom& symptom : fault.symptoms) {
    body.symptoms.push_back(symptom.host + " " + round::check_name(symptom.check, symptom.object));
  }
  for (const round::Result& result : fault.evidence) body.evidence.push_back(line_of(result));
  body.against = fault.speaks_against;
  for (const fault::Candidate& candidate : fault.candidates) {
    body.candidates.push_back(
        {candidate.type, sentence("score {score}", {{"score", std::to_string(candidate.score)}})});
  }
  body.plan = plan::to_node(plan);
  if (!fault.part.empty()) {
    body.part_title = Title{sanitized(fault.part.id), sanitized(fault.part.en)};
    body.part = body.part_title->en;
  }
  return body;
}

// The suggested plan, or `manual` with the reason why not. The manual task is the rule's remedy.
plan::Frozen plan_of(const Context& context, const fault::Fault& fault, const std::set<std::string>& hosts,
                     FoundFault& found) {
  const std::vector<std::string> names(hosts.begin(), hosts.end());
  if (!fault.plan.empty() && fault.plan != kByHand) {
    try {
      return freeze_plan(context, fault.plan, fault.parameters, names);
    } catch (const Error& error) {
      found.note =
          msg("plan '{plan}' cannot be used: {why}", {{"plan", fault.plan}}).with("why", error.message());
      found.note_hint = error.hint();
    }
  }
  const Title& task = fault.remedy.empty() ? fault.title : fault.remedy;
  return freeze_plan(context, std::string(kByHand), {{"task", task.in(context.language)}}, names);
}

std::string some_of(std::vector<std::string> names) {
  const std::size_t all = names.size();
  if (all > kMostNamed) {
    names.resize(kMostNamed);
    names.push_back("...");
  }
  return join(names, ", ");
}

// What is odd about the rounds themselves; they are diagnosed all the same.
std::vector<Message> remarks_on(const Runtime& runtime, const std::vector<round::Round>& rounds,
                                const fault::Diagnosis& found) {
  std::vector<Message> out;
  const Instant now = runtime.now();
  for (const round::Round& round : rounds)
    if (round.at > now + kMostAhead)
      out.push_back(msg("the round of {at} is ahead of this clock ({now})",
                        {{"at", format_instant(round.at)}, {"now", format_instant(now)}}));
  if (!found.unknown_hosts.empty()) {
    std::vector<std::string> names;
    for (const std::string& name : found.unknown_hosts) names.push_back(printable(name));
    out.push_back(msg("ignored, measured but not in the inventory: {hosts} ({count})",
                      {{"hosts", some_of(names)}, {"count", std::to_string(found.unknown_hosts.size())}}));
  }
  if (!found.unknown_facts.empty()) {
    std::vector<std::string> names;
    for (const auto& fact : found.unknown_facts) names.push_back(printable(fact.first + " " + fact.second));
    out.push_back(
        msg("the round has facts whose name, unit or kind differs from the definition of their check, and "
            "which rules ignore: {facts}",
            {{"facts", some_of(names)}}));
  }
  return out;
}

// The newest result of one of these that is known, by how often it changes.
int flaps(const std::vector<fault::Place>& places, const round::Round& round) {
  int most = 0;
  for (const fault::Place& place : places) {
    const round::Result* result = round::find(round, place.host, place.check, place.object);
    if (result != nullptr) most = std::max(most, fault::flap_percent(result->history));
  }
  return most;
}

// Compares open incidents with the rounds: attaches news and reports recovered ones.
class Review {
 public:
  Review(const ActingContext& context, const round::Round& round, const Digest& digest, bool dry_run)
      : context_(context), round_(round), digest_(digest), dry_run_(dry_run) {}

  // An unfinished incident of the same host that rests on what this flapping fault rests on: what comes and
  // goes is one incident, though it fails otherwise each time.
  std::string of_flapping(const fault::Fault& fault) {
    if (!fault.flapping) return {};
    const round::Result& deciding = fault.evidence.front();
    const std::string check = round::check_name(deciding.check, deciding.object);
    for (const InboxEntry& one : open()) {
      if (one.host != fault.host || !one.damaged.empty()) continue;
      const Incident incident = judged(one.id);
      for (const incident::Result& result : incident.state.monitor.results)
        if (result.host == deciding.host && result.check == check && result.state != round::State::ok)
          return one.id;
    }
    return {};
  }

  // `found` has an incident that was open already.
  void attach_to(FoundFault& found, const Actor& actor) {
    seen_.insert(found.incident);
    try {
      attach_new(found, actor);
    } catch (const Error& error) {
      // Damaged: that is audit's to tell, the fault is told all the same.
      if (error.code() != ExitCode::data) throw;
      found.note = error.message();
    }
  }
  void attach_new(FoundFault& found, const Actor& actor) {
    const Incident incident = load_incident(context_, found.incident);
    if (incident.state.finished()) {
      found.note = msg("no incident opened: the incident of this month, '{incident}', is closed",
                       {{"incident", found.incident}});
      found.incident.clear();
      return;
    }
    const auto due = incident.due();
    found.analyze_due = due && due->step == sop::Step::analyze;
    const Known known = known_of(incident);
    fault::Fault& fault = found.fault;
    const Instant repaired = repaired_at(incident.state);
    if (std::all_of(fault.evidence.begin(), fault.evidence.end(), [&](const round::Result& result) {
          return result.measured && *result.measured < repaired;
        }))
      return;  // nothing of it was measured since the repair
    found.after_repair = is_repaired(incident.state);
    fault.flap_percent = std::max(fault.flap_percent, flaps(failed_places(incident.state), round_));
    fault.flapping = fault::is_flapping(fault.flap_percent, known.standing == Standing::flapping);
    Finding finding;
    finding.standing = fault.flapping ? Standing::flapping : Standing::failing;
    finding.measured = round_.at;
    finding.round = digest_;
    finding.fault = fault.type;
    finding.results = results_of(fault);
    for (const fault::Symptom& symptom : fault.symptoms)
      finding.symptoms.push_back(symptom.host + " " + round::check_name(symptom.check, symptom.object));
    if (!is_news(known, finding)) return;
    attach(context_, actor, incident, known, finding);
    found.attached = true;
  }
  void skip(const std::string& incident) { seen_.insert(incident); }
  // Where no incident may be opened: the open one that is about this fault; empty: there is none.
  std::string open_about(const fault::Fault& fault) {
    for (const InboxEntry& one : open())
      if (one.fault_key == fault.key && one.damaged.empty()) return one.id;
    return {};
  }

  // The others.
  std::vector<Recovered> has_recovered(std::optional<Actor>& actor) {
    std::vector<Recovered> out;
    for (const InboxEntry& one : open()) {
      if (seen_.contains(one.id) || !one.due || one.forked || !one.damaged.empty() || one.due->withdrawal)
        continue;
      const Incident incident = load_incident(context_, one.id);
      const incident::State& state = incident.state;
      // After verify it is settled; while a run goes on it is too early.
      if (!state.phase || *state.phase > sop::Step::verify || state.open_run() != nullptr) continue;
      const std::vector<fault::Place> failed = failed_places(state);
      if (!fault::has_recovered(failed, round_, repaired_at(state))) continue;
      const Known known = known_of(incident);
      Finding finding;
      finding.standing = fault::is_flapping(flaps(failed, round_), known.standing == Standing::flapping)
                             ? Standing::flapping
                         : is_repaired(state) ? Standing::repaired
                                              : Standing::recovered;
      finding.measured = round_.at;
      finding.round = digest_;
      if (!dry_run_ && is_news(known, finding)) {
        if (!actor) actor = somebody();
        if (actor) attach(context_, *actor, incident, known, finding);
      }
      out.push_back(
          {*finding.standing, one.id, one.host, state.monitor.summary_in(context_.language), one.fault_key});
    }
    return out;
  }

 private:
  const std::vector<InboxEntry>& open() {
    if (!open_) open_ = inbox(context_, FinishedIncidents::none);
    return *open_;
  }
  Incident judged(const std::string& id) { return load_incident(context_, id); }
  // To look is allowed to everybody: who may not write leaves no note.
  std::optional<Actor> somebody() const {
    try {
      Actor actor = acting_person(context_);
      if (actor.roles.empty()) return std::nullopt;
      return actor;
    } catch (const Error& error) {
      if (error.code() == ExitCode::not_permitted || error.code() == ExitCode::usage) return std::nullopt;
      throw;
    }
  }

  const ActingContext& context_;
  const round::Round& round_;
  Digest digest_;
  bool dry_run_;
  std::optional<std::vector<InboxEntry>> open_;
  std::set<std::string> seen_;  // incidents whose fault the rounds show
};

// One incident for all upkeep of a type in this month; `places` are those of `faults` that gather in it.
void open_upkeep(const Context& context, Review& review, const Actor& actor, const Digest& round,
                 const std::vector<std::size_t>& places, std::vector<FoundFault>& faults) {
  std::vector<fault::Fault> parts;
  std::set<std::string> hosts;
  for (const std::size_t at : places) {
    parts.push_back(faults[at].fault);
    hosts.insert(faults[at].fault.host);
  }
  const std::string day = compact_date(context.now(), context.sop->calendar.utc_offset);
  FoundFault found;
  found.fault = gathered(parts, day.substr(0, 4) + "-" + day.substr(4, 2));
  incident::Monitor monitor = monitor_of(found.fault, round);
  monitor.source = incident::FaultSource::schedule;
  const plan::Frozen plan = plan_of(context, found.fault, hosts, found);
  const OpenedIncident opened = open_incident(context, actor, monitor, analyze_of(found.fault, plan));
  found.incident = opened.id;
  if (!opened.is_new) review.attach_to(found, actor);
  for (const std::size_t at : places) {
    FoundFault& one = faults[at];
    one.incident = found.incident;
    one.is_new = opened.is_new;
    one.attached = found.attached;
    one.after_repair = found.after_repair;
    one.note = found.note;
    one.note_hint = found.note_hint;
    if (opened.is_new) one.plan = plan.name;
  }
  if (opened.is_new) review.skip(opened.id);
}

// When a fault was first seen; when it was confirmed goes into `monitor`, and which incident it reopens. What
// a maintenance window covered, or two signed to leave alone, begins to count when that ended.
Instant begun(const Context& context, const fault::Fault& fault, const round::Round& round,
              const std::vector<inventory::Window>& windows, incident::Monitor& monitor) {
  SeenFirst seen = seen_first(context, fault.evidence.front(), round);
  Instant from = seen.first;
  const Instant now = context.now();
  if (const inventory::Host* host = context.inventory->find(fault.host))
    for (const inventory::Window& window : windows)
      if (window.until <= now &&
          inventory::window_of({&window, 1}, *host, window.until - std::chrono::milliseconds{1}))
        from = std::max(from, window.until);
  monitor.reopens = reopened_incident(context, monitor);
  if (monitor.reopens) from = std::max(from, counts_from(load_incident(context, *monitor.reopens)));
  from = std::min(from, now);
  monitor.confirmed = std::clamp(seen.confirmed, from, now);
  return from;
}

// The same, naming what was opened before it.
Error interrupted(const Error& error, const std::vector<FoundFault>& faults) {
  std::vector<std::string> opened;
  for (const FoundFault& fault : faults)
    if (fault.is_new) opened.push_back(fault.incident);
  if (opened.empty()) return error;
  return Error{ExitCode::interrupted,
               msg("interrupted; incidents opened before: {incidents}", {{"incidents", join(opened, ", ")}}),
               msg("continue with 'jaga analyze'")};
}

}  // namespace

Analyzed analyze(const ActingContext& context, const AnalyzeOptions& options) {
  Analyzed done;
  std::vector<round::Round> rounds;
  Digest newest;
  if (options.round) {
    rounds.push_back(whole_round(context, *options.round, "round"));
    round::mask_secrets(rounds.back());  // another program may have written it
    newest = sha256(*options.round);
  } else {
    LatestRounds stored = latest_rounds(context);
    rounds = std::move(stored.rounds);
    newest = stored.digest;
    done.round = std::move(stored.path);
    if (const auto ahead = round_ahead(context))
      done.remarks.push_back(msg("'{round}' is ahead of this clock ({now}) and ignored",
                                 {{"round", ahead->path}, {"now", format_instant(context.now())}}));
    if (rounds.empty()) {
      if (!done.remarks.empty())
        throw Error{ExitCode::no_input, done.remarks.front(),
                    msg("correct the clock that is wrong, then measure again: jaga monitor")};
      throw Error{ExitCode::no_input, msg("no round to analyze"), msg("measure first: jaga monitor")};
    }
  }
  const std::vector<inventory::Window> windows = maintenance_windows(context);
  OfficeRules rules = office_rules(context);
  done.wrong_rules = std::move(rules.wrong);
  done.diagnosis =
      fault::diagnose(rounds, *context.inventory, rules.catalogue, windows, context.now(), options.explain);
  for (Message& remark : remarks_on(context, rounds, done.diagnosis))
    done.remarks.push_back(std::move(remark));
  if (const Instant at = rounds.front().at; context.now() - at > kOld) {
    const Message::Arguments when = {{"at", format_instant(at)}};
    done.remarks.push_back(
        options.round ? msg("the round is from {at} and may be outdated; measure again", when)
                      : msg("the newest round is from {at} and may be outdated; measure again", when));
  }

  std::optional<Actor> actor;
  // Whether this person may open incidents; where not, `shut` says why.
  std::optional<Error> shut;
  const auto may_open = [&] {
    if (actor) return true;
    if (shut) return false;
    try {
      Actor one = acting_person(context);
      require_opener(context, one);
      actor = std::move(one);
    } catch (const Error& error) {
      if (error.code() != ExitCode::not_permitted && error.code() != ExitCode::usage) throw;
      shut = error;
    }
    return actor.has_value();
  };
  std::map<std::string, std::vector<std::size_t>> upkeep;  // by type, of done.faults
  Review review(context, rounds.front(), newest, options.dry_run);
  for (const fault::Fault& fault : done.diagnosis.faults) {
    FoundFault found;
    found.fault = fault;
    found.plan = fault.plan;
    if (options.dry_run) {
      done.faults.push_back(std::move(found));
      continue;
    }
    if (fault.host.empty()) {
      found.note = msg("no incident opened: the measurements state nothing about the hosts");
      found.plan.clear();
    } else if (gathers(fault) && fault.window.empty() && context.register_chain) {
      upkeep[fault.type].push_back(done.faults.size());
      found.plan.clear();
    } else if (!opens_incidents(context.sop->policies, fault.severity)) {
      found.note = msg("no incident opened: sop.yaml opens incidents only for critical faults");
    } else if (!fault.window.empty()) {
      found.note =
          msg("no incident opened: in the maintenance window '{window}'", {{"window", fault.window}});
    } else if (!context.register_chain) {
      found.note =
          msg("no incident opened: nobody is registered yet; start with 'jaga person add ID --role ROLE'");
    } else if (!may_open()) {
      found.incident = review.open_about(fault);
      if (found.incident.empty()) {
        found.note = msg("no incident opened: you may not open incidents");
        done.shut = shut;
      }
      review.skip(found.incident);
    } else {
      const plan::Frozen plan = plan_of(context, fault, {fault.host}, found);
      found.plan = plan.name;
      try {
        found.incident = review.of_flapping(fault);
        if (found.incident.empty())
          if (auto alone = left_alone(context, fault.host, fault.key, fault.evidence.front().since)) {
            found.note = std::move(alone->why);
            found.plan.clear();
            done.faults.push_back(std::move(found));
            continue;
          }
        if (found.incident.empty()) {
          incident::Monitor monitor = monitor_of(fault, newest);
          const auto first = begun(context, fault, rounds.front(), windows, monitor);
          const OpenedIncident opened =
              open_incident(context, *actor, monitor, analyze_of(fault, plan), first);
          found.incident = opened.id;
          found.is_new = opened.is_new;
          found.reopens = opened.reopens;
        }
        if (found.is_new)
          review.skip(found.incident);
        else
          review.attach_to(found, *actor);
      } catch (const Error& error) {
        if (error.code() == ExitCode::interrupted) throw interrupted(error, done.faults);
        throw;
      }
    }
    done.faults.push_back(std::move(found));
  }
  for (const auto& of_type : upkeep) {
    if (!may_open()) {
      for (const std::size_t at : of_type.second)
        done.faults[at].note = msg("no incident opened: you may not open incidents");
      done.shut = shut;
      continue;
    }
    try {
      open_upkeep(context, review, *actor, newest, of_type.second, done.faults);
    } catch (const Error& error) {
      if (error.code() == ExitCode::interrupted) throw interrupted(error, done.faults);
      throw;
    }
  }
  if (context.register_chain) done.recovered = review.has_recovered(actor);
  return done;
}

}  // namespace jaga::workflow
