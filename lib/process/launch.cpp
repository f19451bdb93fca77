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
#include <new>
#include <system_error>
#include <utility>

#include "base/debug.hpp"
#include "base/text.hpp"
#include "process/environment.hpp"

// With std::filesystem, so that no Boost library is linked; 1.81 then forgets three headers of its own.
#include <boost/asio/io_context.hpp>
#include <boost/optional.hpp>
#include <boost/type_traits/decay.hpp>
#include <boost/type_traits/is_convertible.hpp>
#define BOOST_PROCESS_USE_STD_FS
#define BOOST_PROCESS_V2_HEADER_ONLY
#include <boost/process/v2/posix/vfork_launcher.hpp>
#include <boost/process/v2/process.hpp>

namespace jaga::process {
namespace {

namespace v2 = boost::process::v2;
using BoostError = boost::system::error_code;

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

// What Boost's launcher calls here and in the child, between vfork and exec: all of it prepared, since the
// child runs in this process's memory, on the stack of the thread that waits for it. Only async-signal-safe
// calls.
class SetUp {
 public:
  SetUp(const Launch& launch, const char* const* arguments, int report)
      : launch_(launch),
        arguments_(arguments),
        directory_(launch.directory.empty() ? nullptr : launch.directory.c_str()),
        report_(report) {}

  // argv[0] is what the caller said, as execvp(3) has it; Boost takes the file's name. The report is kept
  // from what Boost closes between here and the exec.
  template <typename Launcher>
  BoostError on_setup(Launcher& launcher, const v2::filesystem::path&, const char* const*(&arguments)) const {
    launcher.fd_whitelist.push_back(report_);
    arguments = arguments_;
    return {};
  }

