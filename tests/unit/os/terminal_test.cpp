#include "os/terminal.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

using namespace jaga;

namespace {

// What `check` says in a process of a session of its own, whose terminal is a new one where `with_terminal`.
int in_session(bool with_terminal, const std::function<int()>& check) {
  const os::Descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(master);
  REQUIRE(::grantpt(master.get()) == 0);
  REQUIRE(::unlockpt(master.get()) == 0);
  char name[128];
  REQUIRE(::ptsname_r(master.get(), name, sizeof name) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::setsid();
    if (with_terminal) {
      const int slave = ::open(name, O_RDWR);  // becomes the terminal of the session
      if (slave < 0) ::_exit(100);
      for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(slave, stream);
    }
    ::_exit(check());
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("a terminal is given to another group, and taken back from behind") {
  CHECK(in_session(true, [] {
          if (!os::streams_are_terminals()) return 1;
          const os::Terminal terminal;
          if (!terminal || terminal.descriptor() <= STDERR_FILENO) return 2;
          if (!terminal.is_ours()) return 3;
          int ready[2];
          if (::pipe(ready) != 0) return 4;
          const pid_t other = ::fork();
          if (other == 0) {
            char wait = 0;
            ::close(ready[1]);
            ::_exit(::read(ready[0], &wait, 1) == 0 ? 0 : 1);
          }
          ::setpgid(other, other);
          terminal.give_to(other);
          if (terminal.is_ours()) return 5;
          // This process is now in the background: SIGTTOU must not stop it.
          terminal.give_to(::getpgrp());
          if (!terminal.is_ours()) return 6;
          sigset_t blocked;
          ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
          if (::sigismember(&blocked, SIGTTOU) != 0) return 7;
          ::close(ready[1]);
          int status = 0;
          return ::waitpid(other, &status, 0) == other && status == 0 ? 0 : 8;
        }) == 0);
}

TEST_CASE("a process without a terminal") {
  CHECK(in_session(false, [] {
          const os::Terminal terminal;
          return !terminal && !terminal.is_ours() ? 0 : 1;
        }) == 0);
}
