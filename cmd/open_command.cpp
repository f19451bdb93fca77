// jaga open HOST
#include <memory>

#include "session.hpp"
#include "setups.hpp"
#include "workflow/analysis.hpp"

namespace jaga::cmd {
namespace {

struct Options {
  std::string host;
  std::string fault = "unknown";
  std::string text;
  std::optional<std::string> occurred;
};

ExitCode open(Session& session, const Options& options) {
  workflow::Report report;
  report.host = options.host;
  report.fault = options.fault;
  report.text = options.text;
  report.occurred = session.time(options.occurred);
  const workflow::OpenedIncident opened = workflow::open_report(session.context(), report);
  session.recorded(opened.id);
  Ui& ui = session.ui();
  if (session.json())
    ui.json(yaml::Node::map().set("incident", opened.id).set("new", opened.is_new));
  else
    ui.print(opened.id);
  if (!opened.is_new) ui.say(msg("an unfinished incident is about this fault already; nothing was opened"));
  ui.hint(msg("next: jaga analyze {incident}", {{"incident", opened.id}}));
  return ExitCode::ok;
}

}  // namespace

void setup_open(Setup& setup) {
  auto options = std::make_shared<Options>();
  setup.argument("HOST", options->host, msg("the host that the report is about"))
      .option("--fault", "TYPE", options->fault, msg("the type of fault, where it is known"))
      .option("-m", "TEXT", options->text, msg("what was reported, and by whom"))
      .must()
      .option("--occurred", "TIME", options->occurred, msg("when it happened, where that was earlier"));
  setup.run([options](Session& session) { return open(session, *options); });
}

}  // namespace jaga::cmd
