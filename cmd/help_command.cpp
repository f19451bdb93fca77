// jaga help [COMMAND]
#include <signal.h>
#include <unistd.h>

#include <memory>

#include "base/text.hpp"
#include "help.hpp"
#include "process/run.hpp"
#include "session.hpp"
#include "setups.hpp"

namespace jaga::cmd {
namespace {

struct Options {
  std::optional<std::string> command;
  bool table = false;
};

ExitCode help(Session& session, const Options& options) {
  if (options.table) {
    print_table(session.ui());
    return ExitCode::ok;
  }
  if (!options.command) {
    print_overview(session.ui());
    return ExitCode::ok;
  }
  const Command* command = find_command(*options.command);
  if (command == nullptr) {
    std::vector<std::string> names;
    for (const Command& one : commands()) names.emplace_back(one.name);
    const std::string near = nearest(*options.command, names);
    throw Error{
        ExitCode::usage, msg("'{name}' is no command of jaga", {{"name", printable(*options.command)}}),
        near.empty() ? msg("see 'jaga help'") : msg("did you mean 'jaga {command}'?", {{"command", near}})};
  }
  const std::string page = "jaga-" + std::string(command->name);
  const std::optional<std::string> man =
      process::find_program("man", session.surroundings().variable("PATH"));
  if (::isatty(STDOUT_FILENO) != 0 && man &&
      process::run({{*man, "-w", "1", page}}, session.surroundings().stop).ok()) {
    // As a program expects them: they outlive the exec.
    ::signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
    ::execl(man->c_str(), "man", "1", page.c_str(), nullptr);
  }
  const Setup setup = set_up(*command);
  print_usage(session.ui(), *command, setup);
  return ExitCode::ok;
}

}  // namespace

void setup_help(Setup& setup) {
  auto options = std::make_shared<Options>();
  setup.argument("COMMAND", options->command,
                 msg("the command to explain; none: all of them, in a line each"));
  setup.flag("--table", options->table, msg("the table of commands, for programs")).hide();
  setup.run([options](Session& session) { return help(session, *options); });
}

}  // namespace jaga::cmd
