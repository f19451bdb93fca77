// What surrounds one run: environment, clock, current directory, terminal, stop. Only cmd/ reads these; the
// library is given them as values.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "command.hpp"
#include "document/locale.hpp"
#include "sign/keyring.hpp"
#include "ssh/ssh.hpp"
#include "store/state.hpp"
#include "ui.hpp"
#include "workflow/context.hpp"

namespace jaga::inventory {
struct File;
}  // namespace jaga::inventory

namespace jaga::cmd {

struct Surroundings {
  std::vector<std::string> environment;  // "NAME=VALUE"
  std::string directory;                 // the current one, absolute, without symbolic links
  std::string typed_directory;           // the same as it was typed (PWD), where that still leads there
  std::stop_token stop;
  int stop_descriptor = -1;  // becomes readable when a stop is requested

  static Surroundings read();
  // Empty where it is not set; empty and unset are the same here.
  std::string variable(std::string_view name) const;
  // "id" or "en" from LC_ALL, LC_MESSAGES, LANG, in that order; English where none says Indonesian.
  Language language() const;
};

// A program that `jaga notify` runs for each new record.
struct Notification {
  std::string name;
  std::vector<std::string> run;    // the program and its arguments
  std::vector<std::string> kinds;  // of records, as log --step has them; empty: all but those of commands
  bool mine = false;               // only steps that this user may take
  std::chrono::milliseconds timeout{std::chrono::seconds{30}};
};

// The user's own configuration, $XDG_CONFIG_HOME/jaga/config.yaml; every key may be missing.
struct UserConfig {
  std::optional<std::string> key;       // a private or public key file
  std::optional<std::string> person;    // as --as
  std::optional<std::string> language;  // "id" or "en"
  std::optional<std::string> color;
  std::vector<std::string> trusted;  // working directories of other users
  std::vector<Notification> notify;
  std::optional<Error> wrong_notify;  // why `notify` cannot be understood: a matter of that command alone
  std::string file;                   // where it is read from; empty: there is none
};
UserConfig read_user_config(const Surroundings& surroundings);  // Error{config}
// Before programs that it names are run: nobody but this user or root can write to the file and its folder.
// Throws Error{not_permitted}.
void require_own_config(const UserConfig& config);

// The language of what is said without an open working directory: that of `globals`, else of the user's
// configuration, else of the jaga.yaml of the directory that is found, else of the environment. A file that
// cannot be read says nothing.
Language language_outside(const Globals& globals, const Surroundings& surroundings);

// Where the search for it begins: -C, else the current directory.
std::string start_of_search(const Globals& globals, const Surroundings& surroundings);
// The directory that -C, or the current one, lies in; nullopt: neither is in one.
std::optional<std::string> find_working_directory(const Globals& globals, const Surroundings& surroundings);
// Throws Error{no_input}, {io} or {not_permitted} where -C names something else than a folder, or one that
// cannot be entered: its parents are not meant then.
void require_named_folder(const Globals& globals, const Surroundings& surroundings);
// The same by the path that was typed; it may lead elsewhere, or nowhere.
std::optional<std::string> find_as_typed(const Globals& globals, const Surroundings& surroundings);

// hosts.yaml and hosts.d/ of a working directory; where there is none, or nothing in it, no host.
// Error{config}.
std::shared_ptr<const inventory::Inventory> read_inventory(const store::Folder& folder);
// The same with a file that is about to be written there.
inventory::Inventory load_inventory(const store::Folder& folder, std::optional<inventory::File> more_file);

class Session {
 public:
  Session(Globals globals, Surroundings surroundings, UserConfig config, Ui& ui);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  const Globals& globals() const { return globals_; }
  const Surroundings& surroundings() const { return surroundings_; }
  const UserConfig& config() const { return config_; }
  Ui& ui() { return ui_; }
  // Values are printed, as JSON or as rows (Ui::row()), instead of text.
  bool prints_values() const {
    return globals_.chosen_format() == "json" || globals_.chosen_format() == "tsv";
  }

  // Opens the working directory and fills the context, as far as the command needs it. From its jaga.yaml on
  // messages are in the language that this says, unless the person said one. Throws Error{no_input} where
  // there is none.
  void open(Needs needs);
  // open() of a directory that was just made.
  void enter(const std::string& path) {
    globals_.directory = path;
    open(Needs::directory);
  }
  // The open directory; with this run; with the keys of the acting person. Pass on no more than is needed.
  const workflow::Office& office() const { return *context_; }
  const workflow::Context& context() const { return *context_; }
  const workflow::ActingContext& acting() const { return *context_; }
  workflow::ActingContext& acting() { return *context_; }
  // After this command has written to the register.
  void reload_register();
  // This installation's folder outside the directory.
  const store::Installation& state() const { return *state_; }
  // Of the office's calendar; zero without a working directory.
  std::chrono::minutes utc_offset() const;
  // A time for a person, by the office's clock: "2026-11-30 08:41 WITA".
  std::string local(Instant at) const;
  // The same with the language of this person, for what lib/document shows; not beyond the session.
  document::Locale locale() const;
  // A time that a person typed (base/typed_time.hpp), at the office's offset, or a span ("2h", "3d"): before
  // now, or after `from`. Error{usage}. `until` a date alone is to the end of that day.
  Instant time_ago(const std::string& text) const;
  Instant time_ago_until(const std::string& text) const;
  Instant time_after(const std::string& text, Instant from) const;
  Instant time_until(const std::string& text, Instant from) const;
  // Of something that has happened, as `option` says it: Error{usage} where that lies ahead.
  std::optional<Instant> past(const std::string& option, const std::optional<std::string>& text) const;
  // Says what is wrong with the inventory where the command went on without it.
  void tell_inventory() const;
  // The keys with which this user logs in on hosts.
  ssh::Options logins() const;
  // Names what was written: printed as data by the caller, and in the message where the output is lost.
  void recorded(const std::string& path) { ui_.out().recorded(path); }
  sign::Places key_places() const;  // without the machine's key where nothing is open

  Instant now() const;
  RandomBytes random() const;
  // `path` from the current directory, with no "." or ".." at its beginning.
  std::string absolute(const std::string& path) const;
  // A file, or standard input for "-"; at most `most` bytes. Error{no_input}, {io}, {data} where it is
  // longer.
  std::string read_input(const std::string& path, std::size_t most) const;
  // The same for what becomes evidence: a FIFO, a device or a directory at `path` is Error{usage}, at once.
  std::string read_document(const std::string& path, std::size_t most) const;
  // Whether there is a terminal to ask on.
  bool can_ask() const;
  // What is typed on the terminal, without blanks around it; nullopt: the input has ended. Only where
  // can_ask(). Throws Error{interrupted}.
  std::optional<std::string> read_answer(const Message& question);
  // The same; empty where it has ended, too.
  std::string ask(const Message& question) { return read_answer(question).value_or(""); }
  // Whether an answer to "[y/N]" means yes, in either language.
  static bool is_yes(std::string_view answer);
  // Asks on the terminal; `yes` answers beforehand. Without a terminal and without it: Error{usage}.
  bool confirm(const Message& question, bool yes);
  // Throws Error{interrupted} once a stop was requested.
  void stop_here() const;

 private:
  bool wait_for_input(int file) const;  // false: a stop came first
  std::unique_ptr<workflow::Transport> transport() const;
  store::Installation open_state() const;

  Globals globals_;
  Surroundings surroundings_;
  UserConfig config_;
  Ui& ui_;
  std::unique_ptr<workflow::ActingContext> context_;
  std::shared_ptr<const store::Installation> state_;
};

}  // namespace jaga::cmd
