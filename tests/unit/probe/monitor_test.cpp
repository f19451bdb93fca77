#include "probe/monitor.hpp"

#include <doctest/doctest.h>

#include <embedded/collector.hpp>
#include <mutex>
#include <random>
#include <set>
#include <sstream>

#include "base/debug.hpp"
#include "process/run.hpp"
#include "round/collector.hpp"
#include "round/facts.hpp"

namespace {

using namespace jaga;
using namespace std::chrono_literals;
using round::Reason;
using round::State;

// Nothing listens on port 1 of loopback.
probe::Request request(const std::string& hosts) {
  probe::Request request;
  request.hosts = inventory::load({"hosts.yaml", hosts}, {}).hosts;
  request.installation = "test";
  request.pause = 1ms;
  request.now = [] { return Instant{}; };
  request.random = [](std::span<std::byte> bytes) {
    std::random_device device;
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(device());
  };
  return request;
}

std::mutex told_mutex;
std::vector<std::string> told;

}  // namespace

TEST_CASE("a name without an address is a result and does not prevent other measurements") {
  probe::Progress last;
  const round::Round round = probe::run(request(R"(
hosts:
  - {name: a, address: 127.0.0.1, checks: [{tcp: {port: 1}}]}
  - {name: b, address: no-such-host.invalid, checks: [{tcp: {port: 1}}, icmp]}
  - {name: c, address: localhost, checks: [{tcp: {port: 1}}]}
)"),
                                        {}, [&](const probe::Progress& progress) { last = progress; });
  REQUIRE(round.results.size() == 4);
  const round::Result* refused = round::find(round, "a", "tcp", "1");
  REQUIRE(refused != nullptr);
  CHECK(refused->reason == Reason::refused);
  CHECK(refused->state == State::critical);
  CHECK(refused->attempts == round::kConfirmed);
  CHECK(refused->hard);
  for (const auto& [check, object] : {std::pair("tcp", "1"), std::pair("icmp", "")}) {
    const round::Result* nowhere = round::find(round, "b", check, object);
    REQUIRE(nowhere != nullptr);
    CHECK(nowhere->reason == Reason::resolve_failed);
    CHECK(nowhere->state == State::unknown);
  }
  CHECK(round::find(round, "c", "tcp", "1")->reason == Reason::refused);
  CHECK(last.total == 4);
  CHECK(last.done == 4);
  CHECK(last.failing == 4);
  CHECK(last.slowest.empty());
  for (const round::Result& result : round.results)
    for (const auto& fact : result.facts) CHECK(round::known_fact(result.check, fact.first) != nullptr);
}

TEST_CASE("after a stop there is a result for every check all the same") {
  std::stop_source stop;
  stop.request_stop();
  const round::Round round = probe::run(request(R"(
hosts:
  - {name: a, address: 127.0.0.1, checks: [{tcp: {port: 1}}, icmp, local, ssh]}
  - {name: b, address: localhost, checks: [{tcp: {port: 1}}]}
)"),
                                        stop.get_token());
  CHECK(round::find(round, "a", "tcp", "1")->reason == Reason::cancelled);
  CHECK(round::find(round, "a", "icmp", "") != nullptr);
  CHECK(round::find(round, "a", "ssh", "")->state == State::unknown);
  CHECK(round::find(round, "a", "local", "")->state == State::unknown);
  CHECK(round::find(round, "b", "tcp", "1") != nullptr);
  for (const round::Result& result : round.results) {
    CHECK(result.reason == Reason::cancelled);
    CHECK(result.history.empty());
    CHECK_FALSE(result.hard);
  }
}

TEST_CASE("a look that takes too long is not repeated in the same round, and is not confirmed by it") {
  const auto began = std::chrono::steady_clock::now();
  probe::Request asked = request(R"(
hosts:
  - {name: a, address: 127.0.0.1, checks: [{local: {timeout: 1ms}}]}
)");
  asked.looks["a"].sections = {"uptime"};  // others may take longer
  const round::Round round = probe::run(asked, {});
  const round::Result* hangs = round::find(round, "a", "local", "");
  REQUIRE(hangs != nullptr);
  CHECK(hangs->reason == Reason::timed_out);
  CHECK(hangs->attempts == 1);
  CHECK_FALSE(hangs->hard);
  CHECK(std::chrono::steady_clock::now() - began < 10s);
}

