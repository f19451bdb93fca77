// A command that restarts its target: done once that is back as itself, with another boot id.
#include "workflow/reboot.hpp"

#include <doctest/doctest.h>

#include "office.hpp"
#include "workflow/maintenance.hpp"
#include "workflow/repair.hpp"

using namespace jaga;
using namespace jaga::workflow;
using namespace jaga::workflow::test;

namespace {

std::string approved(TestOffice& office) {
  const std::string id = office.open("restarts");
  office.approve(id);
  return id;
}
void in_window(TestOffice& office) {
  Maintain wish;
  wish.hosts = {"web01"};
  wish.until = office.now + std::chrono::hours{2};
  wish.reason = "restart";
  (void)maintain(office.as("staff"), wish);
}
// What the shell of a host that goes down leaves behind.
Answer cut_off() {
  Answer answer;
  answer.end = Answer::End::unknown;
  answer.why = msg("the connection ended");
  return answer;
}
plan::Target target_of(const PlayedHost& host) {
  return {"web01", "192.0.2.7", 22, "jaga-repair", {host.host_key}, host.machine_id, {}};
}

}  // namespace

TEST_CASE("outside of a window nothing is begun; in one the run goes on after the restart") {
  TestOffice office;
  const std::string id = approved(office);
  try {
    (void)repair(office.as("staff"), id, {});
    FAIL("it ran");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::not_permitted);
    CHECK(error.message().render(Language::english).find("is not in one now") != std::string::npos);
  }
  CHECK_THROWS_AS((void)preview_repair(office.as("staff"), id, {}), Error);
  CHECK(office.host->sent.empty());

  in_window(office);
  office.host->answer = [&](const Order& order) {
    if (order.script != "echo restart") {
      Answer answer;
      answer.end = Answer::End::exited;
      return answer;
    }
    office.host->boot_id = "boot-2";
    return cut_off();
  };
  office.host->well = true;
  const Repaired done = repair(office.as("staff"), id, {});
  CHECK(done.outcome == incident::RepairOutcome::done);
  CHECK(office.host->sent == std::vector<std::string>{"echo restart", "echo two"});
  const auto state = load_incident(office.as("staff"), id).state;
  const auto& commands = state.runs.back().commands;
  REQUIRE(commands.size() == 2);
  CHECK(commands[0].start.boot == "boot-1");
  CHECK(commands[0].end->end == incident::CommandEnding::rebooted);
  CHECK(commands[0].end->boot == "boot-2");
  CHECK_FALSE(commands[1].start.boot);
}

TEST_CASE("a host that comes back as another one: unknown, and nothing more is sent") {
  TestOffice office;
  const std::string id = approved(office);
  in_window(office);
  office.host->answer = [&](const Order&) {
    office.host->boot_id = "boot-2";
    office.host->machine_id = "ffffffffffffffffffffffffffffffff";
    return cut_off();
  };
  const Repaired done = repair(office.as("staff"), id, {});
  CHECK(done.outcome == incident::RepairOutcome::failed);
  CHECK(done.why.render(Language::english).find("another host") != std::string::npos);
  CHECK(office.host->sent.size() == 1);
  // Its outcome is unknown, so it is not restarted a second time automatically.
  office.host->machine_id = "0123456789abcdef0123456789abcdef";
  RepairOptions resume;
  resume.resume = true;
  CHECK_THROWS_AS((void)repair(office.as("staff"), id, resume), Error);
  CHECK(office.host->sent.size() == 1);
  resume.from = 2;
  office.host->answer = {};
  CHECK(repair(office.as("staff"), id, resume).outcome == incident::RepairOutcome::done);
  CHECK(office.host->sent == std::vector<std::string>{"echo restart", "echo two"});
}

TEST_CASE("a script that refuses to restart ends as any other, and nobody waits") {
  TestOffice office;
  const std::string id = approved(office);
  in_window(office);
  office.host->answer = [&](const Order&) {
    Answer answer;
    answer.end = Answer::End::exited;
    answer.code = 1;
    return answer;
  };
  int looks = 0;
  office.host->looked = [&] { ++looks; };
  const Repaired done = repair(office.as("staff"), id, {});
  CHECK(done.outcome == incident::RepairOutcome::failed);
  CHECK(done.why.render(Language::english) == "command 1 on 'web01' exited with 1");
  CHECK(looks == 2);  // who it is, and its boot id before
}

TEST_CASE("waiting ends: back, still the same, another one, asked to stop") {
  PlayedHost host;
  host.host_key = "ssh-ed25519 AAAA";
  host.machine_id = "0123456789abcdef0123456789abcdef";
  const plan::Target target = target_of(host);
  constexpr std::chrono::milliseconds kNone{0};
  constexpr std::chrono::hours kLong{1};
  int looks = 0;
  host.looked = [&] {
    if (++looks == 5) host.boot_id = "boot-2";
  };
  CHECK(wait_for_return(host, target, "boot-1", kLong, {}, kNone).boot_id == "boot-2");
  CHECK(looks == 5);
  host.looked = {};
  const Return same = wait_for_return(host, target, "boot-2", kNone, {}, kNone);
  CHECK(same.boot_id.empty());
  CHECK(same.why.render(Language::english).find("still running") != std::string::npos);
  std::stop_source stop;
  stop.request_stop();
  CHECK(wait_for_return(host, target, "boot-2", kLong, stop.get_token(), kNone).boot_id.empty());
  host.boot_id = "boot-3";
  host.host_key = "ssh-ed25519 BBBB";
  CHECK(wait_for_return(host, target, "boot-2", kLong, {}, kNone).boot_id.empty());
  host.host_key = "ssh-ed25519 AAAA";
  host.boot_id = "\x1b[2J";
  CHECK(look_for(host, target, {}).boot_id.empty());
}
