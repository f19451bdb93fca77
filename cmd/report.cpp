// jaga report round
#include "workflow/report.hpp"

#include <memory>

#include "base/text.hpp"
#include "document/round_report.hpp"
#include "inventory/settings.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "store/rounds.hpp"

namespace jaga::cmd {
namespace {

struct Options {
  std::optional<std::string> round, out;
};

std::string written(const document::Document& document, const std::string& path, std::size_t columns) {
  if (path.empty() || path == "-") return document::to_text(document, columns);
  if (path.ends_with(".md")) return document::to_markdown(document);
  if (path.ends_with(".txt")) return document::to_text(document);
  throw Error{ExitCode::usage,
              msg("'{file}' has no ending that a report can be written as", {{"file", printable(path)}}),
              msg("end it in .txt or .md")};
}

ExitCode of_round(Session& session, const Options& options) {
  const std::string out = options.out.value_or("");
  (void)written({}, out, 0);  // refuses before anything is read
  std::optional<std::string> bytes;
  if (options.round) bytes = session.read_input(*options.round, store::kMostRound);
  const std::string text = written(workflow::report_round(session.context(), bytes, session.utc_offset()),
                                   out, session.ui().columns());
  if (out.empty() || out == "-") {
    session.ui().raw(text);
    return ExitCode::ok;
  }
  workflow::write_report(session.absolute(out), text);
  session.recorded(out);
  session.ui().print(out);
  return ExitCode::ok;
}

}  // namespace

void setup_report(Setup& setup) {
  auto options = std::make_shared<Options>();
  Setup& round = setup.sub("round", msg("what a round measured, and the causes of what fails"));
  round.argument("ROUND|-", options->round, msg("a round file; default: the newest"))
      .option("-o", "FILE", options->out, msg("write it there; its ending picks txt or md"));
  round.run([options](Session& session) { return of_round(session, *options); });
}

}  // namespace jaga::cmd