TEST_CASE("the collector has the sections that can be asked for, and prints those that are") {
  const auto printed = [](const std::vector<std::string>& asked) {
    // What takes long on some machines is not here in this test: its sections are printed all the same.
    std::string script(embedded::collector);
    for (const std::string_view slow : {"apt-get", "find ", "needrestart", "smartctl", "ipmitool"})
      for (std::size_t at = script.find(slow); at != std::string::npos; at = script.find(slow, at + 2))
        script.replace(at, 1, "no-");
    process::Command command;
    command.timeout = std::chrono::minutes(10);  // on a busy machine
    command.argv = {"/bin/sh", "-c", script, "jaga", "nnnn"};
    command.argv.insert(command.argv.end(), asked.begin(), asked.end());
    command.timeout = 60s;
    command.most_output = 1U << 20U;
    std::set<std::string> names;
    std::istringstream lines(process::run(command, {}).out);
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("nnnn begin ")) names.insert(line.substr(11));
    return names;
  };
  CHECK(printed({}) ==
        std::set<std::string>(round::collector_sections().begin(), round::collector_sections().end()));
  CHECK(printed({"memory", "sysctl"}) == std::set<std::string>{"memory", "sysctl"});
}

TEST_CASE("the sections that were not good are asked for again, and no others") {
  // Less than all of the memory is available, always.
  probe::Request asked = request(R"(
hosts:
  - {name: a, address: 127.0.0.1, checks: [local], thresholds: {memory_available: {warn: "100%", crit: "off"}}}
)");
  // Whatever else is wrong with this machine is not looked at.
  asked.looks["a"].sections = {"identity", "memory", "uptime"};
  told.clear();
  set_debug_sink([](std::string_view, std::string_view line) noexcept {
    const std::lock_guard lock(told_mutex);
    if (line.starts_with("a local: only the sections")) told.emplace_back(line);
  });
  const round::Round round = probe::run(asked, {});
  set_debug_sink(nullptr);
  CHECK(told == std::vector<std::string>{"a local: only the sections identity memory uptime",
                                         "a local: only the sections memory",
                                         "a local: only the sections memory"});
  const round::Result* memory = round::find(round, "a", "memory", "");
  REQUIRE(memory != nullptr);
  REQUIRE(memory->state == State::warning);
  CHECK(memory->attempts == round::kConfirmed);
  CHECK(memory->hard);
  const round::Result* uptime = round::find(round, "a", "uptime", "");
  REQUIRE(uptime != nullptr);
  CHECK(round::find(round, "a", "local", "")->facts.contains("hostname"));
}

TEST_CASE("kinds of check that were not requested are not measured") {
  probe::Request asked = request(R"(
hosts:
  - {name: a, address: 127.0.0.1, checks: [{tcp: {port: 1}}, icmp]}
  - {name: b, address: 127.0.0.1, checks: [icmp]}
)");
  asked.kinds = {"tcp"};
  const round::Round round = probe::run(asked, {});
  CHECK(round.results.size() == 1);
  REQUIRE(round.skipped.size() == 1);
  CHECK(round.skipped[0].host == "b");
}

TEST_CASE("a look asks for what is due, and carries the rest") {
  probe::Request asked = request(R"(
hosts:
  - {name: a, address: 127.0.0.1, checks: [local]}
  - {name: b, address: 127.0.0.1, checks: [{local: {timeout: 1ms}}]}
  - {name: c, address: 127.0.0.1, checks: [{tcp: {port: 1}}]}
)");
  const auto known = [](const char* host, const char* check) {
    round::Result one;
    one.host = host;
    one.check = check;
    one.state = State::warning;
    one.measured = Instant{} - 1h;
    one.history = "w";
    return one;
  };
  for (const char* host : {"a", "b", "c"})
    asked.looks[host] = {{}, {"identity", "uptime"}, {known(host, "account")}, {known(host, "timer")}};
  const round::Round round = probe::run(asked, {});
  const round::Result* account = round::find(round, "a", "account", "");
  REQUIRE(account != nullptr);
  CHECK(account->measured == Instant{} - 1h);
  CHECK(account->history == "w");
  CHECK(account->attempts == 1);
  CHECK(round::find(round, "a", "uptime", "") != nullptr);
  CHECK(round::find(round, "a", "load", "") == nullptr);
  CHECK(round::find(round, "a", "timer", "") == nullptr);
  // A look that did not come about, and a host that nobody logs in on.
  CHECK(round::find(round, "b", "account", "") != nullptr);
  CHECK(round::find(round, "b", "timer", "") != nullptr);
  CHECK(round::find(round, "c", "account", "") == nullptr);

  asked.looks["a"].machine_id = std::string(32, '0');
  CHECK((round::find(probe::run(asked, {}), "a", "local", "")->machine_id.empty() ||
         round::find(probe::run(asked, {}), "a", "account", "") == nullptr));
}
