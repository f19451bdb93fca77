// What of earlier passes and runs still counts.
#include <doctest/doctest.h>

#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using namespace std::chrono_literals;
using sop::Step;

TEST_CASE("a rejection counts until its step is approved, whatever comes between") {
  test::World world;
  world.until(Step::analyze);
  world.write("section-head", draft_rejection(world.state(), world.sop, world.now, "not that way", {}));
  world.write("staff", world.analysis(test::disk_plan()));
  REQUIRE(world.state().last_rejection() != nullptr);
  CHECK(world.state().last_rejection()->body.reason == "not that way");
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  CHECK(world.state().last_rejection() == nullptr);
  world.run();
  world.write("section-head", draft_verification(world.state(), world.notes));
  world.write("division-head", draft_rejection(world.state(), world.sop, world.now, "not signed", {}));
  world.write("section-head", draft_rejection(world.state(), world.sop, world.now, "it fails", {}));
  CHECK(world.state().rejections.size() == 2);
  CHECK(world.state().last_rejection()->body.step == RejectedStep::verify);
  world.run();
  world.write("section-head", draft_verification(world.state(), world.notes));
  REQUIRE(world.state().last_rejection() != nullptr);
  CHECK(world.state().last_rejection()->body.reason == "not signed");
  world.write("division-head", draft_acceptance(world.state()));
  CHECK(world.state().last_rejection() == nullptr);
}

TEST_CASE("while a failed run can be resumed, nothing is approved again") {
  test::World world;
  world.until(Step::approve);
  world.run(false);
  CHECK(test::has(world.refusal("section-head", draft_approval(world.state(), world.sop, world.now)),
                  "the next step is 'repair'"));
  // What an earlier version wrote is believed.
  const Approve again = world.state().approval->body;
  world.forge({"section-head", "section_head"}, test::key_of("section-head"), again);
  CHECK(world.state().violations.empty());
}

TEST_CASE("under a new approval a run does not repeat what may not be repeated") {
  for (const bool repeatable : {false, true}) {
    CAPTURE(repeatable);
    test::World world;
    world.write("staff", world.analysis(test::disk_plan(repeatable)));
    world.write("section-head", draft_approval(world.state(), world.sop, world.now));
    world.run(false);
    world.now = world.state().approval->body.until + 1h;
    world.write("section-head", draft_approval(world.state(), world.sop, world.now));
    RepairStart start = draft_repair_start(world.state(), RepairMode::run, {}, false);
    start.run_key = std::string(test::kRunKey);
    start.targets = {{"web01", "192.0.2.7", std::string(test::kRunKey), "00"}};
    const std::string said = world.refusal("staff", start);
    if (repeatable) {
      CHECK(said.empty());
      continue;
    }
    CHECK(test::has(said, "command 1 was already run on 'web01'"));
    CHECK(test::has(said, "--resume"));
    RepairStart resumed = draft_repair_start(world.state(), RepairMode::run, {}, true);
    resumed.run_key = start.run_key;
    resumed.targets = start.targets;
    CHECK(first_commands(world.state(), resumed) == std::vector<std::int64_t>{2});
    world.write("staff", resumed);
  }
}
