// Runs programs of this machine: never through a shell, with a time limit, with captured and capped
// output, and so that nothing of it outlives a time limit.
//
// The program gets its own process group (but see Command::terminal), the default disposition of every
// signal, an empty signal mask and no descriptor of this process but its three streams, each a pipe. It runs
// under this process's own user, umask and limits.
//
// Any thread may call these, several at once; each call reads, writes and waits in its own thread, in which
// the callbacks are called too.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::process {

struct Command {
  // The program and its arguments. A program without '/' is looked for in the PATH of the environment it
  // gets; empty and relative entries of PATH are ignored.
  std::vector<std::string> argv;
  std::string input{};  // standard input, then end of file
  // The end of file only when the program is to end: after a time limit, a stop, or with this process. So one
  // that nobody here may signal (sudo) can see that, by reading.
  bool hold_input = false;
  // It may ask on this process's terminal: it stays in this process's group, and Ctrl-C there reaches both.
  // What is ended is then the program alone.
  bool terminal = false;
  // All of it, each "NAME=VALUE"; nullopt: this process's own.
  std::optional<std::vector<std::string>> environment{};
  std::chrono::milliseconds timeout{std::chrono::seconds{30}};
  // Between the polite signal (TERM) and the last one (KILL), both to the whole process group.
  std::chrono::milliseconds grace{std::chrono::seconds{2}};
  std::size_t most_output = std::size_t{1} << 20;  // bytes kept of each stream; the rest is read and dropped
  std::string directory{};                         // working directory; empty: this process's own
  // If not empty, what comes goes here as it comes, and not into `out` and `err`.
  std::function<void(bool is_error, std::string_view bytes)> sink{};
};

struct Outcome {
  enum class End {
    exited,       // code is the exit status
    signalled,    // code is the signal that ended it, sent by somebody else
    timed_out,    // ended by us when the time was over
    cancelled,    // ended by us when a stop was requested; nothing ran where duration is 0
    not_started,  // reason says why; nothing ran
  };
  End end = End::not_started;
  int code = -1;  // also of timed_out and cancelled: the exit status or signal that it ended with
  std::string out;
  std::string err;
  bool out_cut = false;  // more than most_output came
  bool err_cut = false;
  // It was to be ended and could not be: it, or what it had started in its group, belongs to another user
  // (sudo). Its output and exit status are then not known.
  bool left_running = false;
  std::chrono::nanoseconds duration{0};  // from the start to its end, on the monotonic clock
  std::string reason;

  bool ok() const { return end == End::exited && code == 0; }
  // As $? of a shell has it: the exit status, or 128 and the signal.
  int shell_code() const { return end == End::signalled ? 128 + code : code; }
};

// Runs `command` to its end. Both streams are read while the input is written, so that no order of reading
// and writing blocks it; a program that ignores its input is not an error. Where a background child keeps
// a stream open after the program has ended, what has been written by then is kept and the child is left
// alone. After a time limit or a stop the whole group is killed; a descendant that made itself a group of
// its own escapes that, and one of another user cannot be killed: it is waited for as long as `grace` and
// then left (left_running). Should this process end first, the program gets SIGTERM, unless it is one that
// changes its user. Never throws for what a program does; std::bad_alloc only.
[[nodiscard]] Outcome run(const Command& command, std::stop_token stop = {});

// As run, for many: at most `at_once` (at least 1) at a time, in one thread. The outcomes are in the
// order of `commands`; `done` (may be empty) is called in the calling thread as each ends. After a stop
// those that have not begun are `cancelled` too.
std::vector<Outcome> run_all(const std::vector<Command>& commands, std::size_t at_once,
                             std::stop_token stop = {},
                             const std::function<void(std::size_t index, const Outcome&)>& done = {});

// The file that would be run for `program` under this PATH (see Command::argv), or nullopt.
[[nodiscard]] std::optional<std::string> find_program(const std::string& program, const std::string& path);

}  // namespace jaga::process
