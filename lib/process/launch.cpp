#include "process/launch.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "base/text.hpp"
#include "process/environment.hpp"

// With std::filesystem, so that no Boost library is linked; 1.81 then forgets three headers of its own.
#include <boost/optional.hpp>
#include <boost/type_traits/decay.hpp>
#include <boost/type_traits/is_convertible.hpp>
#define BOOST_PROCESS_USE_STD_FS
#define BOOST_PROCESS_V2_HEADER_ONLY
#include <boost/process/v2/process.hpp>

namespace jaga::process {
namespace {

namespace v2 = boost::process::v2;

#ifndef CLOSE_RANGE_CLOEXEC
constexpr unsigned kCloseRangeCloexec = 1U << 2;
#else
constexpr unsigned kCloseRangeCloexec = CLOSE_RANGE_CLOEXEC;
#endif

constexpr int kLastSignal = 64;

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

// What the child does between fork and exec. Only async-signal-safe calls: other threads of this process
// may have held any lock at the fork.
struct ChildSetup {
  int in = -1;
  int out = -1;
  int err = -1;
  const char* directory = nullptr;
  int descriptor_limit = 0;
  pid_t parent = -1;
  bool own_group = true;

  template <typename Launcher>
  boost::system::error_code on_exec_setup(Launcher&, const v2::filesystem::path&, const char* const*(&)) {
    const bool good = (!own_group || ::setpgid(0, 0) == 0) &&
                      (directory == nullptr || ::chdir(directory) == 0) && ::dup2(in, STDIN_FILENO) >= 0 &&
                      ::dup2(out, STDOUT_FILENO) >= 0 && ::dup2(err, STDERR_FILENO) >= 0;
    if (!good) return {errno, boost::system::system_category()};
    // In a group of its own it does not see a terminal's signals, and this process may end at once. The
    // kernel takes this back where the program changes its user (sudo).
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(127);
    // Boost 1.81 compares an entry of its list with itself, so it closes nothing between 2 and its own
    // pipe. Not closed but marked: that pipe reports a failed exec.
    if (::syscall(SYS_close_range, 3U, ~0U, kCloseRangeCloexec) != 0) {
      for (int fd = 3; fd < descriptor_limit; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    struct sigaction plain = {};
    plain.sa_handler = SIG_DFL;
    for (int signal = 1; signal <= kLastSignal; ++signal) ::sigaction(signal, &plain, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    return {};
  }

  // Instead of exit(3), which would run this process's destructors and flush its buffers a second time.
  // Boost 1.81 looks for the first form and calls the second.
  template <typename Launcher, typename Line>
  void on_exec_error(Launcher& launcher, const boost::system::error_code& error,
                     const v2::filesystem::path& path, Line line, const boost::system::error_code&) {
    on_exec_error(launcher, path, line, error);
  }
  template <typename Launcher, typename Line>
  void on_exec_error(Launcher&, const v2::filesystem::path&, Line, const boost::system::error_code&) {
    ::_exit(127);
  }
};

// A pipe whose ends are both above 2, even where this process was started with its streams closed.
bool make_pipe(Fd& reading, Fd& writing) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  std::array<Fd, 2> held{Fd(ends[0]), Fd(ends[1])};
  for (Fd& end : held) {
    if (end.get() > STDERR_FILENO) continue;
    const int higher = ::fcntl(end.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (higher < 0) return false;
    end.reset(higher);
  }
  reading = std::move(held[0]);
  writing = std::move(held[1]);
  return true;
}

bool non_blocking(const Fd& fd) {
  const int flags = ::fcntl(fd.get(), F_GETFL);
  return flags >= 0 && ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) == 0;
}

Fd process_handle(pid_t pid) {
  return Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

void reap(pid_t pid) {
  if (pid <= 0) return;
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

void Fd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

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

std::string launch(const boost::asio::any_io_executor& executor, const Command& command, Child& child) {
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

  std::vector<const char*> pointers;
  for (const std::string& entry : environment) pointers.push_back(entry.c_str());
  pointers.push_back(nullptr);

  // Boost opens the handle after the fork and would leave a child behind where the kernel has none.
  if (Fd probe = process_handle(::getpid()); probe.get() < 0) return "pidfd_open: " + reason_of(errno);

  Child made;
  Fd in, out, err;
  if (!make_pipe(in, made.in) || !make_pipe(made.out, out) || !make_pipe(made.err, err) ||
      !non_blocking(made.in) || !non_blocking(made.out) || !non_blocking(made.err)) {
    return "pipe: " + reason_of(errno);
  }

  ChildSetup setup{in.get(),
                   out.get(),
                   err.get(),
                   command.directory.empty() ? nullptr : command.directory.c_str(),
                   static_cast<int>(::sysconf(_SC_OPEN_MAX)),
                   ::getpid(),
                   !command.terminal};
  v2::posix::default_launcher launcher;
  launcher.env = pointers.data();
  const std::vector<std::string> arguments(command.argv.begin() + 1, command.argv.end());
  boost::system::error_code error;
  try {
    v2::basic_process<boost::asio::any_io_executor> process =
        launcher(executor, error, v2::filesystem::path(*program), arguments, setup);
    if (!error) {
      made.pid = process.id();
      // From here on the process is ours: Boost's destructor would wait for a number that may by then
      // belong to another child.
      process.detach();
    }
  } catch (const std::exception& failure) {
    if (launcher.pid == 0) ::_exit(127);  // thrown in the child, which must not go on as a second parent
    if (launcher.pid > 0) ::kill(launcher.pid, SIGKILL);
    reap(launcher.pid);
    return failure.what();
  }
  if (error) {
    reap(launcher.pid);  // Boost leaves the child of a failed exec as a zombie
    std::string reason = "cannot run " + printable(*program);
    if (!command.directory.empty()) reason += " in " + printable(command.directory);
    return reason + ": " + reason_of(error.value());
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
