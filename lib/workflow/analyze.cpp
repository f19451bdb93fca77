#include "workflow/analyze.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "fault/catalogue.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "inventory/window.hpp"
#include "store/directory.hpp"
#include "workflow/analysis.hpp"
#include "workflow/rounds.hpp"
#include "workflow/transport.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kEnding = ".yaml";
constexpr std::string_view kByHand = "manual";

struct File {
  std::string name;  // without .yaml
  std::string path;
  std::string bytes;
};
std::vector<File> files_of(const Context& context, const std::string& directory) {
  std::vector<File> out;
  for (const store::Item& item : context.directory->list(directory)) {
    if (item.kind != store::Item::Kind::file || !item.name.ends_with(kEnding)) continue;
    const std::string name = item.name.substr(0, item.name.size() - kEnding.size());
    const std::string path = directory + "/" + item.name;
    if (is_name(name)) out.push_back({name, path, context.directory->require(path)});
  }
  return out;
}

fault::Catalogue catalogue_of(const Context& context) {
  std::vector<fault::Office> office;
  for (File& file : files_of(context, "rules")) office.push_back({file.name, std::move(file.bytes)});
  return fault::catalogue(office);
}

std::vector<inventory::Window> windows_of(const Context& context) {
  std::vector<inventory::Window> out;
  for (const File& file : files_of(context, "maintenance")) {
    out.push_back(inventory::parse_window(file.bytes, file.path, file.name, *context.inventory,
                                          context.sop->calendar.utc_offset));
  }
  return out;
}

std::string line_of(const round::Result& result) {
  return (result.host.empty() ? "" : result.host + " ") + check_name(result.check, result.object) + ": " +
         result.summary;
}

incident::Monitor monitor_of(const fault::Fault& fault, const Digest& round, Language language) {
  incident::Monitor body;
  body.source = "probe";
  body.round = round;
  body.fault_key = fault.key;
  body.host = fault.host;
  body.summary = fault.title.in(language);
  for (const round::Result& result : fault.evidence) {
    body.results.push_back({result.host, check_name(result.check, result.object),
                            std::string(round::name(result.state)), sanitized(result.summary)});
  }
  return body;
}

incident::Analyze analyze_of(const fault::Fault& fault, const plan::Frozen& plan) {
  incident::Analyze body;
  body.fault = fault.type;
  body.root = fault.host;
  body.object = fault.object;
  for (const fault::Symptom& symptom : fault.symptoms) {
    body.symptoms.push_back(symptom.host + " " + check_name(symptom.check, symptom.object));
  }
  for (const round::Result& result : fault.evidence) body.evidence.push_back(sanitized(line_of(result)));
  for (const std::string& against : fault.speaks_against) body.against.push_back(sanitized(against));
  for (const fault::Candidate& candidate : fault.candidates) {
    body.candidates.push_back({candidate.type, "score " + std::to_string(candidate.score)});
  }
  body.plan = plan::to_node(plan);
  return body;
}

// The suggested plan, or `manual` with the reason why not. What is to be done by hand is the rule's remedy.
plan::Frozen plan_of(const Context& context, const fault::Fault& fault, Message& note) {
  if (!fault.plan.empty() && fault.plan != kByHand) {
    try {
      return freeze_plan(context, fault.plan, fault.parameters, fault.host);
    } catch (const Error& error) {
      note = msg("plan '{plan}' does not fit: {why}",
                 {{"plan", fault.plan}, {"why", error.message().render(context.language)}});
    }
  }
  const Title& task = fault.remedy.empty() ? fault.title : fault.remedy;
  return freeze_plan(context, std::string(kByHand), {{"task", task.in(context.language)}}, fault.host);
}

