#include "process/run.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <thread>

#include "../running.hpp"
#include "process/async.hpp"

using jaga::process::Command;
using jaga::process::Outcome;
using jaga::process::run;
using End = jaga::process::Outcome::End;
using namespace std::chrono_literals;

namespace {

Command shell(std::string script) {
  Command command;
  command.argv = {"sh", "-c", std::move(script)};
  return command;
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// Becomes true within a time that only a broken machine exceeds.
template <typename Condition>
bool soon(Condition condition) {
  const auto limit = std::chrono::steady_clock::now() + 20s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > limit) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace

TEST_CASE("an event of a descriptor that was closed is not taken for the end of a program") {
  namespace asio = boost::asio;
  asio::io_context context(1);
  std::array<std::array<int, 2>, 2> pipes{};
  for (auto& pipe : pipes) REQUIRE(::pipe(pipe.data()) == 0);
  asio::posix::stream_descriptor first(context, pipes[0][0]);
  asio::posix::stream_descriptor second(context, pipes[1][0]);
  Outcome outcome;
  // Both are ready at once. What is first handled closes the other, and the program gets its place in the
  // reactor.
  bool started = false;
  const auto start = [&](asio::posix::stream_descriptor& other) {
    if (started) return;
    started = true;
    other.close();
    Command command = shell("sleep 0.5; echo said");
    command.timeout = 10min;
    jaga::process::start(context.get_executor(), command, {},
                         [&](Outcome ended) { outcome = std::move(ended); });
  };
  first.async_wait(asio::posix::stream_descriptor::wait_read, [&](const auto&) { start(second); });
  second.async_wait(asio::posix::stream_descriptor::wait_read, [&](const auto&) { start(first); });
  for (auto& pipe : pipes) REQUIRE(::write(pipe[1], "x", 1) == 1);
  context.run();
  CHECK(outcome.end == End::exited);
  CHECK(outcome.code == 0);
  CHECK(outcome.out == "said\n");
  CHECK(outcome.duration >= 500ms);
  for (auto& pipe : pipes) ::close(pipe[1]);
}

TEST_CASE("exit status, signal and output are distinguished") {
  CHECK(run({.argv = {"true"}}).ok());
  const Outcome nine = run(shell("printf out; printf err >&2; exit 9"));
  CHECK(nine.end == End::exited);
  CHECK(nine.code == 9);
  CHECK(nine.out == "out");
  CHECK(nine.err == "err");
  CHECK(nine.duration > 0ns);
  const Outcome killed = run(shell("kill -9 $$"));
  CHECK(killed.end == End::signalled);
  CHECK(killed.code == SIGKILL);
}

TEST_CASE("what cannot be started says why, and leaves no child") {
  CHECK(run(Command{}).end == End::not_started);
  const Outcome missing = run({.argv = {"jaga-no-such-program"}});
  CHECK(missing.end == End::not_started);
  CHECK(missing.reason == "no such program in PATH: jaga-no-such-program");
  const Outcome directory = run({.argv = {"/etc"}});
  CHECK(directory.end == End::not_started);
  CHECK(directory.reason == "cannot run /etc: Permission denied");
  Command elsewhere{.argv = {"true"}};
  elsewhere.directory = "/no/such/directory";
  CHECK(run(elsewhere).reason.find("/no/such/directory: No such file or directory") != std::string::npos);
  CHECK(run({.argv = {"echo", std::string("a\0b", 3)}}).end == End::not_started);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}

// Not where UBSan looks on: it checks an address by means of a pipe, and takes a failure for a bad address.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("a full table of descriptors is an outcome too") {
  struct Limit {
    rlimit before = {};
    Limit() { ::getrlimit(RLIMIT_NOFILE, &before); }
    ~Limit() { ::setrlimit(RLIMIT_NOFILE, &before); }
  };
  const int lowest = ::dup(0);
  REQUIRE(lowest >= 0);
  ::close(lowest);
  for (int left = 0; left < 14; ++left) {
    CAPTURE(left);
    const Limit limit;
    const rlimit tight{static_cast<rlim_t>(lowest + left), limit.before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &tight) == 0);
    const Outcome outcome = run({.argv = {"true"}});
    CHECK((outcome.ok() || (outcome.end == End::not_started && !outcome.reason.empty())));
    if (left == 0) CHECK(outcome.end == End::not_started);
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
  }
}
#endif