  template <typename Launcher>
  BoostError on_exec_setup(Launcher&, const v2::filesystem::path&, const char* const*(&)) const {
    if ((launch_.own_group && ::setpgid(0, 0) != 0) || (directory_ != nullptr && ::chdir(directory_) != 0))
      return failed();
    sigset_t signals;
    if (launch_.terminal >= 0) {
      ::sigemptyset(&signals);
      ::sigaddset(&signals, SIGTTOU);  // which would stop it here, behind the shell
      ::sigprocmask(SIG_BLOCK, &signals, nullptr);
      ::tcsetpgrp(launch_.terminal, ::getpgrp());
    }
    if (::dup2(launch_.in, STDIN_FILENO) < 0 || ::dup2(launch_.out, STDOUT_FILENO) < 0 ||
        ::dup2(launch_.err, STDERR_FILENO) < 0)
      return failed();
    if (launch_.ends_with_parent) {
      // In a group of its own it does not see a terminal's signals, and this process may end at once. The
      // kernel takes this back where the program changes its user (sudo).
      ::prctl(PR_SET_PDEATHSIG, SIGTERM);
      if (::getppid() != parent_) ::_exit(kNotRun);
    }
    // Boost closes descriptors after this, 1.81 by a comparison of an entry with itself. Not counted on, and
    // not closed here but marked: a report of a failed exec has to get through.
    if (::syscall(SYS_close_range, 3U, ~0U, kCloseRangeCloexec) != 0) {
      for (int fd = 3; fd < descriptor_limit_; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    struct sigaction plain = {};
    plain.sa_handler = SIG_DFL;
    for (int signal = 1; signal <= kLastSignal; ++signal) ::sigaction(signal, &plain, nullptr);
    ::sigemptyset(&signals);
    ::sigprocmask(SIG_SETMASK, &signals, nullptr);
    return {};
  }

  // Ends the child, instead of exit(3), which would run this process's destructors and flush its buffers.
  // Boost 1.81 looks for the first form and calls the second.
  template <typename Launcher, typename Line>
  void on_exec_error(Launcher& launcher, const BoostError& error, const v2::filesystem::path& path,
                     Line& line, const BoostError&) const {
    on_exec_error(launcher, path, line, error);
  }
  template <typename Launcher, typename Line>
  void on_exec_error(Launcher&, const v2::filesystem::path&, Line&, const BoostError& error) const {
    // By a pipe, as ThreadSanitizer makes the vfork a fork. Four bytes fit into any; there is nobody else to
    // tell.
    const int why = error.value();
    if (::write(report_, &why, sizeof why) < 0) ::_exit(kNotRun);
    ::_exit(kNotRun);
  }

 private:
  static BoostError failed() { return {errno, boost::system::system_category()}; }

  const Launch& launch_;
  const char* const* arguments_;
  const char* directory_;
  int report_;
  int descriptor_limit_ = static_cast<int>(::sysconf(_SC_OPEN_MAX));
  pid_t parent_ = ::getpid();
};

os::Descriptor process_handle(pid_t pid) {
  return os::Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

void reap(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<const char*> out;
  out.reserve(texts.size() + 1);
  for (const std::string& text : texts) out.push_back(text.c_str());
  out.push_back(nullptr);
  return out;
}

// Boost opens four descriptors once the program runs, and would have it killed for want of one. errno: there
// is no room.
bool has_room() {
  std::array<os::Descriptor, 4> spare;
  for (os::Descriptor& each : spare) {
    each.reset(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!each && errno != EBADF) return false;
  }
  return true;
}

// A context that does nothing about a fork. Asio's own copies its list of services, in the child too, and if
// memory ran out there, the exception would unwind the stack of the thread that waits for the child. 1.81
// would also renew the epoll descriptor of a reactor in the child's shared memory.
class Context : public boost::asio::io_context {
 public:
  Context() : io_context(1) {}
  void notify_fork(fork_event) const noexcept {}
};

// Hands Boost's launcher this Context, not its base.
class Executor {
 public:
  explicit Executor(Context& context) noexcept : context_(&context) {}
  Context& query(boost::asio::execution::context_t) const noexcept { return *context_; }
  template <typename Function>
  void execute(Function&& function) const {
    context_->get_executor().execute(std::forward<Function>(function));
  }
  bool operator==(const Executor&) const noexcept = default;

 private:
  Context* context_;
};

// A program that was started, which is killed and reaped unless it is handed on.
class Started {
 public:
  Started() = default;
  ~Started() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    reap(pid_);
  }
  Started(const Started&) = delete;
  Started& operator=(const Started&) = delete;
  void hold(pid_t pid) { pid_ = pid; }
  pid_t pid() const { return pid_; }
  pid_t hand_on() { return std::exchange(pid_, -1); }

 private:
  pid_t pid_ = -1;
};

// By Boost's launcher; 0, or an errno, and then `started` holds what has to end, if anything. Not by fork:
// that copies the page tables of all that this process has mapped, and has it copy every page that it writes
// to afterwards.
int boost_launch(const std::string& program, const char* const* environment, const SetUp& set_up,
                 Started& started) {
  Context context;
  v2::posix::vfork_launcher launcher;
  launcher.env = environment;
  BoostError error;
  try {
    auto process =
        launcher(Executor(context), error, v2::filesystem::path(program), std::vector<std::string>(), set_up);
    // Ours from here on: Boost's destructor would kill it.
    process.detach();
  } catch (const boost::system::system_error& failure) {
    error = failure.code();
  } catch (const std::bad_alloc&) {
    error.assign(ENOMEM, boost::system::system_category());
  }
  started.hold(launcher.pid);
  return error.value();
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

std::string start(const Launch& launch, pid_t& pid) {
  if (launch.argv.empty()) return "no program given";
  for (const std::string& argument : launch.argv) {
    if (argument.find('\0') != std::string::npos) return "an argument holds a NUL byte";
  }
  std::vector<std::string> environment;
  if (launch.environment) {
    environment = *launch.environment;
  } else {
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry)
      environment.emplace_back(*entry);
  }
  const std::string path = variable(environment, "PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  const std::optional<std::string> program = find_program(launch.argv.front(), path);
  if (!program) return "no such program in PATH: " + printable(launch.argv.front());

  auto report = os::make_pipe();
  if (!report) return "pipe: " + reason_of(errno);
  if (!has_room()) return "descriptors: " + reason_of(errno);
  const std::vector<const char*> arguments = pointers_to(launch.argv);
  const std::vector<const char*> variables = pointers_to(environment);
  const SetUp set_up(launch, arguments.data(), report->writing.get());
  Started started;
  const int failed = boost_launch(*program, variables.data(), set_up, started);
  report->writing.reset();
  const int why = failed != 0 ? failed : reported(report->reading);
  if (debugging()) {
    // An argument may be a whole script.
    std::vector<std::string> words;
    for (const std::string& word : launch.argv) words.push_back(shortened(word, 200));
    debug("program", "{} {}: {}", why == 0 ? "started" : "cannot start", *program,
          why == 0 ? formatted("process {}: {}", started.pid(), join(words, " ")) : reason_of(why));
  }
  if (why == 0) {
    pid = started.hand_on();
    return {};
  }
  if (started.pid() <= 0) return "fork: " + reason_of(why);
  std::string reason = "cannot run " + printable(*program);
  if (!launch.directory.empty()) reason += " in " + printable(launch.directory);
  return reason + ": " + reason_of(why);
}

std::string launch(const Command& command, Child& child) {
  auto in = os::make_pipe();
  auto out = in ? os::make_pipe() : std::nullopt;
  auto err = out ? os::make_pipe() : std::nullopt;
  if (!err || !os::set_non_blocking(in->writing.get()) || !os::set_non_blocking(out->reading.get()) ||
      !os::set_non_blocking(err->reading.get())) {
    return "pipe: " + reason_of(errno);
  }
  Child made;
  made.in = std::move(in->writing);
  made.out = std::move(out->reading);
  made.err = std::move(err->reading);
  std::string reason = start({.argv = command.argv,
                              .environment = command.environment,
                              .directory = command.directory,
                              .in = in->reading.get(),
                              .out = out->writing.get(),
                              .err = err->writing.get(),
                              .own_group = !command.terminal},
                             made.pid);
  if (!reason.empty()) return reason;
  made.handle = process_handle(made.pid);
  if (!made.handle) {
    const int why = errno;
    ::kill(command.terminal ? made.pid : -made.pid, SIGKILL);
    reap(made.pid);
    return "pidfd_open: " + reason_of(why);
  }
  child = std::move(made);
  return {};
}

}  // namespace jaga::process
