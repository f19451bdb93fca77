#include "process/foreground.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <thread>

#include "os/descriptor.hpp"
#include "os/terminal.hpp"

using namespace jaga;
using namespace std::chrono_literals;
using process::run_in_foreground;
using End = process::Outcome::End;

namespace {

process::Foreground shell(const std::string& script, const std::string& argument = {}) {
  return {.argv = {"sh", "-c", script, "sh", argument}};
}

// A process of a session of its own; where `with_terminal`, a new one is its terminal and its three streams.
class Person {
 public:
  Person(bool with_terminal, const std::function<int()>& does)
      : keyboard_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    REQUIRE(keyboard_);
    REQUIRE(::grantpt(keyboard_.get()) == 0);
    REQUIRE(::unlockpt(keyboard_.get()) == 0);
    char name[128];
    REQUIRE(::ptsname_r(keyboard_.get(), name, sizeof name) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ > 0) return;
    ::setsid();
    if (with_terminal) {
      const int slave = ::open(name, O_RDWR);  // NOLINT: becomes the terminal of the session
      for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(slave, stream);
      ::close(slave);
    }
    ::_exit(does());
  }
  ~Person() {
    if (over_) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Person(const Person&) = delete;
  Person& operator=(const Person&) = delete;

  void type(char key) const { REQUIRE(::write(keyboard_.get(), &key, 1) == 1); }
  void sees(const std::string& text) const {
    std::string seen;
    while (seen.find(text) == std::string::npos) {
      pollfd entry{keyboard_.get(), POLLIN, 0};
      REQUIRE(::poll(&entry, 1, 60'000) == 1);
      char bytes[256];
      const ssize_t got = ::read(keyboard_.get(), bytes, sizeof bytes);
      REQUIRE(got > 0);
      seen.append(bytes, static_cast<std::size_t>(got));
    }
  }
  void stops() {
    int status = 0;
    REQUIRE(::waitpid(pid_, &status, WUNTRACED) == pid_);
    over_ = !WIFSTOPPED(status);
    REQUIRE(WIFSTOPPED(status));
  }
  void goes_on() const { REQUIRE(::kill(pid_, SIGCONT) == 0); }
  int ends() {
    int status = 0;
    REQUIRE(::waitpid(pid_, &status, 0) == pid_);
    over_ = true;
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
  }

 private:
  os::Descriptor keyboard_;
  pid_t pid_ = -1;
  bool over_ = false;
};

}  // namespace

TEST_CASE("its standard input can be a text, however long") {
  process::Foreground command = shell("test \"$(cat | wc -c)\" = \"$1\"", "3000000");
  command.input = std::string(3'000'000, 'x');
  CHECK(run_in_foreground(command).ok());
  command.input = "";
  CHECK(run_in_foreground(command).code == 1);
}

TEST_CASE("without a terminal a program has this process's streams and group, and its end is told") {
  CHECK(Person(false, [] {
          if (run_in_foreground(shell("exit 9")).shell_code() != 9) return 1;
          const process::Outcome killed = run_in_foreground(shell("kill -KILL $$"));
          if (killed.end != End::signalled || killed.shell_code() != 128 + SIGKILL) return 2;
          const process::Outcome missing = run_in_foreground({.argv = {"jaga-no-such-program"}});
          if (missing.end != End::not_started || missing.reason.empty()) return 3;
          process::Foreground terminal = shell("exit 0");
          terminal.on_terminal = true;
          if (run_in_foreground(terminal).end != End::not_started) return 4;
          // Its group is this process's, its standard output what this process has as one.
          int ends[2];
          if (::pipe(ends) != 0) return 5;
          ::dup2(ends[1], STDOUT_FILENO);
          const process::Outcome same = run_in_foreground(
              shell("read -r a b c d group rest </proc/$$/stat; printf x; test \"$group\" = \"$1\"",
                    std::to_string(::getpgrp())));
          char byte = 0;
          if (!same.ok() || ::read(ends[0], &byte, 1) != 1 || byte != 'x') return 6;
          process::Foreground placed = shell("test \"$(pwd)\" = / && test \"$WORD\" = word");
          placed.directory = "/";
          placed.environment = {"PATH=/usr/bin:/bin", "WORD=word"};
          return run_in_foreground(placed).ok() ? 0 : 7;
        }).ends() == 0);
}

TEST_CASE("a stop is passed on, and the program ends as it sees fit") {
  std::stop_source stop;
  const std::string said =
      std::filesystem::temp_directory_path() / ("jaga-stop-" + std::to_string(::getpid()));
  const std::jthread later([&] {
    while (!std::filesystem::exists(said)) std::this_thread::sleep_for(1ms);
    stop.request_stop();
  });
  const process::Outcome outcome = run_in_foreground(
      shell("trap 'exit 5' TERM; : >\"$1\"; while :; do sleep 0.01; done", said), stop.get_token());
  std::filesystem::remove(said);
  CHECK(outcome.end == End::exited);
  CHECK(outcome.code == 5);
}

TEST_CASE("on a terminal a program is a job of its own: Ctrl-C is for it alone") {
  Person person(true, [] {
    const process::Outcome ended =
        run_in_foreground(shell("trap 'exit 7' INT; echo ready; while :; do sleep 1; done"));
    // It is over, and this process, which Ctrl-C would have ended, has the terminal again.
    return ended.shell_code() == 7 && os::Terminal().is_ours() ? 0 : 1;
  });
  person.sees("ready");
  person.type('\x03');
  CHECK(person.ends() == 0);
}

TEST_CASE("on Ctrl-Z this process stops too, and continues with the program") {
  Person person(true, [] {
    const process::Outcome ended = run_in_foreground(shell("echo ready; read -r word; exit 5"));
    return ended.shell_code() == 5 && os::Terminal().is_ours() ? 0 : 1;
  });
  person.sees("ready");
  person.type('\x1a');
  person.stops();
  person.goes_on();
  person.type('\n');
  CHECK(person.ends() == 0);
}

TEST_CASE("a program can have the terminal where the streams lead elsewhere") {
  Person person(true, [] {
    const os::Terminal kept;  // without anybody who has it open, it hangs up
    const os::Descriptor nowhere(::open("/dev/null", O_RDWR));
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere.get(), stream);
    process::Foreground command = shell("test -t 0 && test -t 1 && test -t 2 && echo seen && read -r word");
    command.on_terminal = true;
    return run_in_foreground(command).ok() ? 0 : 1;
  });
  person.sees("seen");
  person.type('\n');
  CHECK(person.ends() == 0);
}
