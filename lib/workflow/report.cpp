#include "workflow/report.hpp"

#include "document/round_report.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "store/folder.hpp"
#include "store/rounds.hpp"
#include "workflow/analyze.hpp"
#include "workflow/rounds.hpp"

namespace jaga::workflow {

document::Document report_round(const Context& context, const std::optional<std::string>& bytes,
                                std::chrono::minutes utc_offset) {
  AnalyzeOptions options;
  options.round = bytes;
  options.dry_run = true;
  const Analyzed analyzed = analyze(context, options);
  round::Round round;
  if (bytes)
    round = whole_round(context, *bytes, "round");
  else if (const auto name = store::parse_round_path(analyzed.round))
    round = load_round(context, *name).round;
  document::RoundReport report{round, analyzed.diagnosis, *context.inventory};
  report.organisation = context.settings->organisation;
  report.path = analyzed.round;
  report.utc_offset = utc_offset;
  for (const Recovered& one : analyzed.recovered)
    report.recovered.push_back(one.host + ": " + one.summary + " (" + one.incident + ")");
  return document::round_report(report, context.language);
}

void write_report(const std::string& path, std::string_view bytes) {
  const std::size_t slash = path.rfind('/');
  const store::Folder folder(slash == 0 ? "/" : path.substr(0, slash));
  folder.replace(path.substr(slash + 1), bytes);
}

}  // namespace jaga::workflow
