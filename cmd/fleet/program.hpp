// What jaga-worker and jaga-fleet have in common: a command line as those of jaga, errors with hints,
// signals.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "command.hpp"
#include "ui.hpp"

namespace jaga::cmd {

// One run of such a program.
struct Run {
  Ui& ui;
  std::stop_token stop;
  std::vector<std::string> environment;
  std::string directory;  // the current one, absolute
  RandomBytes random;
  // A path as it was typed, from the current directory.
  std::string absolute(const std::string& path) const;
};

// A command of the program: its declarations, whose path begins with the program's name ("worker init"), and
// what it does.
struct ProgramCommand {
  Setup setup;
  std::function<ExitCode(Run&)> run;
};
// `commands`: the first one is run where no word names another. The exit status is that of jaga's commands.
int run_program(int argc, char** argv, std::vector<ProgramCommand> commands);

Instant clock_now();

}  // namespace jaga::cmd