TEST_CASE("arguments and environment arrive as they are, without a shell") {
  const Outcome echo = run({.argv = {"printf", "%s|", "$(id)", "a b", "'", ""}});
  CHECK(echo.out == "$(id)|a b|'||");
  Command env{.argv = {"env"}};
  env.environment = {"PATH=/usr/bin:/bin", "X=1\n2"};
  CHECK(run(env).out == "PATH=/usr/bin:/bin\nX=1\n2\n");
  env.environment = {"PATH=relative:"};
  CHECK(run(env).end == End::not_started);
  Command where{.argv = {"pwd"}};
  where.directory = "/";
  CHECK(run(where).out == "/\n");
}

TEST_CASE("input and both streams flow at once, far beyond a pipe") {
  Command cat{.argv = {"cat"}};
  cat.input = std::string(3 << 20, 'x');
  cat.most_output = 4 << 20;
  const Outcome copied = run(cat);
  CHECK(copied.ok());
  CHECK(copied.out == cat.input);
  CHECK_FALSE(copied.out_cut);

  Command flood = shell("head -c 10485760 /dev/zero >&2 & head -c 10485760 /dev/zero; wait");
  flood.most_output = 1000;
  const Outcome cut = run(flood);
  CHECK(cut.ok());
  CHECK(cut.out.size() == 1000);
  CHECK(cut.err.size() == 1000);
  CHECK(cut.out_cut);
  CHECK(cut.err_cut);
}

TEST_CASE("a program that does not read its input is not an error, and no signal reaches us") {
  struct sigaction before = {};
  ::sigaction(SIGPIPE, nullptr, &before);
  const bool deadly = before.sa_handler == SIG_DFL;
  REQUIRE(deadly);  // so that a SIGPIPE would end this program
  Command deaf{.argv = {"true"}};
  deaf.input = std::string(10 << 20, 'x');
  CHECK(run(deaf).ok());
  Command closes = shell("exec <&-; echo fine");
  closes.input = std::string(10 << 20, 'x');
  CHECK(run(closes).out == "fine\n");
}

TEST_CASE("the time limit ends the whole group") {
  Command slow = shell("sh -c 'echo $$; exec sleep 1000' & wait");
  slow.timeout = 300ms;
  slow.grace = 50ms;
  const Outcome ended = run(slow);
  CHECK(ended.end == End::timed_out);
  const pid_t grandchild = static_cast<pid_t>(std::stol(ended.out));
  CHECK(proc::ended(grandchild));

  Command stubborn = shell("trap '' TERM; echo $$; while :; do sleep 1000; done");
  stubborn.timeout = 300ms;
  stubborn.grace = 50ms;
  const Outcome killed = run(stubborn);
  CHECK(killed.end == End::timed_out);
  CHECK(killed.code == SIGKILL);
  CHECK(killed.duration < 10s);

  // A grandchild that ignores the polite signal and has let go of the streams.
  Command hidden =
      shell("sh -c 'trap \"\" TERM; echo $$; exec >&- 2>&-; while :; do sleep 1000; done' & wait");
  hidden.timeout = 300ms;
  hidden.grace = 50ms;
  const Outcome seen = run(hidden);
  CHECK(seen.end == End::timed_out);
  const pid_t other = static_cast<pid_t>(std::stol(seen.out));
  CHECK(proc::ended(other));
}

