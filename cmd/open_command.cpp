// jaga open HOST
#include <memory>

#include "base/text.hpp"
#include "document/json.hpp"
#include "next.hpp"
#include "parse.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "workflow/analysis.hpp"
#include "workflow/opening.hpp"

namespace jaga::cmd {
namespace {

struct OpenArguments {
  std::string host;
  std::optional<std::string> fault, object, severity, reopens;
  std::string text;
  bool planned = false, security = false;
  std::optional<std::string> occurred;
};

ExitCode open(Session& session, const OpenArguments& options) {
  workflow::FaultReport report;
  report.host = options.host;
  if (options.planned && options.security) throw not_together("--planned", "--security");
  if (options.planned) report.source = incident::FaultSource::schedule;
  if (options.security) report.source = incident::FaultSource::security;
  report.fault = options.fault;
  report.object = options.object.value_or("");
  if (options.severity) {
    report.severity = fault::parse_severity(*options.severity);
    if (!report.severity)
      throw Error{ExitCode::usage, msg("unknown severity '{text}'", {{"text", printable(*options.severity)}}),
                  msg("known values: {names}", {{"names", "warning, critical"}})};
  }
  report.reopens = options.reopens;
  report.text = options.text;
  report.occurred = session.past("--occurred", options.occurred);
  const workflow::OpenedIncident opened = workflow::open_report(session.acting(), report);
  session.recorded(opened.id);
  Ui& ui = session.ui();
  if (session.prints_values())
    ui.json(Json{
        {"incident", opened.id},
        {"new", opened.is_new},
        {"note", opened.note},
        {"reopens", opened.reopens},
    });
  else
    ui.print(opened.id);
  if (!opened.is_new)
    ui.say(
        msg("this fault already has an unfinished incident: no incident was opened, and your report was "
            "added there as a note"));
  if (!opened.reopens.empty())
    ui.say(msg("it refers to {incident}, whose fault has returned", {{"incident", opened.reopens}}));
  hint_next(session, opened.id);
  return ExitCode::ok;
}

}  // namespace

void setup_open(Setup& setup) {
  auto options = std::make_shared<OpenArguments>();
  setup.argument("HOST", options->host, msg("the affected host"))
      .option("--fault", "TYPE", options->fault, msg("the fault type, if known"))
      .option("--object", "TEXT", options->object,
              msg("the affected part of the host: a mount, a unit, a port"))
      .option("--severity", "SEVERITY", options->severity,
              msg("warning or critical; with critical, a procedure may count the time around the clock"))
      .option("--reopens", "INCIDENT", options->reopens,
              msg("the finished incident whose fault has returned; default: one of the last 30 days with the "
                  "same fault"))
      .flag("--planned", options->planned, msg("planned work, not a fault; its type will be 'maintenance'"))
      .flag("--security", options->security, msg("a security incident"))
      .option("-m", "TEXT", options->text, msg("what was reported, and by whom"))
      .must()
      .option("--occurred", "TIME", options->occurred, msg("when it happened, if earlier"));
  setup.run([options](Session& session) { return open(session, *options); });
}

}  // namespace jaga::cmd
