// jaga rules [TYPE]
#include <memory>
#include <optional>
#include <string>

#include "catalogues.hpp"
#include "document/catalogue_view.hpp"
#include "document/json.hpp"
#include "document/words.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "workflow/office_rules.hpp"

namespace jaga::cmd {
namespace {

void print_row(Ui& ui, const fault::Rule& rule) {
  Json plans = Json::array();
  for (const fault::Suggestion& suggestion : rule.suggestions)
    plans.push_back(document::suggestion_text(suggestion));
  ui.row(Json{
      {"type", rule.id},
      {"title", rule.title.en},
      {"severity", std::string(fault::name(rule.severity))},
      {"class", rule.fault_class},
      {"priority", rule.priority},
      {"remedy", rule.remedy.en},
      {"if_left", rule.if_left.en},
      {"next_command", rule.next_command.en},
      {"plans", std::move(plans)},
      {"part", rule.part.en},
      {"file", rule.file.starts_with("rules/") ? rule.file : ""},
  });
}

ExitCode list(Session& session, const workflow::OfficeRules& rules) {
  Ui& ui = session.ui();
  Table table({ui.text(msg("type")), ui.text(msg("severity")), ui.text(msg("plan")), ui.text(msg("title"))});
  for (const auto& [type, rule] : rules.catalogue.rules) {
    if (session.prints_values()) {
      print_row(ui, rule);
      continue;
    }
    table.row({type, document::word(fault::name(rule.severity), ui.language()),
               rule.suggestions.empty() ? "-" : rule.suggestions.front().plan, rule.title.in(ui.language())});
  }
  if (!session.prints_values()) table.print(ui);
  return complain_of(session, rules.wrong);
}

ExitCode rules(Session& session, const std::optional<std::string>& type) {
  const workflow::Office office = nearby_office(session);
  const workflow::OfficeRules all = workflow::office_rules(office);
  if (!type) return list(session, all);
  const fault::Rule* rule = all.catalogue.find(*type);
  if (rule == nullptr) throw workflow::no_such_type(office, *type);
  if (session.prints_values())
    print_row(session.ui(), *rule);
  else
    session.ui().show(document::rule_view(*rule, timeless_locale(session)));
  return ExitCode::ok;
}

}  // namespace

void setup_rules(Setup& setup) {
  auto type = std::make_shared<std::optional<std::string>>();
  setup.argument("TYPE", *type, msg("a type of fault; if missing, all"));
  setup.paged().rows("type,severity,plans,title", "class,priority,remedy,if_left,next_command,part,file");
  setup.run([type](Session& session) { return rules(session, *type); });
}

}  // namespace jaga::cmd
