#include "git/git.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "process/environment.hpp"

namespace jaga::git {
namespace {

constexpr std::size_t kMostOutput = std::size_t{1} << 30U;
constexpr std::chrono::hours kLocalTime{2};
constexpr std::chrono::hours kTransferTime{24};

// In every call. Files stay what they are byte for byte; nothing is started; what is written survives a power
// cut; what is fetched is examined; and of protocols those that are asked for by name alone.
constexpr std::array kConfiguration = {
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.autocrlf=false",
    "core.safecrlf=false",
    "core.fileMode=false",
    "core.quotePath=false",
    "core.precomposeUnicode=false",
    "core.symlinks=false",
    "core.fsync=all",
    "core.fsyncMethod=batch",
    "core.alternateRefsCommand=true",
    "commit.gpgSign=false",
    "push.gpgSign=false",
    "merge.renames=false",
    "merge.directoryRenames=false",
    "diff.renames=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "transfer.fsckObjects=true",
    "fetch.fsckObjects=true",
    "receive.fsckObjects=true",
    "fetch.recurseSubmodules=false",
    "push.recurseSubmodules=no",
    "submodule.recurse=false",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
    "protocol.allow=never",
    "protocol.file.allow=always",
    "protocol.ssh.allow=always",
    "protocol.https.allow=always",
};

// How a person reaches servers is theirs to say; all else that steers git would steer it elsewhere.
constexpr std::array<std::string_view, 8> kKept = {
    "GIT_SSH",           "GIT_SSH_COMMAND",     "GIT_SSH_VARIANT",  "GIT_ASKPASS", "GIT_TERMINAL_PROMPT",
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM"};
constexpr std::array<std::string_view, 6> kIdentity = {"GIT_AUTHOR_NAME",    "GIT_AUTHOR_EMAIL",
                                                       "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
                                                       "GIT_AUTHOR_DATE",    "GIT_COMMITTER_DATE"};
constexpr std::array<std::string_view, 3> kQuarantine = {
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"};

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> environment_of(const std::vector<std::string>& given, bool hook) {
  std::vector<std::string> kept;
  for (const std::string& entry : given) {
    const std::string_view name = std::string_view(entry).substr(0, entry.find('='));
    if (name.starts_with("GIT_") && !is_in(kKept, name) && !is_in(kIdentity, name) &&
        !(hook && is_in(kQuarantine, name)))
      continue;
    kept.push_back(entry);
  }
  const std::vector<process::Change> changes = {{"LC_ALL", "C"},
                                                {"LANGUAGE", std::nullopt},
                                                {"GIT_NO_LAZY_FETCH", "1"},
                                                {"GIT_NO_REPLACE_OBJECTS", "1"},
                                                {"GIT_LITERAL_PATHSPECS", std::nullopt},
                                                {"GIT_OPTIONAL_LOCKS", "1"},
                                                {"GIT_EDITOR", "false"},
                                                {"GIT_PAGER", "cat"}};
  return process::environment_with(kept, changes);
}

// The progress of a transfer: lines that end in CR, as "Receiving objects:  45% (9/20)".
class Progress {
 public:
  Progress(const std::function<void(const std::string&)>& tell, std::string& all) : tell_(tell), all_(all) {}
  void take(std::string_view bytes) {
    constexpr std::size_t kMostKept = std::size_t{64} << 10U;
    for (const char c : bytes) {
      if (c != '\r' && c != '\n') {
        if (line_.size() < kMostKept) line_ += c;
        continue;
      }
      const std::string_view text = trim(line_);
      if (c == '\n' && !text.empty()) {
        if (all_.size() < kMostKept) all_ += std::string(text) + "\n";
      } else if (!text.empty() && tell_) {
        tell_(printable_once(text));
      }
      line_.clear();
    }
  }
  void end() {
    if (!trim(line_).empty()) all_ += std::string(trim(line_)) + "\n";
  }

 private:
  const std::function<void(const std::string&)>& tell_;
  std::string& all_;
  std::string line_;
};

}  // namespace

std::string last_words(std::string_view err) {
  std::string last;
  for (const std::string& line : split(err, '\n')) {
    std::string_view text = trim(line);
    if (text.empty() || text.starts_with("hint:")) continue;
    bool first = false;
    for (const std::string_view prefix : {"fatal: ", "error: "})
      if (text.starts_with(prefix)) {
        text.remove_prefix(prefix.size());
        first = true;
      }
    // Of several the first that says it failed is the cause; what follows are its consequences.
    if (first) return printable_once(text);
    last = printable_once(text);
  }
  return last;
}

Git::Git(std::string git_dir, std::string work_tree, Surroundings surroundings)
    : git_dir_(std::move(git_dir)),
      work_tree_(std::move(work_tree)),
      surroundings_(std::move(surroundings)),
      environment_(environment_of(surroundings_.environment, false)) {}

Git Git::of_hook(Surroundings surroundings) {
  const std::string git_dir = process::variable(surroundings.environment, "GIT_DIR").value_or(".");
  Git git(git_dir, {}, std::move(surroundings));
  git.environment_ = environment_of(git.surroundings_.environment, true);
  return git;
}

void Git::set_identity(const std::string& name, const std::string& email) {
  std::vector<process::Change> changes;
  for (const std::string_view variable : kIdentity) {
    if (variable.ends_with("_DATE") || process::variable(environment_, variable)) continue;
    changes.emplace_back(std::string(variable), variable.ends_with("_NAME") ? name : email);
  }
  environment_ = process::environment_with(environment_, changes);
}

std::string Git::with_index(const std::function<std::string(const Git&)>& work) const {
  const std::string file = git_dir_ + "/jaga-index";
  const auto remove = [&] {
    for (const char* const ending : {"", ".lock"}) (void)::unlink((file + ending).c_str());
  };
  remove();  // what a killed one left; the caller holds the lock of the repository
  Git own = *this;
  own.environment_ =
      process::environment_with(environment_, std::vector<process::Change>{{"GIT_INDEX_FILE", file}});
  try {
    std::string out = work(own);
    remove();
    return out;
  } catch (...) {
    remove();
    throw;
  }
}

process::Command Git::command(std::vector<std::string> arguments, std::string input) const {
  process::Command command;
  command.argv = {"git"};
  for (const char* const one : kConfiguration) {
    command.argv.emplace_back("-c");
    command.argv.emplace_back(one);
  }
  command.argv.push_back("--git-dir=" + git_dir_);
  if (!work_tree_.empty()) command.argv.push_back("--work-tree=" + work_tree_);
  command.argv.insert(command.argv.end(), std::make_move_iterator(arguments.begin()),
                      std::make_move_iterator(arguments.end()));
  command.input = std::move(input);
  command.environment = environment_;
  command.timeout = kLocalTime;
  command.most_output = kMostOutput;
  command.directory = work_tree_;
  return command;
}

process::Outcome Git::finish(process::Command command) const {
  return finish(std::move(command), surroundings_.stop);
}

process::Outcome Git::finish(process::Command command, std::stop_token stop) const {
  process::Outcome outcome = process::run(command, std::move(stop));
  if (outcome.end == process::Outcome::End::cancelled) throw Error{ExitCode::interrupted, msg("interrupted")};
  if (outcome.end == process::Outcome::End::not_started)
    throw Error{ExitCode::unavailable,
                msg("cannot run git: {reason}", {{"reason", printable(outcome.reason)}}),
                msg("install git: apt install git")};
  return outcome;
}

process::Outcome Git::ask(std::vector<std::string> arguments, std::string input) const {
  return finish(command(std::move(arguments), std::move(input)));
}

std::string Git::run(std::vector<std::string> arguments, std::string input) const {
  const std::string name = arguments.front();
  process::Outcome outcome = ask(std::move(arguments), std::move(input));
  if (!outcome.ok()) {
    const std::string why = last_words(outcome.err);
    throw Error{
        ExitCode::io,
        msg("git {command} failed: {reason}",
            {{"command", name}, {"reason", why.empty() ? std::to_string(outcome.shell_code()) : why}}),
        contains(outcome.err, ".lock'")
            ? msg("if no other git is running here, remove the file that it names")
            : Message{}};
  }
  if (outcome.out_cut)
    throw Error{ExitCode::data, msg("unexpected output of git {command}", {{"command", name}})};
  return std::move(outcome.out);
}

std::string Git::line(std::vector<std::string> arguments, std::string input) const {
  std::string text = run(std::move(arguments), std::move(input));
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

void Git::stream(std::vector<std::string> arguments, std::string input,
                 const std::function<void(std::string_view)>& sink) const {
  const std::string name = arguments.front();
  process::Command one = command(std::move(arguments), std::move(input));
  std::string err;
  one.sink = [&](bool is_error, std::string_view bytes) {
    if (!is_error)
      sink(bytes);
    else if (err.size() < (std::size_t{64} << 10U))
      err += bytes;
  };
  const process::Outcome outcome = finish(std::move(one));
  if (!outcome.ok())
    throw Error{ExitCode::io,
                msg("git {command} failed: {reason}", {{"command", name}, {"reason", last_words(err)}})};
}

std::optional<std::string> Git::run_up_to(std::size_t most, std::vector<std::string> arguments) const {
  const std::string name = arguments.front();
  process::Command one = command(std::move(arguments), {});
  std::string out;
  bool is_more = false;
  std::string err;
  std::stop_source end;
  const std::stop_callback interrupted(surroundings_.stop, [&] { end.request_stop(); });
  one.sink = [&](bool is_error, std::string_view bytes) {
    if (is_error) {
      if (err.size() < (std::size_t{64} << 10U)) err += bytes;
      return;
    }
    is_more = is_more || bytes.size() > most - out.size();
    if (is_more)
      end.request_stop();
    else
      out += bytes;
  };
  try {
    const process::Outcome outcome = finish(std::move(one), end.get_token());
    if (is_more) return std::nullopt;
    if (!outcome.ok())
      throw Error{ExitCode::io,
                  msg("git {command} failed: {reason}", {{"command", name}, {"reason", last_words(err)}})};
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted && !surroundings_.stop.stop_requested()) return std::nullopt;
    throw;
  }
  return out;
}

process::Outcome Git::transfer(std::vector<std::string> arguments) const {
  process::Command one = command(std::move(arguments), {});
  one.terminal = true;  // ssh may ask for a passphrase or about a host key
  one.timeout = kTransferTime;
  std::vector<process::Change> changes;
  // A lost connection ends within a minute.
  if (!process::variable(environment_, "GIT_SSH") && !process::variable(environment_, "GIT_SSH_COMMAND"))
    changes.emplace_back("GIT_SSH_COMMAND", ssh_command_.empty()
                                                ? "ssh -o ServerAliveInterval=20 -o ServerAliveCountMax=3"
                                                : ssh_command_);
  one.environment = process::environment_with(environment_, changes);
  std::string out;
  std::string err;
  Progress progress(surroundings_.progress, err);
  one.sink = [&](bool is_error, std::string_view bytes) {
    if (is_error)
      progress.take(bytes);
    else if (out.size() < (std::size_t{1} << 20U))
      out += bytes;
  };
  process::Outcome outcome = finish(std::move(one));
  progress.end();
  outcome.out = std::move(out);
  outcome.err = std::move(err);
  return outcome;
}

}  // namespace jaga::git
