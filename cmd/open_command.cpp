// jaga open HOST
#include <memory>

#include "base/text.hpp"
#include "document/json.hpp"
#include "next.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "workflow/analysis.hpp"
#include "workflow/opening.hpp"

namespace jaga::cmd {
namespace {

struct Options {
  std::string host;
  std::optional<std::string> fault, object, severity, reopens;
  std::string text;
  bool planned = false, security = false;
  std::optional<std::string> occurred;
};

ExitCode open(Session& session, const Options& options) {
  workflow::FaultReport report;
  report.host = options.host;
  if (options.planned && options.security)
    throw Error{ExitCode::usage, msg("--planned and --security exclude each other")};
  if (options.planned) report.source = incident::FaultSource::schedule;
  if (options.security) report.source = incident::FaultSource::security;
  report.fault = options.fault;
  report.object = options.object.value_or("");
  if (options.severity) {
    report.severity = fault::parse_severity(*options.severity);
    if (!report.severity)
      throw Error{ExitCode::usage, msg("'{text}' is no severity", {{"text", printable(*options.severity)}}),
                  msg("known are: {names}", {{"names", "warning, critical"}})};
  }
  report.reopens = options.reopens;
  report.text = options.text;
  report.occurred = session.past("--occurred", options.occurred);
  const workflow::OpenedIncident opened = workflow::open_report(session.context(), report);
  session.recorded(opened.id);
  Ui& ui = session.ui();
  if (session.json())
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
        msg("an unfinished incident is about this fault already; nothing was opened, what you said is noted "
            "there"));
  if (!opened.reopens.empty())
    ui.say(msg("it names {incident}, whose fault is back", {{"incident", opened.reopens}}));
  hint_next(session, opened.id);
  return ExitCode::ok;
}

}  // namespace

void setup_open(Setup& setup) {
  auto options = std::make_shared<Options>();
  setup.argument("HOST", options->host, msg("the host that the report is about"))
      .option("--fault", "TYPE", options->fault, msg("the type of fault, where it is known"))
      .option("--object", "TEXT", options->object, msg("what of the host: a mount, a unit, a port"))
      .option("--severity", "SEVERITY", options->severity,
              msg("warning or critical: it may select the calendar of the clocks"))
      .option("--reopens", "INCIDENT", options->reopens,
              msg("the finished incident whose fault is back; default: one of the last 30 days with the same "
                  "fault"))
      .flag("--planned", options->planned, msg("planned work, no fault: the type is then 'maintenance'"))
      .flag("--security", options->security, msg("a security incident"))
      .option("-m", "TEXT", options->text, msg("what was reported, and by whom"))
      .must()
      .option("--occurred", "TIME", options->occurred, msg("when it happened, where that was earlier"));
  setup.run([options](Session& session) { return open(session, *options); });
}

}  // namespace jaga::cmd
