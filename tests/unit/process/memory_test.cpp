#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cerrno>
#include <new>

#include "../scarce.hpp"
#include "process/run.hpp"

using jaga::process::Command;
using jaga::process::Outcome;
using namespace std::chrono_literals;

// Includes the allocations between vfork and exec, where the child runs in this process's memory: an
// exception there would destroy the stack of the thread that waits.
TEST_CASE("if memory runs out while a program is started, it has run or not, and none is left behind") {
  Command command;
  command.argv = {"cat"};
  command.input = "said";
  command.timeout = 10min;
  command.environment = std::vector<std::string>{"PATH=/usr/bin:/bin"};
  std::size_t all = 0;
  {
    const scarce::Memory memory(0);
    CHECK(jaga::process::run(command).out == "said");
    all = memory.asked();
  }
  REQUIRE(all > 10);
  std::size_t hit = 0;
  for (std::size_t nth = 1; nth <= all; ++nth) {
    CAPTURE(nth);
    try {
      Outcome outcome;
      {
        const scarce::Memory memory(nth);
        outcome = jaga::process::run(command);
      }
      if (outcome.end == Outcome::End::not_started) {
        CHECK_FALSE(outcome.reason.empty());
        ++hit;
      } else {
        CHECK(outcome.end == Outcome::End::exited);
        CHECK(outcome.code == 0);
        CHECK(outcome.out == "said");
      }
    } catch (const std::bad_alloc&) {
      ++hit;
    }
    const bool alone = ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
    CHECK(alone);
  }
  CHECK(hit > 10);
}
