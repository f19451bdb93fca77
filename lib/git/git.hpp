// Runs git(1) on one repository so that bytes stay what they are and nothing is started but git and ssh: no
// hook, filter, signing program or pager, whatever the configuration or a .gitattributes says.
//
// One thread at a time; each call ends before it returns.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "process/run.hpp"

namespace jaga::git {

// Around every git that is run.
struct Surroundings {
  std::vector<std::string> environment{};  // of this process; what steers git in it is left out
  std::stop_token stop{};
  // Called with each line that a transfer says about its progress, printable; may be empty.
  std::function<void(const std::string& line)> progress{};
};

class Git {
 public:
  // `git_dir` is the repository, `work_tree` the directory of its files; empty: it has none.
  Git(std::string git_dir, std::string work_tree, Surroundings surroundings);
  // That of a hook: the repository of the environment, with the objects of the push that is looked at
  // (githooks(5), GIT_QUARANTINE_PATH).
  static Git of_hook(Surroundings surroundings);

  const std::string& git_dir() const { return git_dir_; }
  const std::string& work_tree() const { return work_tree_; }

  // What it prints. Error{io} where it fails, with the last line that it said; {unavailable} where git is not
  // installed; {interrupted} after a stop.
  std::string run(std::vector<std::string> arguments, std::string input = {}) const;
  // The same without its last line feed.
  std::string line(std::vector<std::string> arguments, std::string input = {}) const;
  // Any exit status is an answer.
  process::Outcome ask(std::vector<std::string> arguments, std::string input = {}) const;
  // Output as it comes, of any length.
  void stream(std::vector<std::string> arguments, std::string input,
              const std::function<void(std::string_view)>& sink) const;
  // What it prints; nullopt: that is more than `most` bytes, and it was ended.
  std::optional<std::string> run_up_to(std::size_t most, std::vector<std::string> arguments) const;
  // One that talks to another repository: it may ask on the terminal, tells its progress and takes its time.
  process::Outcome transfer(std::vector<std::string> arguments) const;

  // `work` with a git whose index is a file of its own, which is gone afterwards.
  std::string with_index(const std::function<std::string(const Git&)>& work) const;

  // Who is named in commits, where the user has not configured it; ssh's command, where the user has.
  void set_identity(const std::string& name, const std::string& email);
  void set_ssh_command(std::string command) { ssh_command_ = std::move(command); }

 private:
  process::Command command(std::vector<std::string> arguments, std::string input) const;
  process::Outcome finish(process::Command command) const;
  process::Outcome finish(process::Command command, std::stop_token stop) const;

  std::string git_dir_;
  std::string work_tree_;
  Surroundings surroundings_;
  std::vector<std::string> environment_;
  std::string ssh_command_;
};

// What git said at the end of `err`, printable and without "fatal: "; empty: nothing.
std::string last_words(std::string_view err);

}  // namespace jaga::git
