#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <stop_token>

#include "base/error.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "debug.hpp"
#include "document/json.hpp"
#include "feed/status_line.hpp"
#include "help.hpp"
#include "missing_incident.hpp"
#include "output.hpp"
#include "pager.hpp"
#include "parse.hpp"
#include "process/environment.hpp"
#include "process/foreground.hpp"
#include "questions.hpp"
#include "session.hpp"
#include "signals.hpp"
#include "ui.hpp"
#include "version.hpp"

namespace {

using namespace jaga;
using namespace jaga::cmd;

Ui::Settings ui_settings(const Globals& globals, const Surroundings& surroundings, const UserConfig& config,
                         Language language) {
  Ui::Settings settings;
  settings.language = language;
  const std::string color = !globals.color.empty() ? globals.color : config.color.value_or("auto");
  // https://no-color.org and https://force-color.org; an option or the configuration is stronger than both.
  const bool wanted = surroundings.variable("NO_COLOR").empty() && surroundings.variable("TERM") != "dumb";
  const bool forced =
      surroundings.variable("NO_COLOR").empty() && !surroundings.variable("FORCE_COLOR").empty();
  const bool out_terminal = ::isatty(STDOUT_FILENO) != 0;
  const bool err_terminal = ::isatty(STDERR_FILENO) != 0;
  settings.out_colour = color == "always" || (color == "auto" && (forced || (wanted && out_terminal)));
  settings.err_colour = color == "always" || (color == "auto" && (forced || (wanted && err_terminal)));
  settings.quiet = globals.quiet || globals.chosen_format() == "nagios";
  settings.progress = err_terminal && globals.chosen_format() != "nagios";
  winsize size{};
  if (out_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) settings.columns = size.ws_col;
  return settings;
}

// `jaga foo` where jaga has no foo: runs jaga-foo from PATH, as git does, and ends as it does. nullopt: there
// is none.
std::optional<ExitCode> run_external(const std::string& name, std::span<const std::string> rest,
                                     const Globals& globals, const Surroundings& surroundings) {
  if (name.empty() || name.find('/') != std::string::npos) return std::nullopt;
  const std::optional<std::string> program =
      process::find_program("jaga-" + name, surroundings.variable("PATH"));
  if (!program) return std::nullopt;
  const process::Change change{"JAGA_DIR", find_working_directory(globals, surroundings)};
  process::Foreground command;
  command.argv = {*program};
  command.argv.insert(command.argv.end(), rest.begin(), rest.end());
  command.environment = process::environment_with(surroundings.environment, std::span(&change, 1));
  const Signals* signals = new Signals;  // as long as the process: its thread never ends
  const process::Outcome ended = process::run_in_foreground(command, signals->stop());
  if (ended.end == process::Outcome::End::not_started)
    throw Error{ExitCode::io, msg("cannot run '{program}': {reason}",
                                  {{"program", printable(*program)}, {"reason", ended.reason}})};
  return static_cast<ExitCode>(ended.shell_code());
}

Error no_such_command(const std::string& name) {
  std::vector<std::string> names;
  std::vector<std::string> beginning;
  for (const Command& command : commands()) {
    names.emplace_back(command.name);
    if (!name.empty() && command.name.starts_with(name)) beginning.emplace_back(command.name);
  }
  const std::string near = nearest(name, names);
  Message hint = msg("see 'jaga help'");
  if (beginning.size() > 1)
    hint = msg("commands with this prefix: {commands}", {{"commands", join(beginning, ", ")}});
  else if (!near.empty())
    hint = msg("did you mean 'jaga {command}'?", {{"command", near}});
  return Error{ExitCode::usage, msg("unknown command '{name}'", {{"name", printable(name)}}),
               std::move(hint)};
}

// What a line that is not understood says of the language and the directory: it is complained about in the
// language that it asks for.
Globals guessed(const std::vector<std::string>& arguments) {
  Globals globals;
  Language known{};
  const auto value = [&](std::size_t at, std::string_view option) -> std::optional<std::string> {
    if (arguments[at] == option && at + 1 < arguments.size()) return arguments[at + 1];
    const std::string joined = std::string(option) + (option.starts_with("--") ? "=" : "");
    if (arguments[at] != joined && arguments[at].starts_with(joined))
      return arguments[at].substr(joined.size());
    return std::nullopt;
  };
  for (std::size_t at = 0; at < arguments.size() && arguments[at] != "--"; ++at) {
    if (const auto language = value(at, "--lang"); language && parse_language(*language, known))
      globals.language = *language;
    if (auto directory = value(at, "-C")) globals.directory = std::move(directory);
  }
  return globals;
}

// In the Nagios format, every error is printed in the form of a plugin.
bool is_plugin(const std::vector<std::string>& arguments) {
  bool nagios = false;
  bool monitor = false;
  for (std::size_t at = 0; at < arguments.size() && arguments[at] != "--"; ++at) {
    monitor = monitor || arguments[at] == "monitor";
    nagios = nagios || arguments[at] == "--format=nagios" ||
             (arguments[at] == "nagios" && at > 0 && arguments[at - 1] == "--format");
  }
  return nagios && monitor;
}

void require_format(const Globals& globals, const Setup& setup) {
  const std::string format(globals.chosen_format());
  for (const std::string_view option : {"--columns", "--null"}) {
    if (format != "tsv" && (option == "--null" ? globals.nul : globals.columns.has_value()))
      throw not_together(option, globals.format_option());
  }
  const std::vector<std::string> formats = split(setup.formats(), '|');
  if (std::find(formats.begin(), formats.end(), format) != formats.end()) return;
  throw Error{ExitCode::usage,
              msg("'jaga {command}' cannot write {format}", {{"command", setup.path()}, {"format", format}}),
              msg("available formats: {words}", {{"words", join(formats, ", ")}})};
}

// What a command prints as rows; Error{usage} where --columns names what they do not have.
Ui::Rows rows_of(const Globals& globals, const Setup& setup) {
  Ui::Rows rows{setup.shown_columns(), globals.nul, !globals.quiet};
  if (!globals.columns) return rows;
  rows.columns = split(*globals.columns, ',');
  for (const std::string& wanted : rows.columns) {
    const std::vector<std::string> keys = split(wanted, '.');  // "facts.used"
    const bool complete = std::none_of(keys.begin(), keys.end(), [](const std::string& key) {
      return key.empty() || key.find_first_of("\t\n\r") != std::string::npos;
    });
    const auto& known = setup.columns();
    if (complete && std::find(known.begin(), known.end(), keys.front()) != known.end()) continue;
    throw Error{ExitCode::usage,
                msg("the list of 'jaga {command}' has no column '{column}'",
                    {{"command", setup.path()}, {"column", printable(wanted)}}),
                msg("available columns: {words}", {{"words", join(setup.columns(), ", ")}})};
  }
  return rows;
}

void print_version(Ui& ui, const Globals& globals) {
  if (globals.chosen_format() == "json")
    ui.json(Json{{"version", JAGA_VERSION}});
  else
    ui.print("jaga " JAGA_VERSION);
}

// A command line that was understood. The declarations refer to what they fill in.
struct Line {
  Globals globals;
  const Command* command = nullptr;
  std::optional<Setup> setup;
  Parsed parsed;
};

// Fills in `line`; an exit code where nothing is left to be done.
std::optional<ExitCode> understand(const std::vector<std::string>& arguments,
                                   const Surroundings& surroundings, Output& out, Line& line) {
  Globals& globals = line.globals;
  const Setup global = global_options(globals);
  const std::size_t at = find_word(arguments, global);
  const auto begin = arguments.begin();
  const std::vector<std::string> before(begin, begin + static_cast<std::ptrdiff_t>(at));
  const auto outside = [&] {
    return ui_settings(globals, surroundings, {}, language_outside(globals, surroundings));
  };

  std::vector<std::string> words = arguments;
  if (at == arguments.size()) {
    const Setup nothing("help", {});
    const Parsed parsed = parse(nothing, global, before);
    Ui ui(outside(), out);
    if (parsed.version) {
      print_version(ui, globals);
      return ExitCode::ok;
    }
    if (parsed.help) {
      print_overview(ui);
      return ExitCode::ok;
    }
    if (!find_working_directory(globals, surroundings)) {
      print_welcome(ui);
      return ExitCode::usage;
    }
    words.insert(words.end(), {"status", "--inbox"});  // the reader's own
  }

  const std::string word = words[at];
  std::vector<std::string> rest(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
  line.command = find_command(word);
  if (line.command == nullptr) {
    const Setup nothing(word, {});
    parse(nothing, global, before);
    if (const auto code = run_external(word, rest, globals, surroundings)) return *code;
    throw no_such_command(word);
  }

  const Setup& setup = line.setup.emplace(set_up(*line.command));
  Parsed& parsed = line.parsed;
  if (hides_global(setup, global)) {
    const Parsed first = parse(Setup(word, {}), global, before);
    if (!first.version) parsed = parse(setup, global, rest);
    parsed.help = parsed.help || first.help;
    parsed.version = parsed.version || first.version;
  } else {
    // A "--" before the command ended the options before it, not those behind.
    const bool ended = !before.empty() && before.back() == "--";
    rest.insert(rest.begin(), before.begin(), before.end() - (ended ? 1 : 0));
    parsed = parse(setup, global, rest);
  }
  if (parsed.help || parsed.version) {
    Ui ui(outside(), out);
    if (parsed.help)
      print_usage(ui, *line.command, *parsed.chosen);
    else
      print_version(ui, globals);
    return ExitCode::ok;
  }
  require_format(globals, *parsed.chosen);
  return std::nullopt;
}

ExitCode run(const std::vector<std::string>& arguments, Surroundings surroundings, Output& out,
             Ui::Settings& settings) {
  Line line;
  UserConfig config;
  try {
    if (const auto code = understand(arguments, surroundings, out, line)) return *code;
    config = read_user_config(surroundings);
  } catch (const Error&) {
    settings =
        ui_settings(line.globals, surroundings, {}, language_outside(guessed(arguments), surroundings));
    throw;
  }
  const Globals& globals = line.globals;
  if (globals.debug) debug_to_standard_error();
  const Setup& chosen = *line.parsed.chosen;
  Language language = surroundings.language();
  if (line.command->needs == Needs::nothing)
    language = language_outside(globals, surroundings);
  else if (!parse_language(globals.language, language) && config.language)
    parse_language(*config.language, language);
  settings = ui_settings(globals, surroundings, config, language);
  const Signals* signals = new Signals;  // as long as the process: its thread never ends
  surroundings.stop = signals->stop();
  surroundings.stop_descriptor = signals->descriptor();
  Ui ui(settings, out);
  if (globals.chosen_format() == "tsv") ui.print_rows(rows_of(globals, chosen));
  Session session(globals, std::move(surroundings), config, ui);
  if (chosen.is_paged() && !globals.no_pager && !session.prints_values() && ::isatty(STDOUT_FILENO) != 0)
    out.hold();
  try {
    if (line.parsed.missing != nullptr && !(chosen.can_ask() && may_ask(session)))
      throw missing_incident(session, *line.command, chosen, *line.parsed.missing);
    if (line.command->needs != Needs::nothing) session.open(line.command->needs);
    const ExitCode code = chosen.action()(session);
    session.tell_inventory();
    ui.end_rows();
    if (out.held()) show_held(session);
    return code;
  } catch (...) {
    out.release();
    settings.language = ui.language();  // language of the directory, used for the error, too
    throw;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && (std::strcmp(argv[1], "--version") == 0 || std::strcmp(argv[1], "-V") == 0)) {
    // The complete command line, before anything else is set up.
    if (std::puts("jaga " JAGA_VERSION) >= 0 && std::fflush(stdout) == 0) return 0;
    std::fprintf(stderr, "jaga: cannot write to standard output: %s\n", std::strerror(errno));
    return static_cast<int>(ExitCode::io);
  }
  hold_standard_streams();
  Output out(STDOUT_FILENO);
  Ui::Settings settings;
  const std::vector<std::string> arguments{argv + 1, argv + argc};
  const auto fail = [&](const Error& error) {
    if (is_plugin(arguments)) {
      std::string text = error.message().render(Language::english);
      if (!error.hint().empty()) text += "; hint: " + error.hint().render(Language::english);
      out.write(feed::unknown_line(text));
      out.flush();
      return static_cast<int>(ExitCode::unknown);
    }
    out.flush();
    Ui ui(settings, out);
    ui.complain(error.message());
    if (!error.hint().empty()) ui.hint(error.hint());
    return static_cast<int>(error.code());
  };
  try {
    Surroundings surroundings = Surroundings::read();
    if (!surroundings.variable("JAGA_DEBUG").empty()) debug_to_standard_error();
    settings.language = surroundings.language();
    ExitCode code = ExitCode::ok;
    try {
      code = run(arguments, std::move(surroundings), out, settings);
    } catch (const Error& error) {
      // Both may be true: the command failed, and so did its output.
      const int failed = fail(error);
      if (!out.recorded().empty())
        Ui(settings, out)
            .complain(msg("nevertheless written: {what}", {{"what", join(out.recorded(), ", ")}}));
      return failed;
    }
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