std::vector<Recovered> recovered(const Context& context, const round::Round& round) {
  std::vector<Recovered> out;
  for (const Waiting& one : waiting(context, false)) {
    if (!one.due || one.forked || !one.damaged.empty() || one.due->withdrawal) continue;
    const incident::State state = load_incident(context, one.id).state;
    const bool before = state.phase == sop::Step::analyze || state.phase == sop::Step::approve ||
                        state.phase == sop::Step::repair;
    if (!before || state.open_run() != nullptr) continue;
    std::vector<fault::Place> failed;
    for (const incident::Result& result : state.monitor.results) {
      if (result.state == "ok") continue;
      const std::size_t colon = result.check.find(':');
      failed.push_back({result.host, result.check.substr(0, colon),
                        colon == std::string::npos ? std::string() : result.check.substr(colon + 1)});
    }
    if (fault::well_again(failed, round))
      out.push_back({one.id, one.host, state.monitor.summary, one.fault_key});
  }
  return out;
}

// The same, naming what was opened before it.
Error interrupted(const Error& error, const std::vector<FoundFault>& faults) {
  std::vector<std::string> opened;
  for (const FoundFault& fault : faults)
    if (fault.is_new) opened.push_back(fault.incident);
  if (opened.empty()) return error;
  return Error{ExitCode::interrupted,
               msg("interrupted; opened before that: {incidents}", {{"incidents", join(opened, ", ")}}),
               msg("go on with 'jaga analyze'")};
}

}  // namespace

Analyzed analyze(const Context& context, const AnalyzeWish& wish) {
  Analyzed done;
  std::vector<round::Round> rounds;
  Digest newest;
  if (wish.round) {
    rounds.push_back(whole_round(context, *wish.round, "round"));
    newest = sha256(*wish.round);
  } else {
    // Older rounds count only for hosts that no newer one has measured: what a collector once said of a host
    // that is out of reach now must not speak for it.
    // What another monitor says does not stand for what was measured, nor the other way round.
    std::set<std::pair<std::string, std::string>> measured;  // host, source
    for (const store::RoundName& name : recent_rounds(context)) {
      StoredRound stored = load_round(context, name);
      round::Round one = std::move(stored.round);
      if (rounds.empty()) {
        newest = stored.digest;
        done.round = name.path;
      }
      std::erase_if(one.results, [&](const round::Result& result) {
        return measured.contains({result.host, one.source});
      });
      for (const round::Result& result : one.results) measured.emplace(result.host, one.source);
      const bool whole = !one.partial;
      rounds.push_back(std::move(one));
      if (whole) break;
    }
    if (rounds.empty()) {
      throw Error{ExitCode::no_input, msg("there is no round to analyse"),
                  msg("measure first: jaga monitor")};
    }
  }
  const std::vector<inventory::Window> windows = windows_of(context);
  done.diagnosis = fault::diagnose(rounds, *context.inventory, catalogue_of(context), windows, context.now());

  std::optional<Actor> actor;
  const bool warnings = context.sop->policies.open_from == sop::Policies::OpenFrom::warning;
  for (const fault::Fault& fault : done.diagnosis.faults) {
    FoundFault found;
    found.fault = fault;
    found.plan = fault.plan;
    if (wish.dry_run) {
      done.faults.push_back(std::move(found));
      continue;
    }
    if (fault.host.empty()) {
      found.note = msg("no incident: nothing that was measured says anything about the hosts");
      found.plan.clear();
    } else if (fault.severity == fault::Severity::warning && !warnings) {
      found.note = msg("no incident: sop.yaml opens them from critical on");
    } else if (!fault.window.empty()) {
      found.note =
          msg("no incident: it lies in the maintenance window '{window}'", {{"window", fault.window}});
    } else if (!context.register_chain) {
      found.note = msg("no incident: nobody is registered yet; see 'jaga person add'");
    } else {
      if (!actor) actor = who_acts(context);
      const plan::Frozen plan = plan_of(context, fault, found.note);
      found.plan = plan.name;
      try {
        const OpenedIncident opened = open_incident(
            context, *actor, monitor_of(fault, newest, context.language), analyze_of(fault, plan));
        found.incident = opened.id;
        found.is_new = opened.is_new;
      } catch (const Error& error) {
        if (error.code() == ExitCode::interrupted) throw interrupted(error, done.faults);
        throw;
      }
    }
    done.faults.push_back(std::move(found));
  }
  if (context.register_chain) done.recovered = recovered(context, rounds.front());
  return done;
}

}  // namespace jaga::workflow
