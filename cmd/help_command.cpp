// jaga help [COMMAND|TOPIC]
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "base/text.hpp"
#include "help.hpp"
#include "process/foreground.hpp"
#include "session.hpp"
#include "setups.hpp"

namespace jaga::cmd {
namespace {

struct HelpArguments {
  std::optional<std::string> name;
  bool table = false;
  bool examples = false;
};

// The page among the files that came with this program: of its installation, or of the sources that it was
// built in.
std::optional<std::string> file_beside_program(const std::string& page, char section, Language language) {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return std::nullopt;
  const std::string file = page + "." + section;
  const std::filesystem::path folder = program.parent_path();
  const std::string part = std::string("man") + section;
  std::vector<std::filesystem::path> paths = {
      folder.parent_path() / "share/man" / part / file,
      folder.parent_path().parent_path().parent_path() / "man" / file};
  if (language == Language::indonesian)
    paths.insert(paths.begin(), {folder.parent_path() / "share/man/id" / part / file,
                                 folder.parent_path() / "man/translated/id" / file});
  for (const std::filesystem::path& path : paths)
    if (::access(path.c_str(), R_OK) == 0) return path.string();
  return std::nullopt;
}

// The command that shows jaga-NAME(SECTION); empty if man cannot.
std::vector<std::string> viewer(Session& session, const std::string& man, const std::string& page,
                                char section) {
  const std::string number(1, section);
  const Language language = session.ui().language();
  if (process::run({{man, "-w", number, page}}, session.surroundings().stop).ok()) {
    // Pages that are not there in Indonesian it shows in English.
    if (language == Language::indonesian) return {man, "-L", "id", number, page};
    return {man, number, page};
  }
  if (const auto file = file_beside_program(page, section, language)) return {man, "-l", *file};
  return {};
}

// Exits with the status of the viewer.
ExitCode view(Session& session, const std::vector<std::string>& arguments) {
  process::Foreground command;
  command.argv = arguments;
  const process::Outcome ended = process::run_in_foreground(command, session.surroundings().stop);
  if (ended.end == process::Outcome::End::not_started)
    throw Error{ExitCode::io, msg("cannot run '{program}': {reason}",
                                  {{"program", printable(arguments.front())}, {"reason", ended.reason}})};
  return static_cast<ExitCode>(ended.shell_code());
}

// Also if standard output is not a terminal: man then writes plain text.
ExitCode show_topic(Session& session, const std::optional<std::string>& man, const Topic& topic) {
  const std::string page = "jaga-" + std::string(topic.name);
  const std::string title = page + "(" + topic.section + ")";
  if (!man)
    throw Error{ExitCode::no_input,
                msg("cannot show {page}: the program 'man' is not installed", {{"page", title}}),
                msg("as root: apt-get install {package}", {{"package", "man-db"}})};
  const std::vector<std::string> arguments = viewer(session, *man, page, topic.section);
  if (arguments.empty())
    throw Error{ExitCode::no_input, msg("the manual page {page} is not installed", {{"page", title}}),
                msg("in a clone of the sources: man -l man/{file}", {{"file", page + "." + topic.section}})};
  return view(session, arguments);
}

// A page can also be named by its title: jaga-hosts, hosts.yaml.
const Topic* find_topic(std::string_view name) {
  if (name.starts_with("jaga-")) name.remove_prefix(5);
  for (const Topic& topic : topics())
    if (topic.name == name || (topic.name == "settings" && name == "jaga.yaml") ||
        (name.ends_with(".yaml") && name.substr(0, name.size() - 5) == topic.name))
      return &topic;
  return nullptr;
}

ExitCode help(Session& session, const HelpArguments& options) {
  if (options.table) {
    print_table(session.ui());
    return ExitCode::ok;
  }
  if (options.examples) {
    print_examples(session.ui());
    return ExitCode::ok;
  }
  if (!options.name) {
    print_overview(session.ui());
    return ExitCode::ok;
  }
  const std::optional<std::string> man =
      process::find_program("man", session.surroundings().variable("PATH"));
  if (const Topic* topic = find_topic(*options.name)) return show_topic(session, man, *topic);
  const Command* command = find_command(*options.name);
  if (command == nullptr) {
    std::vector<std::string> names;
    for (const Command& one : commands()) names.emplace_back(one.name);
    for (const Topic& one : topics()) names.emplace_back(one.name);
    const std::string near = nearest(*options.name, names);
    throw Error{
        ExitCode::usage, msg("unknown command or manual page '{name}'", {{"name", printable(*options.name)}}),
        near.empty() ? msg("see 'jaga help'") : msg("did you mean 'jaga help {name}'?", {{"name", near}})};
  }
  if (::isatty(STDOUT_FILENO) != 0 && man) {
    const std::vector<std::string> arguments =
        viewer(session, *man, "jaga-" + std::string(command->name), '1');
    if (!arguments.empty()) return view(session, arguments);
  }
  const Setup setup = set_up(*command);
  print_usage(session.ui(), *command, setup);
  return ExitCode::ok;
}

}  // namespace

void setup_help(Setup& setup) {
  auto options = std::make_shared<HelpArguments>();
  setup.argument("COMMAND|TOPIC", options->name,
                 msg("the command or manual page to explain; default: list all of them"));
  setup.flag("--table", options->table, msg("the table of commands, for programs")).hide();
  setup.flag("--examples", options->examples, msg("the examples of all commands, for programs")).hide();
  setup.formats("text").paged();
  setup.run([options](Session& session) { return help(session, *options); });
}

}  // namespace jaga::cmd