TEST_CASE("a background child that holds the streams does not hold us") {
  const Outcome ended = run(shell("sleep 1000 & echo $!"));
  CHECK(ended.ok());
  CHECK(ended.duration < 10s);
  const pid_t left = static_cast<pid_t>(std::stol(ended.out));
  CHECK(proc::running(left));
  CHECK(::kill(left, SIGKILL) == 0);
}

TEST_CASE("a stop ends a running program and starts no other") {
  std::stop_source source;
  std::vector<Command> commands(3, shell("echo started; exec sleep 1000"));
  for (Command& command : commands) command.grace = 50ms;
  std::atomic<int> done = 0;
  std::vector<Outcome> outcomes;
  std::thread runner([&] {
    outcomes = jaga::process::run_all(commands, 2, source.get_token(),
                                      [&done](std::size_t, const Outcome&) { ++done; });
  });
  source.request_stop();
  runner.join();
  CHECK(done == 3);
  for (const Outcome& outcome : outcomes) CHECK(outcome.end == End::cancelled);
  CHECK(run({.argv = {"true"}}, source.get_token()).end == End::cancelled);
}

TEST_CASE("many programs: the order is kept, and so is the number at once") {
  std::vector<Command> commands;
  for (int i = 0; i < 40; ++i) commands.push_back(shell("echo " + std::to_string(i)));
  commands[7].argv = {"jaga-no-such-program"};
  std::size_t called = 0;
  const std::vector<Outcome> outcomes =
      jaga::process::run_all(commands, 8, {}, [&called](std::size_t, const Outcome&) { ++called; });
  CHECK(called == 40);
  for (std::size_t i = 0; i < 40; ++i) {
    CAPTURE(i);
    if (i == 7) {
      CHECK(outcomes[i].end == End::not_started);
    } else {
      CHECK(outcomes[i].out == std::to_string(i) + "\n");
    }
  }
}

