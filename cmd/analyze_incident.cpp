#include "analyze_incident.hpp"

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "document/json.hpp"
#include "document/plan_view.hpp"
#include "editor.hpp"
#include "next.hpp"
#include "workflow/analysis.hpp"
#include "workflow/analysis_text.hpp"
#include "workflow/lookup.hpp"
#include "workflow/office_rules.hpp"
#include "workflow/plans.hpp"

namespace jaga::cmd {
namespace {

workflow::OwnAnalysis wish_of(const OwnOptions& options) {
  workflow::OwnAnalysis wish;
  wish.confirm = options.confirm;
  wish.fault = options.fault;
  wish.plan = options.plan;
  wish.part = options.part;
  wish.reason = options.reason.value_or("");
  for (const std::string& parameter : options.parameters) {
    const std::size_t equals = parameter.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error{ExitCode::usage, msg("'{text}' is not KEY=VALUE", {{"text", printable(parameter)}})};
    }
    wish.parameters.emplace_back(parameter.substr(0, equals), parameter.substr(equals + 1));
  }
  return wish;
}

// Shows the body that would be recorded, without recording it.
ExitCode preview(Session& session, const std::string& id, const incident::Analyze& analysis) {
  Ui& ui = session.ui();
  if (session.prints_values()) {
    ui.json(Json{{"incident", id}, {"body", document::json_of(incident::to_node(analysis))}});
    return ExitCode::ok;
  }
  ui.say(msg("dry run: nothing is recorded; the analysis would be:"));
  for (const std::string& line : document::cause_lines(session.locale(), analysis)) ui.print(line);
  const plan::Frozen plan = plan::of_node(analysis.plan, yaml::Source{id, ExitCode::data});
  for (const std::string& line : document::plan_lines(session.locale(), plan)) ui.print(line);
  return ExitCode::ok;
}

ExitCode record(Session& session, const std::string& id, const workflow::OwnAnalysis& wish, bool dry_run) {
  require_recordable("-m", wish.reason);
  if (wish.part) require_recordable("--part", *wish.part);
  if (dry_run) return preview(session, id, workflow::draft_analysis(session.acting(), id, wish));
  const workflow::Written written = workflow::analyze_incident(session.acting(), id, wish);
  session.recorded(written.path);
  if (session.prints_values())
    session.ui().json(Json{{"incident", id}, {"record", written.path}});
  else
    session.ui().print(written.path);
  hint_next(session, id);
  return ExitCode::ok;
}

workflow::AnalysisText text_about(const workflow::Office& office, const workflow::Incident& incident) {
  workflow::AnalysisText about;
  about.incident = incident.id;
  if (incident.state.analysis) {
    const record::By& by = incident.state.analysis->made.by;
    about.by = by.person + " (" + by.role + ")";
  }
  about.last = workflow::initial_analysis(incident.state);
  const workflow::OfficeRules rules = workflow::office_rules(office);
  for (const auto& rule : rules.catalogue.rules) about.types.push_back(rule.first);
  about.plans = workflow::plan_names(office);
  return about;
}

}  // namespace

ExitCode analyze_one(Session& session, const std::string& what, const OwnOptions& options, bool dry_run) {
  const workflow::Context& context = session.context();
  if (options.confirm && (options.says_more() || options.edit))
    throw Error{ExitCode::usage, msg("--confirm accepts the proposal unchanged"),
                msg("leave out --confirm to change it")};
  const std::string id = workflow::find_open_incident(context, what);
  const workflow::OwnAnalysis wish = wish_of(options);
  if (!options.edit) return record(session, id, wish, dry_run);
  const workflow::AnalysisText about = text_about(context, workflow::load_incident(context, id));
  ExitCode code = ExitCode::warning;
  edit(session, "analysis.txt", workflow::analysis_text(about, wish, session.ui().language()),
       [&](const std::string& text) {
         const workflow::OwnAnalysis edited = workflow::parse_analysis_text(text, "analysis.txt");
         if (!workflow::says_anything(edited, about.last)) {
           session.ui().say(msg("nothing was recorded"));
           return;
         }
         code = record(session, id, edited, dry_run);
       });
  return code;
}

}  // namespace jaga::cmd
