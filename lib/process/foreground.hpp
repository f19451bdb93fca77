// Runs a program that a person works with: its streams are this process's or the terminal's, there is no time
// limit, and nothing of what it says is kept.
//
// For the thread that began the program, one at a time: it gives the terminal away and stops this process
// where the program is stopped.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "process/run.hpp"

namespace jaga::process {

struct Foreground {
  std::vector<std::string> argv;  // these three as in Command
  std::optional<std::vector<std::string>> environment{};
  std::string directory{};
  // Its standard input, whole; nullopt: this process's own.
  std::optional<std::string> input{};
  // Its streams are the terminal of this process, wherever those of this process lead.
  bool on_terminal = false;
};

// Runs it to its end, which is `exited`, `signalled` or `not_started`. Where this process's group has the
// terminal and the program's streams are on it, the program gets it as a job of a shell does: in a group of
// its own, so that Ctrl-C reaches it alone; on Ctrl-Z this process stops and continues with it. Elsewhere
// it stays in this process's group. A stop is passed on as SIGTERM, for the program to end as it sees fit.
//
// The program gets the default disposition of every signal, an empty signal mask and no other descriptors.
// Unless it is on_terminal it gets SIGTERM should this process end first.
[[nodiscard]] Outcome run_in_foreground(const Foreground& command, std::stop_token stop = {});

}  // namespace jaga::process
