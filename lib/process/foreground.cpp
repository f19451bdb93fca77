#include "process/foreground.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/debug.hpp"
#include "os/descriptor.hpp"
#include "os/file.hpp"
#include "os/terminal.hpp"
#include "process/launch.hpp"

namespace jaga::process {
namespace {

// Its status, without reaping it: until it is reaped, its pid belongs to it.
siginfo_t look(pid_t pid, int what) {
  siginfo_t info = {};
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, what) < 0 && errno == EINTR) info = {};
  return info;
}

// Until it has ended, however often it is stopped and continued.
void wait_for_end(pid_t pid, const os::Terminal* job) {
  const int stopped = job != nullptr ? WSTOPPED : 0;
  for (;;) {
    if (look(pid, WEXITED | stopped | WNOWAIT).si_code != CLD_STOPPED) return;
    (void)look(pid, WSTOPPED | WNOHANG);
    // So that the shell takes over, this process stops as well, and continues together with the program.
    job->give_to(::getpgrp());
    ::raise(SIGSTOP);
    job->give_to(pid);
    ::kill(-pid, SIGCONT);
  }
}

}  // namespace

Outcome run_in_foreground(const Foreground& command, std::stop_token stop) {
  Outcome outcome;
  const os::Terminal terminal;
  if (command.on_terminal && !terminal) {
    outcome.reason = "this process has no terminal";
    return outcome;
  }
  os::Descriptor input;
  if (command.input) {
    input = os::Descriptor(::memfd_create("input", MFD_CLOEXEC));
    const int error = input ? os::write_all(input.get(), *command.input) : errno;
    if (error != 0 || ::lseek(input.get(), 0, SEEK_SET) != 0) {
      outcome.reason = std::strerror(error != 0 ? error : errno);
      return outcome;
    }
  }
  const bool reads_it = command.input || ::isatty(STDIN_FILENO) != 0;
  const bool sees_it = command.on_terminal || (reads_it && ::isatty(STDOUT_FILENO) != 0);
  const os::Terminal* const job = sees_it && terminal.is_ours() ? &terminal : nullptr;
  const auto stream = [&](int own) { return command.on_terminal ? terminal.descriptor() : own; };
  pid_t pid = -1;
  const auto began = std::chrono::steady_clock::now();
  outcome.reason = start({.argv = command.argv,
                          .environment = command.environment,
                          .directory = command.directory,
                          .in = input ? input.get() : stream(STDIN_FILENO),
                          .out = stream(STDOUT_FILENO),
                          .err = stream(STDERR_FILENO),
                          .own_group = job != nullptr,
                          .ends_with_parent = !command.on_terminal,
                          .terminal = job != nullptr ? terminal.descriptor() : -1},
                         pid);
  if (outcome.reason.empty()) {
    {
      const std::stop_callback pass_on(stop, [pid] { ::kill(pid, SIGTERM); });
      wait_for_end(pid, job);
    }
    const siginfo_t ended = look(pid, WEXITED);
    outcome.duration = std::chrono::steady_clock::now() - began;
    outcome.end = ended.si_code == CLD_EXITED ? Outcome::End::exited : Outcome::End::signalled;
    outcome.code = ended.si_status;
    if (debugging())
      debug("program", "process {} ended with {} {} after {} ms", pid,
            outcome.end == Outcome::End::signalled ? "signal" : "status", outcome.code,
            std::chrono::duration_cast<std::chrono::milliseconds>(outcome.duration).count());
  }
  if (job != nullptr) job->give_to(::getpgrp());
  return outcome;
}

}  // namespace jaga::process
