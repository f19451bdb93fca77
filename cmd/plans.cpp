// jaga plans [NAME]
#include "workflow/plans.hpp"

#include <memory>
#include <optional>
#include <string>

#include "base/text.hpp"
#include "catalogues.hpp"
#include "document/catalogue_view.hpp"
#include "document/json.hpp"
#include "session.hpp"
#include "setups.hpp"

namespace jaga::cmd {
namespace {

void print_row(Ui& ui, const plan::Template& plan) {
  Json parameters = Json::array();
  for (const plan::Parameter& parameter : plan.parameters) {
    Json one;
    one["name"] = parameter.name;
    one["type"] = std::string(plan::name(parameter.type));
    one["title"] = parameter.title.en;
    if (parameter.fallback) one["default"] = *parameter.fallback;
    if (!parameter.choices.empty()) one["choices"] = parameter.choices;
    parameters.push_back(std::move(one));
  }
  ui.row(Json{
      {"plan", plan.name},
      {"title", plan.title.en},
      {"run", std::string(plan::name(plan.run))},
      {"parameters", std::move(parameters)},
      {"steps", plan.commands.size()},
      {"rollback", !plan.rollback.empty()},
      {"emergency", plan.emergency},
      {"window", plan.window},
      {"digest", plan.digest.text()},
      {"file", plan.origin == plan::Origin::office ? "plans/" + plan.name + ".yaml" : ""},
  });
}

ExitCode list(Session& session, const workflow::Office& office) {
  Ui& ui = session.ui();
  Table table(
      {ui.text(msg("plan")), ui.text(msg("runs")), ui.text(msg("parameters")), ui.text(msg("title"))});
  std::vector<Error> wrong;
  for (const std::string& name : workflow::plan_names(office)) {
    try {
      const plan::Template plan = workflow::find_plan(office, name);
      if (session.prints_values()) {
        print_row(ui, plan);
        continue;
      }
      std::vector<std::string> parameters;
      for (const plan::Parameter& one : plan.parameters)
        parameters.push_back(one.fallback ? "[" + one.name + "]" : one.name);
      table.row(
          {name, ui.text(document::run_word(plan.run)), join(parameters, " "), plan.title.in(ui.language())});
    } catch (const Error& error) {
      if (error.code() != ExitCode::config) throw;
      wrong.push_back(error);
    }
  }
  if (!session.prints_values()) table.print(ui);
  return complain_of(session, wrong);
}

ExitCode plans(Session& session, const std::optional<std::string>& name) {
  const workflow::Office office = nearby_office(session);
  if (!name) return list(session, office);
  const plan::Template plan = workflow::find_plan(office, *name);
  if (session.prints_values())
    print_row(session.ui(), plan);
  else
    session.ui().show(document::template_view(plan, timeless_locale(session)));
  return ExitCode::ok;
}

}  // namespace

void setup_plans(Setup& setup) {
  auto name = std::make_shared<std::optional<std::string>>();
  setup.argument("PLAN", *name, msg("a plan; if missing, all"));
  setup.paged().rows("plan,run,title", "parameters,steps,rollback,emergency,window,digest,file");
  setup.run([name](Session& session) { return plans(session, *name); });
}

}  // namespace jaga::cmd
