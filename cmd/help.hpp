// Help, from the table.
#pragma once

#include "command.hpp"
#include "ui.hpp"

namespace jaga::cmd {

// `jaga -h`, `jaga help`: every command in its group. As all help, at most 80 columns wide.
void print_overview(Ui& ui);
// `jaga` outside a working directory: what it is and where to begin.
void print_welcome(Ui& ui);
// `jaga COMMAND -h`: usage, summary, options. `setup` may be one of the command's commands.
void print_usage(Ui& ui, const Command& command, const Setup& setup);
// A page of the manual that is about no single command: jaga-NAME(SECTION).
struct Topic {
  std::string_view name;
  char section;
  Message summary;
};
// In the order in which to read them.
const std::vector<Topic>& topics();

// One line an example: the command's path and the line, TAB between.
void print_examples(Ui& ui);
// One line a command for programs: name, needs, exit codes, usage; TAB between, the usages joined by " ; ".
void print_table(Ui& ui);

}  // namespace jaga::cmd
