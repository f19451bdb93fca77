#include "process/launch.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "base/text.hpp"
#include "process/environment.hpp"

namespace jaga::process {
namespace {

#ifndef CLOSE_RANGE_CLOEXEC
constexpr unsigned kCloseRangeCloexec = 1U << 2;
#else
constexpr unsigned kCloseRangeCloexec = CLOSE_RANGE_CLOEXEC;
#endif

constexpr int kLastSignal = 64;
constexpr int kNotRun = 127;  // as a shell's

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

// What the child does between vfork and exec, all of it prepared: it runs in this process's memory, on the
// stack of the thread that waits for it. Only async-signal-safe calls.
struct ChildSetup {
  const char* program = nullptr;
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  const char* directory = nullptr;
  int in = -1;
  int out = -1;
  int err = -1;
  int report = -1;  // closed by the exec; else takes why there was none
  int descriptor_limit = 0;
  pid_t parent = -1;
  bool own_group = true;

  [[noreturn]] void run() const {
    const bool good = (!own_group || ::setpgid(0, 0) == 0) &&
                      (directory == nullptr || ::chdir(directory) == 0) && ::dup2(in, STDIN_FILENO) >= 0 &&
                      ::dup2(out, STDOUT_FILENO) >= 0 && ::dup2(err, STDERR_FILENO) >= 0;
    if (good) {
      // In a group of its own it does not see a terminal's signals, and this process may end at once. The
      // kernel takes this back where the program changes its user (sudo).
      ::prctl(PR_SET_PDEATHSIG, SIGTERM);
      if (::getppid() != parent) ::_exit(kNotRun);
      if (::syscall(SYS_close_range, 3U, ~0U, kCloseRangeCloexec) != 0) {
        for (int fd = 3; fd < descriptor_limit; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
      }
      struct sigaction plain = {};
      plain.sa_handler = SIG_DFL;
      for (int signal = 1; signal <= kLastSignal; ++signal) ::sigaction(signal, &plain, nullptr);
      sigset_t none;
      ::sigemptyset(&none);
      ::sigprocmask(SIG_SETMASK, &none, nullptr);
      ::execve(program, arguments, environment);
    }
    const int why = errno;
    // Four bytes fit into any pipe; there is nobody else to tell.
    if (::write(report, &why, sizeof why) < 0) ::_exit(kNotRun);
    ::_exit(kNotRun);
  }
};

os::Descriptor process_handle(pid_t pid) {
  return os::Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

void reap(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// A process of its own that runs `setup`; -1 with errno. Not fork: that copies the page tables of all that
// this process has mapped, and has it copy every page that it writes to afterwards.
__attribute__((noinline)) pid_t start(const ChildSetup& setup) {
  const pid_t pid = ::vfork();  // NOLINT: what comes between it and exec is in ChildSetup
  if (pid == 0) setup.run();
  return pid;
}

// What the child reported instead of its exec; 0 where there was one.
int reported(const os::Descriptor& report) {
  int why = 0;
  ssize_t got = 0;
  do got = ::read(report.get(), &why, sizeof why);
  while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof why) ? why : 0;
}

}  // namespace

std::optional<std::string> find_program(const std::string& program, const std::string& path) {
  if (program.empty()) return std::nullopt;
  if (program.find('/') != std::string::npos) return program;
  for (const std::string& directory : split(path, ':')) {
    if (directory.empty() || directory.front() != '/') continue;
    std::string candidate = directory + "/" + program;
    struct stat info = {};
    if (::stat(candidate.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
        ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return std::nullopt;
}

std::string launch(const Command& command, Child& child) {
  if (command.argv.empty()) return "no program given";
  for (const std::string& argument : command.argv) {
    if (argument.find('\0') != std::string::npos) return "an argument holds a NUL byte";
  }
  std::vector<std::string> environment;
  if (command.environment) {
    environment = *command.environment;
  } else {
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry)
      environment.emplace_back(*entry);
  }
  const std::string path = variable(environment, "PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  const std::optional<std::string> program = find_program(command.argv.front(), path);
  if (!program) return "no such program in PATH: " + printable(command.argv.front());

  auto in = os::make_pipe();
  auto out = in ? os::make_pipe() : std::nullopt;
  auto err = out ? os::make_pipe() : std::nullopt;
  auto report = err ? os::make_pipe() : std::nullopt;
  if (!report || !os::set_non_blocking(in->writing.get()) || !os::set_non_blocking(out->reading.get()) ||
      !os::set_non_blocking(err->reading.get())) {
    return "pipe: " + reason_of(errno);
  }
  Child made;
  made.in = std::move(in->writing);
  made.out = std::move(out->reading);
  made.err = std::move(err->reading);

  std::vector<std::string> arguments = command.argv;
  const std::vector<char*> argument_pointers = pointers_to(arguments);
  const std::vector<char*> environment_pointers = pointers_to(environment);
  ChildSetup setup;
  setup.program = program->c_str();
  setup.arguments = argument_pointers.data();
  setup.environment = environment_pointers.data();
  setup.directory = command.directory.empty() ? nullptr : command.directory.c_str();
  setup.in = in->reading.get();
  setup.out = out->writing.get();
  setup.err = err->writing.get();
  setup.report = report->writing.get();
  setup.descriptor_limit = static_cast<int>(::sysconf(_SC_OPEN_MAX));
  setup.parent = ::getpid();
  setup.own_group = !command.terminal;
  made.pid = start(setup);
  if (made.pid < 0) return "fork: " + reason_of(errno);
  report->writing.reset();
  if (const int why = reported(report->reading); why != 0) {
    reap(made.pid);
    std::string reason = "cannot run " + printable(*program);
    if (!command.directory.empty()) reason += " in " + printable(command.directory);
    return reason + ": " + reason_of(why);
  }
  made.handle = process_handle(made.pid);
  if (made.handle.get() < 0) {
    const int why = errno;
    ::kill(command.terminal ? made.pid : -made.pid, SIGKILL);
    reap(made.pid);
    return "pidfd_open: " + reason_of(why);
  }
  child = std::move(made);
  return {};
}

}  // namespace jaga::process
