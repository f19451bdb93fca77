#include "fleet/program.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <exception>

#include "base/text.hpp"
#include "output.hpp"
#include "parse.hpp"
#include "process/environment.hpp"
#include "signals.hpp"

extern char** environ;

namespace jaga::cmd {
namespace {

// The usage of the first command is that of the program: all of them.
void print_usage(Ui& ui, const std::vector<ProgramCommand>& commands, const ProgramCommand& command) {
  const Setup& setup = command.setup;
  std::string label(translate("usage: ", ui.language()));
  for (const ProgramCommand& each : commands) {
    if (&command != &commands.front() && &each != &command) continue;
    for (const std::string& line : each.setup.usage()) {
      ui.print(label + line);
      label.assign(text_width(label), ' ');
    }
  }
  ui.print("");
  ui.words(setup.summary());
  Table table;
  for (const Parameter& parameter : setup.parameters()) {
    if (parameter.hidden) continue;
    const std::string names = parameter.positional() ? parameter.value : join(parameter.spellings(), ", ");
    table.row({names + (parameter.positional() || parameter.value.empty() ? "" : " " + parameter.value),
               ui.text(parameter.help)});
  }
  if (table.empty()) return;
  ui.print("");
  table.print(ui, "  ");
}

void fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw system_error(errno, msg("cannot get random bytes: {reason}"));
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

Language language_of(const std::vector<std::string>& environment) {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const std::string value = process::variable(environment, name).value_or("");
    if (value.empty()) continue;
    return value.starts_with("id_") || value == "id" ? Language::indonesian : Language::english;
  }
  return Language::english;
}

ExitCode run(std::vector<std::string> arguments, std::vector<ProgramCommand>& commands, Run& program) {
  // The usage is that of commands with a function; these have theirs beside the setup.
  for (ProgramCommand& each : commands) each.setup.run([](Session&) { return ExitCode::ok; });
  ProgramCommand* command = &commands.front();
  if (!arguments.empty())
    for (ProgramCommand& each : commands) {
      const std::vector<std::string> words = split(each.setup.path(), ' ');
      if (words.size() != 2 || words.back() != arguments.front()) continue;
      command = &each;
      arguments.erase(arguments.begin());
      break;
    }
  bool version = false;
  Setup globals("", {});
  globals.flag(std::string(kVersionOption), version, msg("print the version of jaga"));
  const Parsed parsed = parse(command->setup, globals, arguments);
  if (parsed.version) {
    program.ui.print("jaga " JAGA_VERSION);
    return ExitCode::ok;
  }
  if (parsed.help) {
    print_usage(program.ui, commands, *command);
    return ExitCode::ok;
  }
  return command->run(program);
}

}  // namespace

std::string Run::absolute(const std::string& path) const {
  return path.starts_with('/') ? path : directory + "/" + path;
}

Instant clock_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

int run_program(int argc, char** argv, std::vector<ProgramCommand> commands) {
  hold_standard_streams();
  Output out(STDOUT_FILENO);
  Ui::Settings settings;
  std::vector<std::string> environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    environment.emplace_back(*entry);
  settings.language = language_of(environment);
  Ui ui(settings, out);
  const auto fail = [&](const Error& error) {
    out.flush();
    ui.complain(error.message());
    if (!error.hint().empty()) ui.hint(error.hint());
    return static_cast<int>(error.code());
  };
  try {
    const Signals* signals = new Signals;  // as long as the process: its thread never ends
    char* current = ::getcwd(nullptr, 0);
    const std::string directory = current == nullptr ? "/" : current;
    std::free(current);
    Run program{ui, signals->stop(), std::move(environment), directory, fill};
    const ExitCode code = run({argv + 1, argv + argc}, commands, program);
    out.check();
    return static_cast<int>(code);
  } catch (const Error& error) {
    return fail(error);
  } catch (const std::bad_alloc&) {
    return fail(Error{ExitCode::io, msg("out of memory")});
  } catch (const std::exception& error) {
    return fail(Error{ExitCode::software, msg("a bug in jaga: {what}", {{"what", printable(error.what())}}),
                      msg("please report it with the command that shows it")});
  }
}

}  // namespace jaga::cmd
