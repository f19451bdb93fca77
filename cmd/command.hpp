// How a command is described: one row of the table (command_table.cpp) and a set-up function that declares
// its options and its function. Nothing is executed here; usage, help, completions and tests read the same
// declarations as the parser.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/message.hpp"

namespace jaga::cmd {

class Session;

// One option, flag or positional argument.
struct Parameter {
  std::string names;  // "-n,--dry-run"; empty: positional
  std::string value;  // "N", "HOST|@GROUP"; empty: a flag
  Message help;
  bool required = false;
  bool repeated = false;
  bool hidden = false;                           // for programs, not shown
  std::function<void(const std::string&)> take;  // called once for each value; throws Error{usage}
  bool* flag = nullptr;
  // Of a flag: a word that may follow it, "--fleet=prefer", and what it sets.
  std::string word{};
  bool* word_flag = nullptr;

  bool positional() const { return names.empty(); }
  std::vector<std::string> spellings() const;  // "-n", "--dry-run"
  std::string usage() const;                   // "[-n | --dry-run]", "HOST", "[-p KEY=VALUE]..."
};

// The parameters and the function of a command or subcommand (`host add`).
class Setup {
 public:
  Setup(std::string path, Message summary) : path_(std::move(path)), summary_(std::move(summary)) {}

  Setup& flag(std::string names, bool& to, Message help);
  // A flag that may be given as --NAME=WORD, which sets both.
  Setup& flag(std::string names, bool& to, std::string word, bool& to_word, Message help);
  Setup& option(std::string names, std::string value, std::string& to, Message help);
  Setup& option(std::string names, std::string value, std::optional<std::string>& to, Message help);
  Setup& option(std::string names, std::string value, std::optional<std::int64_t>& to, Message help);
  Setup& option(std::string names, std::string value, std::optional<std::chrono::milliseconds>& to,
                Message help);
  // May be given several times; takes one value each time, so that it consumes no positionals.
  Setup& list(std::string names, std::string value, std::vector<std::string>& to, Message help);
  // One of the words of `value`, "text|json".
  Setup& choice(std::string names, std::string value, std::string& to, Message help);
  Setup& argument(std::string value, std::string& to, Message help);  // required
  Setup& argument(std::string value, std::optional<std::string>& to, Message help);
  Setup& arguments(std::string value, std::vector<std::string>& to, Message help);  // any number
  Setup& arguments_needed(std::string value, std::vector<std::string>& to, Message help);
  // The last declared parameter is for programs: it works, but help does not show it.
  Setup& hide();
  // The last declared parameter is required.
  Setup& must();
  // Formats of standard output, by default "text|json"; any other --format is refused.
  Setup& formats(std::string words);
  // What it prints with Ui::row() has these keys, "host,check,state": as --format tsv or -0 it prints the
  // columns of `shown`, or those of both that --columns names. Adds "tsv" to the formats.
  Setup& rows(std::string_view shown, std::string_view others);
  // Output that does not fit the terminal goes through a pager.
  Setup& paged();

  // On a terminal it asks for arguments that are missing, instead of refusing the command line.
  Setup& asks();

  // The function; it returns the exit code (0-3). A command with subcommands has none.
  void run(std::function<ExitCode(Session&)> action) { action_ = std::move(action); }
  // A subcommand; the reference stays valid.
  Setup& sub(const std::string& name, Message summary);

  const std::string& path() const { return path_; }  // "host add"
  const Message& summary() const { return summary_; }
  const std::vector<Parameter>& parameters() const { return parameters_; }
  const std::string& formats() const { return formats_; }
  // Empty: it prints no rows.
  const std::vector<std::string>& columns() const { return columns_; }
  const std::vector<std::string>& shown_columns() const { return shown_columns_; }
  bool is_paged() const { return paged_; }
  bool can_ask() const { return asks_; }
  // Whether it has an option with one of the names of `other`.
  bool hides(const Parameter& other) const;
  const std::deque<Setup>& subs() const { return subs_; }
  std::deque<Setup>& subs() { return subs_; }
  Setup& add(Parameter parameter);
  const std::function<ExitCode(Session&)>& action() const { return action_; }
  // "jaga host list [-q]", one line per runnable command.
  std::vector<std::string> usage() const;
  // The same, split where a line may be broken.
  std::vector<std::vector<std::string>> usage_pieces() const;

 private:
  std::string path_;
  Message summary_;
  std::string formats_ = "text|json";
  std::vector<std::string> columns_;
  std::vector<std::string> shown_columns_;
  bool paged_ = false;
  bool asks_ = false;
  std::vector<Parameter> parameters_;
  std::deque<Setup> subs_;
  std::function<ExitCode(Session&)> action_;
};

enum class Group { procedure, incident, looking, setting_up, alone };
Message title(Group group);

// What is opened before the command runs.
enum class Needs {
  nothing,    // runs in any folder
  records,    // jaga.yaml and the records, but no other hand-edited file
  directory,  // the working directory with its hand-edited files and the register, as far as it is there
};

struct Command {
  std::string_view name;
  Group group;
  Needs needs;
  std::string_view exits;  // every possible exit code except 70 and 130, which any command may return
  Message summary;
  void (*setup)(Setup&);
  // Global options without effect here, which -h omits: "-C --key --as".
  std::string_view without = {};
};

// In the order of help.
const std::vector<Command>& commands();
const Command* find_command(std::string_view name);
Setup set_up(const Command& command);

// Options that every command takes.
struct Globals {
  std::optional<std::string> directory;
  std::optional<std::string> key;
  std::optional<std::string> person;
  std::string format;  // empty: not given
  bool json = false;
  std::optional<std::string> columns;
  bool nul = false;
  bool quiet = false;
  bool version = false;
  bool no_pager = false;
  bool debug = false;
  std::string color;     // empty: as the user's configuration says, else auto
  std::string language;  // empty: not given

  // "text" where nothing else is asked for. -0 and --columns ask for rows.
  std::string_view chosen_format() const {
    if (json) return "json";
    if (!format.empty()) return format;
    return nul || columns ? "tsv" : "text";
  }
  // The option that asks for this format: "--json", "--format csv", "--null"; empty: none does.
  std::string format_option() const {
    if (json) return "--json";
    if (!format.empty()) return "--format " + format;
    return nul ? "--null" : columns ? "--columns" : "";
  }
};
Setup global_options(Globals& globals);
// Like -h, it takes precedence over everything else on the command line.
inline constexpr std::string_view kVersionOption = "-V,--version";

}  // namespace jaga::cmd
