#include "help.hpp"

#include "base/text.hpp"

namespace jaga::cmd {
namespace {

void print_parameters(Ui& ui, const Setup& setup, const Setup* hidden_by = nullptr) {
  Table table;
  for (const Parameter& parameter : setup.parameters()) {
    if (parameter.hidden || (hidden_by != nullptr && hidden_by->hides(parameter))) continue;
    std::string names = join(parameter.spellings(), ", ");
    if (!parameter.value.empty()) names += (names.empty() ? "" : " ") + parameter.value;
    table.row({names, ui.text(parameter.help)});
  }
  table.print(ui, "  ");
}

}  // namespace

void print_overview(Ui& ui) {
  ui.print(msg("usage: jaga [-C DIR] [--lang id|en] COMMAND [ARGUMENT]..."));
  ui.print("");
  ui.print(
      msg("Carries a server team through its maintenance procedure, from the first failed ping to the "
          "stored evidence."));
  for (const Group group :
       {Group::procedure, Group::incident, Group::looking, Group::setting_up, Group::alone}) {
    Table table;
    for (const Command& command : commands()) {
      if (command.group == group) table.row({std::string(command.name), ui.text(command.summary)});
    }
    if (table.empty()) continue;
    ui.print("");
    ui.print(title(group), Colour::bold);
    table.print(ui, "  ");
  }
  Table table;
  for (const Topic& topic : topics()) table.row({std::string(topic.name), ui.text(topic.summary)});
  ui.print("");
  ui.print(msg("Manual pages"), Colour::bold);
  table.print(ui, "  ");
  ui.print("");
  ui.print(
      msg("'jaga help COMMAND' opens a command's manual, 'jaga COMMAND -h' its usage; begin with 'jaga help "
          "workflow'."));
}

const std::vector<Topic>& topics() {
  static const std::vector<Topic> pages = {
      {"workflow", '7', msg("from the first failed probe to the archive")},
      {"sop", '7', msg("the procedure, and how to use another")},
      {"hosts", '5', msg("hosts.yaml: the hosts, what reaches them and what is measured on them")},
      {"settings", '5', msg("jaga.yaml: what belongs to all of a working directory")},
      {"plan", '5', msg("plans/: what a repair will do")},
      {"rule", '5', msg("rules/: types of fault")},
      {"record", '5', msg("the files of a working directory, and what they cannot do")},
      {"round", '5', msg("one run of jaga monitor, as a file")},
      {"json", '5', msg("what jaga prints with --json")},
  };
  return pages;
}

void print_usage(Ui& ui, const Command& command, const Setup& setup) {
  const std::string label(translate("usage: ", ui.language()));
  bool first = true;
  for (const std::string& line : setup.usage()) {
    ui.print((first ? label : std::string(label.size(), ' ')) + line);
    first = false;
  }
  ui.print("");
  ui.print(setup.summary());
  if (!setup.parameters().empty()) {
    ui.print("");
    print_parameters(ui, setup);
  }
  if (!setup.subs().empty()) {
    ui.print("");
    Table table;
    for (const Setup& sub : setup.subs())
      table.row({sub.path().substr(sub.path().rfind(' ') + 1), ui.text(sub.summary())});
    table.print(ui, "  ");
  }
  ui.print("");
  ui.print(msg("Everywhere"), Colour::bold);
  Globals globals;
  print_parameters(ui, global_options(globals), &setup);
  ui.print("");
  ui.print(msg("more: jaga help {command}", {{"command", std::string(command.name)}}));
}

void print_table(Ui& ui) {
  for (const Command& command : commands()) {
    const Setup setup = set_up(command);
    ui.raw(std::string(command.name) + "\t" + (command.needs == Needs::nothing ? "nothing" : "directory") +
           "\t" + std::string(command.exits) + "\t" + join(setup.usage(), " ; ") + "\n");
  }
}

}  // namespace jaga::cmd
