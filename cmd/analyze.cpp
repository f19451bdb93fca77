// jaga analyze [ROUND|-|INCIDENT]
#include "workflow/analyze.hpp"

#include <unistd.h>

#include <memory>

#include "analyze_incident.hpp"
#include "base/text.hpp"
#include "document/json.hpp"
#include "document/words.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "ssh/script.hpp"
#include "store/rounds.hpp"

namespace jaga::cmd {
namespace {

struct AnalyzeArguments {
  std::optional<std::string> what;
  bool explain = false, dry_run = false, exit_code = false;
  OwnOptions own;
};

Json as_json(const workflow::FoundFault& found, Language language) {
  const fault::Fault& fault = found.fault;
  Json evidence = Json::array();
  for (const round::Result& result : fault.evidence) {
    evidence.push_back(Json{
        {"host", result.host},
        {"check", result.check},
        {"object", result.object},
        {"state", round::name(result.state)},
        {"reason", round::name(result.reason)},
        {"since", format_instant(result.since)},
        {"summary", result.summary.text()},
    });
  }
  Json symptoms = Json::array();
  for (const fault::Symptom& symptom : fault.symptoms) {
    symptoms.push_back(Json{
        {"host", symptom.host},
        {"check", symptom.check},
        {"object", symptom.object},
        {"unreachable", symptom.unreachable},
    });
  }
  Json candidates = Json::array();
  for (const fault::Candidate& other : fault.candidates)
    candidates.push_back(Json{{"fault", other.type}, {"score", other.score}});
  Json parameters = Json::array();
  for (const auto& [key, value] : fault.parameters) parameters.push_back(key + "=" + value);
  return Json{
      {"fault", fault.type},
      {"title", fault.title.in(language)},
      {"class", fault.fault_class},
      {"host", fault.host},
      {"object", fault.object},
      {"key", fault.key},
      {"severity", fault::name(fault.severity)},
      {"plan", found.plan},
      {"parameters", std::move(parameters)},
      {"remedy", fault.remedy.in(language)},
      {"next_command", fault.next_command.in(language)},
      {"part", fault.part.in(language)},
      {"window", fault.window},
      {"incident", found.incident},
      {"new", found.is_new},
      {"reopens", found.reopens},
      {"attached", found.attached},
      {"after_repair", found.after_repair},
      {"flapping", fault.flapping},
      {"flap_percent", fault.flap_percent},
      {"evidence", std::move(evidence)},
      {"against", texts_in(fault.speaks_against, Language::english)},
      {"candidates", std::move(candidates)},
      {"symptoms", std::move(symptoms)},
  };
}

// As typed on the command line.
std::string plan_parameters(const fault::Fault& fault) {
  std::string out;
  for (const auto& [key, value] : fault.parameters) out += " -p " + ssh::quote(key + "=" + value);
  return out;
}

ExitCode a_round(Session& session, const AnalyzeArguments& options) {
  Ui& ui = session.ui();
  workflow::AnalyzeOptions wish;
  wish.dry_run = options.dry_run;
  if (options.explain) wish.explain = fault::Explain::all;
  if (options.what) wish.round = session.read_input(*options.what, store::kMostRound);
  const workflow::Analyzed done = workflow::analyze(session.acting(), wish);
  for (const workflow::FoundFault& found : done.faults) {
    const fault::Fault& fault = found.fault;
    if (!found.incident.empty()) session.recorded(found.incident);
    if (session.prints_values()) {
      ui.json(as_json(found, ui.language()));
      continue;
    }
    std::string line = (fault.host.empty() ? "" : fault.host + ": ") + fault.title.in(ui.language()) +
                       (fault.object.empty() ? "" : " " + fault.object);
    if (!fault.symptoms.empty()) {
      line += ui.text(counted(fault.symptoms.size(), msg(" (1 symptom)"), msg(" ({count} symptoms)")));
    }
    if (fault.flapping)
      line += ui.text(msg(" (flapping, {percent} %)", {{"percent", std::to_string(fault.flap_percent)}}));
    if (!fault.window.empty()) line += ui.text(msg(" (in maintenance)"));
    ui.print(line, fault.severity == fault::Severity::critical ? Colour::red : Colour::yellow);
    for (const round::Result& result : fault.evidence) {
      ui.print("  + " + (result.host.empty() ? "" : result.host + " ") + result.check +
               (result.object.empty() ? "" : ":" + result.object) + ": " +
               document::summary_text(result, session.context().now(), ui.language()));
    }
    for (const fault::Symptom& symptom : fault.symptoms) {
      ui.print("  ~ " + symptom.host + " " + symptom.check +
               (symptom.object.empty() ? "" : ":" + symptom.object) +
               (symptom.unreachable ? ui.text(msg(", unreachable because of it")) : ""));
    }
    for (const Sentence& against : fault.speaks_against) ui.print("  - " + against.in(ui.language()));
    if (!fault.next_command.empty())
      ui.print(ui.text(msg("  to confirm: {command}", {{"command", fault.next_command.in(ui.language())}})));
    std::vector<std::string> others;
    for (const fault::Candidate& other : fault.candidates) others.push_back(other.type);
    if (!others.empty()) ui.print(ui.text(msg("  could also be: {types}", {{"types", join(others, ", ")}})));
    if (!fault.remedy.empty())
      ui.print(ui.text(msg("  remedy: {remedy}", {{"remedy", fault.remedy.in(ui.language())}})));
    if (!fault.part.empty())
      ui.print(ui.text(msg("  spare part: {part}", {{"part", fault.part.in(ui.language())}})));
    if (!found.plan.empty()) ui.print(ui.text(msg("  plan: {plan}", {{"plan", found.plan}})));
    if (!found.note.empty()) ui.print("  " + ui.text(found.note));
    if (!found.incident.empty()) {
      std::string about =
          ui.text(found.is_new ? msg("  incident {incident}, new", {{"incident", found.incident}})
                               : msg("  incident {incident}, already open", {{"incident", found.incident}}));
      if (!found.reopens.empty())
        ui.print(ui.text(msg("  earlier incident: {incident}", {{"incident", found.reopens}})));
      if (found.after_repair) about += ui.text(msg("; fails again after its repair"));
      if (found.attached) about += ui.text(msg("; changes were added to it as a note"));
      ui.print(about);
    }
  }
  for (const workflow::Recovered& well : done.recovered) {
    if (session.prints_values()) {
      ui.json(Json{
          {"recovered", well.incident},
          {"standing", incident::name(well.standing)},
          {"host", well.host},
          {"key", well.fault_key},
      });
      continue;
    }
    const Message::Arguments said = {{"host", well.host}, {"fault", well.summary}};
    switch (well.standing) {
      case workflow::Standing::flapping:
        ui.print(msg("{host}: {fault}: OK at the moment, but flapping", said), Colour::yellow);
        break;
      case workflow::Standing::repaired:
        ui.print(msg("{host}: {fault}: OK since the repair", said), Colour::green);
        break;
      default:
        ui.print(msg("{host}: {fault}: recovered without repair", said), Colour::green);
    }
    ui.print(ui.text(msg("  incident {incident}, open", {{"incident", well.incident}})));
    if (well.standing == workflow::Standing::recovered)
      ui.hint(msg("if nothing is left to repair: jaga withdraw {incident} --outcome recovered -m REASON",
                  {{"incident", well.incident}}));
    else if (well.standing == workflow::Standing::repaired)
      ui.hint(msg("next: jaga verify {incident}", {{"incident", well.incident}}));
  }
  if (!session.prints_values() && done.faults.empty())
    ui.say(counted(done.diagnosis.results, msg("no fault found in 1 result"),
                   msg("no fault found in {count} results")));
  if (!done.diagnosis.soft.empty()) {
    ui.say(counted(done.diagnosis.soft.size(), msg("1 fault is not confirmed yet; the next round decides"),
                   msg("{count} faults are not confirmed yet; the next round decides")));
  }
  if (options.explain) {
    Table table;
    for (const fault::Explained& one : done.diagnosis.explained) {
      if (session.prints_values()) {
        ui.json(Json{
            {"explains", one.rule},
            {"host", one.host},
            {"object", one.object},
            {"fired", one.fired},
            {"why", one.why.render(Language::english)},
        });
        continue;
      }
      table.row({one.host, one.rule, one.fired ? "+" : "-", one.object, ui.text(one.why)});
    }
    if (!session.prints_values()) table.print(ui);
  }
  for (const Message& remark : done.remarks) ui.complain(remark);
  for (const Error& wrong : done.wrong_rules) {
    ui.complain(wrong.message());
    if (!wrong.hint().empty()) ui.hint(wrong.hint());
  }
  for (const workflow::FoundFault& found : done.faults)
    if (!found.note_hint.empty() && found.is_new) {
      ui.hint(found.note_hint);
      ui.hint(msg("then: jaga analyze {incident} --plan {plan}{parameters}",
                  {{"incident", found.incident},
                   {"plan", found.fault.plan},
                   {"parameters", plan_parameters(found.fault)}}));
    }
  for (const workflow::FoundFault& found : done.faults) {
    const bool look = !found.incident.empty() && found.is_new;
    if (!look && !found.analyze_due) continue;
    ui.hint(look ? msg("next: jaga show {incident}", {{"incident", found.incident}})
                 : msg("next: jaga analyze {incident}", {{"incident", found.incident}}));
    break;
  }
  if (done.shut) {
    ui.complain(done.shut->message());
    if (!done.shut->hint().empty()) ui.hint(done.shut->hint());
    return done.shut->code();
  }
  // Everything else is done, but an ignored rule must not go unnoticed.
  if (!done.wrong_rules.empty()) return ExitCode::config;
  return options.exit_code && !done.faults.empty() ? ExitCode::warning : ExitCode::ok;
}

ExitCode analyze(Session& session, const AnalyzeArguments& options) {
  const bool is_file =
      options.what && (*options.what == "-" || options.what->find('/') != std::string::npos ||
                       ::access(session.absolute(*options.what).c_str(), F_OK) == 0);
  if (options.what && !is_file) return analyze_one(session, *options.what, options.own, options.dry_run);
  if (options.own.any()) {
    throw Error{ExitCode::usage, msg("missing argument: INCIDENT"),
                msg("these options analyze one incident: jaga analyze INCIDENT [OPTION]...")};
  }
  return a_round(session, options);
}

}  // namespace

void setup_analyze(Setup& setup) {
  auto options = std::make_shared<AnalyzeArguments>();
  setup
      .argument("ROUND|-|INCIDENT", options->what,
                msg("a round file, or an incident to analyze yourself; default: the latest rounds"))
      .flag("--confirm", options->own.confirm, msg("confirm a machine's proposal"))
      .flag("--explain", options->explain, msg("explain for each rule why it matches or not"))
      .flag("-n,--dry-run", options->dry_run, msg("open no incidents and record nothing"))
      .option("--fault", "TYPE", options->own.fault, msg("with INCIDENT: the fault type"))
      .option("--plan", "NAME", options->own.plan, msg("with INCIDENT: the plan"))
      .list("-p", "KEY=VALUE", options->own.parameters, msg("a parameter of the plan"))
      .option("--part", "TEXT", options->own.part, msg("with INCIDENT: the spare part needed; empty: none"))
      .option("-m", "TEXT", options->own.reason, msg("with INCIDENT: the reason"))
      .flag("--edit", options->own.edit, msg("with INCIDENT: write the analysis in an editor"))
      .flag("--exit-code", options->exit_code, msg("exit with status 1 if a fault was found"));
  setup.run([options](Session& session) { return analyze(session, *options); });
}

}  // namespace jaga::cmd
