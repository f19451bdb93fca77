// Runs on several targets: what goes on where, and what a record may say of it.
#include <doctest/doctest.h>

#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using sop::Step;
using test::due_step_of;
using test::has;
using test::World;

namespace {

using Firsts = std::vector<std::int64_t>;

// An approved plan of two commands for web01, web02 and web03, a run of which has begun.
struct Three {
  explicit Three(bool repeatable = false) {
    plan::Frozen plan = test::disk_plan(repeatable);
    for (const char* name : {"web02", "web03"}) {
      plan.targets.push_back(plan.targets.front());
      plan.targets.back().host = name;
    }
    world.write("staff", world.analysis(plan));
    world.write("section-head", draft_approval(world.state(), world.sop, world.now));
    run = world.write("staff", start(false));
  }
  RepairStart start(bool resume, std::optional<std::int64_t> from = {}) const {
    RepairStart start = draft_repair_start(world.state(), RepairMode::run, {}, resume);
    start.run_key = std::string(test::kRunKey);
    start.from = from;
    for (const char* name : {"web01", "web02", "web03"})
      start.targets.push_back(
          {name, "192.0.2.7", std::string(test::kRunKey), "0123456789abcdef0123456789abcdef"});
    return start;
  }
  CommandStart begin(const std::string& host, std::int64_t n) const {
    const State state = world.state();
    const plan::Frozen& plan = state.analysis->plan;
    const auto& commands = state.find_run(run)->body.rollback ? plan.rollback : plan.commands;
    return {run, host, n, commands[static_cast<std::size_t>(n - 1)].script_digest(), "/home"};
  }
  void begun(const std::string& host, std::int64_t n) { world.write_run("staff", begin(host, n)); }
  void ended(const std::string& host, std::int64_t n, int code = 0) {
    world.write_run("staff",
                    CommandEnd{.run = run, .target = host, .n = n, .end = CommandEnding::exit, .exit = code});
  }
  void did(const std::string& host, std::int64_t n, int code = 0) {
    begun(host, n);
    ended(host, n, code);
  }
  std::string refusal(const Body& body) const {
    Person runner = world.person("staff");
    runner.key = fingerprint_of(test::kRunKey);
    try {
      decide(world.state(), {}, world.sop, &world.registered, runner, body, world.now);
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }
  RepairEnd end(RepairOutcome outcome) const { return {.run = run, .outcome = outcome}; }

  World world;
  Digest run;
};

}  // namespace

TEST_CASE("a run that broke off goes on on the target where it did; what is done stays done") {
  Three three;
  three.did("web01", 1);
  three.did("web01", 2);
  three.begun("web02", 1);
  CHECK_THROWS_WITH_AS(
      first_commands(three.world.state(), three.start(true)),
      "the outcome of command 1 on 'web02' is unknown, and the plan does not permit repeating it", Error);
  CHECK(first_commands(three.world.state(), three.start(true, 1)) == Firsts{3, 1, 1});
  CHECK(first_commands(three.world.state(), three.start(true, 2)) == Firsts{3, 2, 1});
  CHECK_THROWS_WITH_AS(first_commands(three.world.state(), three.start(true, 3)), "the plan has no command 3",
                       Error);

  three.run = three.world.write("staff-2", three.start(true, 2));
  const auto as_staff_2 = [&](const Body& body) {
    Person runner = three.world.person("staff-2");
    runner.key = fingerprint_of(test::kRunKey);
    try {
      decide(three.world.state(), {}, three.world.sop, &three.world.registered, runner, body,
             three.world.now);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(has(as_staff_2(three.begin("web01", 1)), "is not the next one on 'web01'"));
  CHECK(has(as_staff_2(three.begin("web02", 1)), "is not the next one on 'web02'"));
  CHECK(as_staff_2(three.begin("web02", 2)).empty());
  CHECK(has(as_staff_2(three.end(RepairOutcome::done)), "not every command succeeded on 'web02'"));
}

TEST_CASE("repeatable commands are resumed automatically, successful ones are not") {
  Three three(true);
  three.did("web01", 1);
  three.did("web01", 2);
  three.did("web02", 1);
  three.begun("web02", 2);
  CHECK(first_commands(three.world.state(), three.start(true)) == Firsts{3, 2, 1});
  three.run = three.world.write("staff", three.start(true));
  three.did("web02", 2);
  three.did("web03", 1);
  CHECK(has(three.refusal(three.end(RepairOutcome::done)), "on 'web03'"));
  three.did("web03", 2);
  CHECK(first_commands(three.world.state(), three.start(true)) == Firsts{3, 3, 3});
  CHECK_THROWS_WITH_AS(first_commands(three.world.state(), three.start(true, 1)),
                       "all commands have succeeded: there is none to continue from", Error);
  three.world.write_run("staff", three.end(RepairOutcome::done));
  CHECK(due_step_of(three.world) == Step::verify);
}

TEST_CASE("a person who has looked says that the last command was done, but not that one which failed was") {
  Three three;
  three.did("web01", 1);
  three.begun("web01", 2);
  CHECK(first_commands(three.world.state(), three.start(true, 3)) == Firsts{3, 1, 1});
  CHECK_THROWS_WITH_AS(first_commands(three.world.state(), three.start(true, 4)), "the plan has no command 4",
                       Error);
  three.ended("web01", 2, 1);
  CHECK_THROWS_WITH_AS(first_commands(three.world.state(), three.start(true, 3)), "the plan has no command 3",
                       Error);
}

TEST_CASE("commands come in their order, and none after one that failed") {
  Three three;
  CHECK(has(three.refusal(three.begin("web01", 2)), "is not the next one on 'web01'"));
  three.did("web01", 1);
  CHECK(has(three.refusal(three.begin("web01", 1)), "is not the next one on 'web01'"));
  three.did("web01", 2, 1);
  CHECK(has(three.refusal(three.begin("web02", 1)), "the previous command failed"));
  CHECK(has(three.refusal(three.begin("web01", 2)), "the previous command failed"));
}

TEST_CASE("a start that leaves targets out does not end as done without them") {
  Three three;
  three.world.write_run("staff", three.end(RepairOutcome::failed));
  RepairStart one = three.start(true);
  one.targets.resize(1);
  three.run = three.world.write("staff", one);
  three.did("web01", 1);
  three.did("web01", 2);
  CHECK(has(three.refusal(three.end(RepairOutcome::done)), "not every command succeeded on 'web02'"));
}

TEST_CASE("a rollback undoes where something was run, and nowhere else") {
  Three three;
  three.did("web01", 1);
  three.did("web01", 2);
  three.begun("web02", 1);
  three.world.write_run(
      "staff",
      CommandEnd{
          .run = three.run, .target = "web02", .n = 1, .end = CommandEnding::not_sent, .why = "refused"});
  three.world.write_run("staff", three.end(RepairOutcome::failed));
  RepairStart back = three.start(true);
  back.rollback = true;
  CHECK(first_commands(three.world.state(), back) == Firsts{1, 2, 2});
  three.run = three.world.write("staff", back);
  CHECK(has(three.refusal(three.begin("web03", 1)), "is not the next one on 'web03'"));
  three.did("web01", 1);
  three.world.write_run("staff", three.end(RepairOutcome::done));
  CHECK(due_step_of(three.world) == Step::analyze);
}
