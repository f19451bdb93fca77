#include <doctest/doctest.h>

#include "probe/monitor.hpp"
#include "round/facts.hpp"

namespace {

using namespace jaga;
using namespace std::chrono_literals;
using round::Reason;
using round::State;

round::Round run(const std::string& checks) {
  probe::Request request;
  request.hosts =
      inventory::load(
          {"hosts.yaml", "hosts:\n  - {name: a, address: no-such-host.invalid, checks: [" + checks + "]}\n"},
          {})
          .hosts;
  request.installation = "test";
  request.pause = 1ms;
  request.environment = {"PATH=/usr/bin:/bin", "WORD=here"};
  request.now = [] { return Instant{}; };
  request.random = [](std::span<std::byte> bytes) {
    for (std::byte& byte : bytes) byte = std::byte{7};
  };
  return probe::run(request, {});
}

std::string shell(const std::string& name, const std::string& script, const std::string& more = "") {
  return "{plugin: {name: " + name + ", command: [/bin/sh, -c, \"" + script + "\"]" + more + "}}";
}

const round::Result& of(const round::Round& round, const char* name) {
  const round::Result* result = round::find(round, "a", "plugin", name);
  REQUIRE(result != nullptr);
  for (const auto& fact : result->facts) CHECK(round::known_fact("plugin", fact.first) != nullptr);
  return *result;
}

}  // namespace

TEST_CASE("a plugin's exit status is the state, its values are facts; its host needs no address") {
  const round::Round round =
      run(shell("good", "echo \\\"$WORD $LC_ALL|t=5ms;1;2\\\"; echo more") + ", " +
          shell("bad", "printf 'a\\\\033[31mb'; exit 2") + ", " + shell("mute", "echo trouble >&2; exit 3"));
  const round::Result& good = of(round, "good");
  CHECK(good.state == State::ok);
  CHECK(good.reason == Reason::none);
  CHECK(good.summary == "here C");
  CHECK(round::number(good, "t_us") == 5'000);
  CHECK(round::text(good, "perfdata") == "t=5ms;1;2");
  CHECK(round::text(good, "long_output") == "more");
  const round::Result& bad = of(round, "bad");
  CHECK(bad.state == State::critical);
  CHECK(bad.reason == Reason::reported);
  CHECK(bad.summary.text().find('\x1b') == std::string::npos);
  CHECK(bad.attempts == round::kConfirmed);
  const round::Result& mute = of(round, "mute");
  CHECK(mute.state == State::unknown);
  CHECK(mute.summary == "trouble");
}

TEST_CASE("an invalid answer of a plugin is unknown, with its reason") {
  const round::Round round =
      run(shell("odd", "echo x; exit 42") + ", " + shell("killed", "kill -TERM $$") + ", " +
          shell("slow", "trap '' TERM; sleep 60 & wait; sleep 60", ", timeout: 100ms") +
          ", {plugin: {command: [/nonexistent/plugin]}}, {plugin: {command: [/etc/passwd]}}");
  CHECK(of(round, "odd").reason == Reason::bad_exit);
  CHECK(of(round, "odd").summary == "exit status 42, not 0 to 3: x");
  CHECK(of(round, "killed").reason == Reason::killed);
  CHECK(of(round, "slow").reason == Reason::timed_out);
  CHECK(of(round, "plugin").reason == Reason::absent);
  CHECK(of(round, "plugin").summary == "cannot run /nonexistent/plugin: No such file or directory");
  CHECK(of(round, "passwd").reason == Reason::not_permitted);
  for (const round::Result& result : round.results) CHECK(result.state == State::unknown);
}