TEST_CASE("a program gets three descriptors, default signals, and its own group; nothing leaks here") {
  std::vector<int> extra;
  for (int i = 0; i < 20; ++i) extra.push_back(::open("/dev/null", O_RDONLY));  // without close-on-exec
  ::signal(SIGHUP, SIG_IGN);
  sigset_t blocked, before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::sigaddset(&blocked, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const std::size_t descriptors = open_descriptors();

  // ls itself opens one to read the directory.
  if (::getenv("FAKETIME") == nullptr)
    CHECK(run({.argv = {"ls", "/proc/self/fd"}}).out == "0\n1\n2\n3\n");
  else
    MESSAGE(
        "not tested: libfaketime has its shared memory open in each program, so there are more than three");
  const Outcome status = run({.argv = {"grep", "^Sig[BI]", "/proc/self/status"}});
  CHECK(status.out == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
  const Outcome group = run(shell("echo $$ $(ps -o pgid= -p $$)"));
  const std::string pid = group.out.substr(0, group.out.find(' '));
  CHECK(group.out == pid + " " + pid + "\n");

  (void)run({.argv = {"jaga-no-such-program"}});
  (void)run({.argv = {"/etc"}});
  Command late = shell("exec sleep 1000");
  late.timeout = 20ms;
  (void)run(late);
  CHECK(open_descriptors() == descriptors);

  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::signal(SIGHUP, SIG_DFL);
  for (const int fd : extra) ::close(fd);
}

TEST_CASE("what a program wrote is read to its end, however late its end is seen") {
  // A loop that is as slow as a busy machine: the time to wait for stragglers is over before the pipe is
  // empty.
  boost::asio::io_context context(1);
  Outcome ended;
  bool done = false;
  jaga::process::start(context.get_executor(),
                       shell("sleep 1000 & echo $!; head -c 60000 /dev/zero; head -c 60000 /dev/zero >&2"),
                       {}, [&](Outcome outcome) {
                         ended = std::move(outcome);
                         done = true;
                       });
  while (!done) {
    context.run_one();
    std::this_thread::sleep_for(120ms);
  }
  CHECK(ended.ok());
  const std::size_t line = ended.out.find('\n') + 1;
  CHECK(ended.out.size() == line + 60000);
  CHECK(ended.err.size() == 60000);
  CHECK(::kill(static_cast<pid_t>(std::stol(ended.out)), SIGKILL) == 0);
}

TEST_CASE("a program does not outlive us, though it is in a group of its own") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // so that what is left behind comes to us
  const pid_t runner = ::fork();
  if (runner == 0) {
    Command command = shell("echo $$ >/proc/" + std::to_string(::getppid()) + "/fd/" +
                            std::to_string(ends[1]) + "; exec sleep 1000");
    command.timeout = 1000s;
    (void)run(command);
    ::_exit(0);
  }
  char text[32] = {};
  REQUIRE(::read(ends[0], text, sizeof text - 1) > 0);
  const pid_t program = static_cast<pid_t>(std::stol(text));
  CHECK(proc::running(program));
  REQUIRE(::kill(runner, SIGKILL) == 0);
  REQUIRE(::waitpid(runner, nullptr, 0) == runner);
  int status = 0;
  CHECK(soon([&] { return ::waitpid(program, &status, WNOHANG) == program; }));
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("a program that has become another user's is not waited for without end") {
  if (::geteuid() != 0) {
    MESSAGE("not tested: it takes root to have processes of two users");
    return;
  }
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("jaga-process-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  ::chmod(folder.c_str(), 0755);
  const std::string changer = folder / "change-user";  // what sudo does, as far as signals go
  std::filesystem::copy_file("/usr/bin/setpriv", changer);
  ::chmod(changer.c_str(), 04755);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t runner = ::fork();
  if (runner == 0) {
    constexpr uid_t kOne = 54321;
    if (::setgroups(0, nullptr) != 0 || ::setresgid(kOne, kOne, kOne) != 0 ||
        ::setresuid(kOne, kOne, kOne) != 0)
      ::_exit(9);
    Command command;
    command.argv = {changer, "--reuid", "54322", "--clear-groups", "sh", "-c", "echo $$; exec sleep 1000"};
    command.timeout = 500ms;
    command.grace = 100ms;
    const Outcome outcome = run(command);
    std::string told = std::to_string(static_cast<int>(outcome.end)) + " " +
                       (outcome.left_running ? "left" : "gone") + " " + outcome.out + outcome.err;
    const bool written = ::write(ends[1], told.data(), told.size()) == static_cast<ssize_t>(told.size());
    ::_exit(written ? 0 : 8);
  }
  int status = 0;
  CHECK(::waitpid(runner, &status, 0) == runner);
  CHECK(WEXITSTATUS(status) == 0);
  char text[256] = {};
  ::close(ends[1]);
  CHECK(::read(ends[0], text, sizeof text - 1) > 0);
  ::close(ends[0]);
  const std::string told = text;
  CAPTURE(told);
  std::filesystem::remove_all(folder);
  if (told.find("not permitted") != std::string::npos) {
    MESSAGE("not tested: set-user-ID programs do not work here");
    return;
  }
  CHECK(told.starts_with(std::to_string(static_cast<int>(End::timed_out)) + " left "));
  const pid_t left = static_cast<pid_t>(std::stol(told.substr(told.rfind(' ') + 1)));
  CHECK(proc::running(left));
  CHECK(::kill(left, SIGKILL) == 0);
}

TEST_CASE("a program that may ask on the terminal stays in our group, and is ended all the same") {
  Command command = shell("read -r _ _ _ _ group _ </proc/$$/stat; echo $group");
  CHECK(run(command).out != std::to_string(::getpgrp()) + "\n");
  command.terminal = true;
  CHECK(run(command).out == std::to_string(::getpgrp()) + "\n");
  command = shell("exec sleep 600");
  command.terminal = true;
  command.timeout = std::chrono::milliseconds{50};
  const Outcome outcome = run(command);
  CHECK(outcome.end == Outcome::End::timed_out);
  CHECK_FALSE(outcome.left_running);
}
