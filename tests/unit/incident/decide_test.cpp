#include <doctest/doctest.h>

#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using namespace std::chrono_literals;
using sop::Step;
using test::due_step_of;
using test::has;
using test::run_start;
using test::World;

TEST_CASE("the straight line") {
  World world;
  CHECK(due_step_of(world) == Step::analyze);
  world.until(Step::archive);
  const State state = world.state();
  CHECK(state.finished());
  CHECK(state.violations.empty());
  CHECK(state.archived.has_value());
  CHECK(has(world.refusal("staff", world.analysis(test::disk_plan())), "is finished"));
}

TEST_CASE("a step out of order names what is due and who may do it") {
  World world;
  CHECK(has(world.refusal("section-head", draft_approval(world.state(), world.sop, world.now)),
            "'approve' is not the next step | the next step is 'analyze'"));
  CHECK(has(world.refusal("division-head", draft_acceptance(world.state())), "staff"));
  world.until(Step::analyze);
  CHECK(has(world.refusal("staff", run_start(world)),
            "'repair' is not the next step | the next step is 'approve'"));
  CHECK(
      has(world.refusal("staff", Archive{.part = PartDisposition::none, .bag = "b", .manifest = sha256("x")}),
          "section_head"));
}

TEST_CASE("roles") {
  World world;
  CHECK(has(world.refusal("section-head", world.analysis(test::disk_plan())), "'section-head' has no role"));
  world.until(Step::analyze);
  CHECK(has(world.refusal("staff-2", draft_approval(world.state(), world.sop, world.now)), "section_head"));
  CHECK(has(world.refusal("division-head", draft_approval(world.state(), world.sop, world.now)),
            "has no role"));
  CHECK(has(world.refusal("timer", draft_approval(world.state(), world.sop, world.now)), "has no role"));
}

TEST_CASE("nobody decides on their own work, by person and by key") {
  World world;
  world.write("boss", world.analysis(test::disk_plan()));
  CHECK(has(world.refusal("boss", draft_approval(world.state(), world.sop, world.now)), "own work"));
  Reject no = draft_rejection(world.state(), world.sop, world.now, "no", {});
  CHECK(has(world.refusal("boss", no), "own work"));
  Person other_name = world.person("section-head");
  other_name.key = test::key_of("boss");
  CHECK_THROWS_AS(decide(world.state(), {}, world.sop, &world.registered, other_name,
                         draft_approval(world.state(), world.sop, world.now), world.now),
                  Error);
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  RepairStart start = draft_repair_start(world.state(), RepairMode::hand, {}, false);
  const Digest run = world.write("boss", start);
  world.write(
      "boss",
      RepairEnd{
          .run = run, .outcome = RepairOutcome::done, .before = test::failing(), .after = test::healthy()});
  CHECK(has(world.refusal("boss", draft_verification(world.state(), {})), "own work"));
  world.write("section-head", draft_verification(world.state(), {}));
  world.write("boss", draft_acceptance(world.state()));
  CHECK(due_step_of(world) == Step::archive);
}

TEST_CASE("the accepter is not the verifier") {
  World world;
  world.until(Step::repair);
  world.write("boss", draft_verification(world.state(), {}));
  CHECK(has(world.refusal("boss", draft_acceptance(world.state())), "own work"));
  CHECK(world.refusal("division-head", draft_acceptance(world.state())).empty());
}

TEST_CASE("each rejection goes back and requires a reason") {
  World world;
  world.until(Step::analyze);
  Reject no = draft_rejection(world.state(), world.sop, world.now, "", {});
  no.reason = "only the logs";
  no.correction = "clean /var/log alone";
  world.write("section-head", no);
  CHECK(due_step_of(world) == Step::analyze);
  CHECK(world.state().last_rejection()->body.correction == "clean /var/log alone");
  CHECK(has(world.refusal("section-head", draft_approval(world.state(), world.sop, world.now)),
            "not the next step"));
  world.until(Step::repair);
  world.write("section-head", draft_rejection(world.state(), world.sop, world.now, "still slow", {}));
  CHECK(due_step_of(world) == Step::repair);
  world.run();  // the same approval, one more run
  CHECK(world.state().approval->used == 2);
  world.write("section-head", draft_verification(world.state(), {}));
  world.write("division-head", draft_rejection(world.state(), world.sop, world.now, "no photo", {}));
  CHECK(due_step_of(world) == Step::verify);
  world.write("section-head-2", draft_verification(world.state(), {}));
  CHECK(has(world.refusal("division-head",
                          [&] {
                            Reject wrong = draft_rejection(world.state(), world.sop, world.now, "no", {});
                            wrong.back = Step::approve;
                            return wrong;
                          }()),
            "cannot go back to 'approve'"));
  CHECK(world.refusal("division-head", draft_acceptance(world.state())).empty());
  world.write("division-head", draft_rejection(world.state(), world.sop, world.now, "wrong disk", "analyze"));
  CHECK(due_step_of(world) == Step::analyze);
  CHECK(world.state().spans.back().pass == 3);
}

TEST_CASE("a dead approval: used, ended, revoked, a later analysis") {
  World world;
  world.until(Step::approve);
  SUBCASE("used") {
    world.run(false);
    CHECK(due_step_of(world) == Step::repair);  // to be resumed
    CHECK(has(world.refusal("staff", run_start(world)), "already been used"));
    RepairStart resumed = draft_repair_start(world.state(), RepairMode::run, {}, true);
    resumed.run_key = std::string(test::kRunKey);
    resumed.targets = run_start(world).targets;
    CHECK(first_commands(world.state(), resumed) == std::vector<std::int64_t>{2});
    CHECK(world.refusal("staff", resumed).empty());
  }
  SUBCASE("ended") {
    CHECK(world.state().approval->body.until == *parse_instant("2026-11-25T15:30:00.000Z"));
    world.now = *parse_instant("2026-11-25T15:28:00.000Z");
    CHECK(world.refusal("staff", run_start(world)).empty());
    world.now += 2min;
    CHECK(has(world.refusal("staff", run_start(world)), "expired at 2026-11-25 15:30"));
    CHECK(due_step_of(world) == Step::repair);
    world.now += 1min;
    CHECK(due_step_of(world) == Step::approve);
    world.write("section-head-2", draft_approval(world.state(), world.sop, world.now));
    world.run();
    CHECK(due_step_of(world) == Step::verify);
  }
  SUBCASE("revoked") {
    world.write("section-head-2", draft_rejection(world.state(), world.sop, world.now, "wait", "approve"));
    CHECK(world.state().approval->revoked.has_value());
    CHECK(due_step_of(world) == Step::approve);
    CHECK(has(world.refusal("staff", run_start(world)), "revoked by 'section-head-2'"));
  }
  SUBCASE("a later analysis") {
    const RepairStart start = run_start(world);
    world.write("staff-2", world.analysis(test::disk_plan(true)));
    CHECK(due_step_of(world) == Step::approve);
    CHECK(has(world.refusal("staff", start), "a newer analysis"));
    CHECK(has(approval_is_dead(world.state(), world.now).render(Language::english), "newer analysis"));
  }
}

TEST_CASE("an approval of an older analysis is refused") {
  World world;
  world.until(Step::analyze);
  const Approve old = draft_approval(world.state(), world.sop, world.now);
  world.write("staff-2", world.analysis(test::disk_plan(true)));
  CHECK(has(world.refusal("section-head", old), "newer analysis"));
}

TEST_CASE("revoked in the middle: no further command, and the run must be ended") {
  World world;
  world.until(Step::approve);
  const Digest run = world.write("staff", run_start(world));
  const auto plan = world.state().analysis->plan;
  world.write_run(
      "staff",
      CommandStart{.run = run, .target = "web01", .n = 1, .script = plan.commands[0].script_digest()});
  world.write_run("staff",
                  CommandEnd{.run = run, .target = "web01", .n = 1, .end = CommandEnding::exit, .exit = 0});
  world.write("section-head", draft_rejection(world.state(), world.sop, world.now, "stop", {}));
  Person runner = world.person("staff");
  runner.key = fingerprint_of(test::kRunKey);
  CHECK_THROWS_WITH_AS(
      decide(world.state(), {}, world.sop, &world.registered, runner,
             CommandStart{.run = run, .target = "web01", .n = 2, .script = plan.commands[1].script_digest()},
             world.now),
      "the approval was revoked by 'section-head'", Error);
  CHECK(due_step_of(world) == Step::repair);
  world.write("staff-2", RepairEnd{.run = run, .outcome = RepairOutcome::given_up, .reason = "revoked"});
  CHECK(due_step_of(world) == Step::analyze);
}

TEST_CASE("a run: commands in order, of the plan, by its own key") {
  World world;
  world.until(Step::approve);
  RepairStart keyless = run_start(world);
  keyless.run_key.reset();
  CHECK(has(world.refusal("staff", keyless), "the temporary key that signs its commands"));
  const Digest run = world.write("staff", run_start(world));
  CHECK(has(world.refusal("staff", run_start(world)), "has started but not ended"));
  CHECK(has(world.refusal("staff", world.analysis(test::disk_plan())), "has started but not ended"));
  const auto plan = world.state().analysis->plan;
  const CommandStart first{.run = run, .target = "web01", .n = 1, .script = plan.commands[0].script_digest()};
  CHECK(has(world.refusal("staff", first), "signed with the temporary key of its run"));
  Person runner = world.person("staff");
  runner.key = fingerprint_of(test::kRunKey);
  const auto refuse = [&](const Body& body) {
    try {
      decide(world.state(), {}, world.sop, &world.registered, runner, body, world.now);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(has(refuse(CommandStart{.run = run, .target = "web01", .n = 1, .script = sha256("rm -rf /")}),
            "no such command"));
  CHECK(has(
      refuse(CommandStart{.run = run, .target = "db01", .n = 1, .script = plan.commands[0].script_digest()}),
      "is not a target"));
  CHECK(has(refuse(CommandEnd{.run = run, .target = "web01", .n = 1, .end = CommandEnding::exit, .exit = 0}),
            "does not belong to a command"));
  world.write_run("staff", first);
  CHECK(has(
      refuse(CommandStart{.run = run, .target = "web01", .n = 2, .script = plan.commands[1].script_digest()}),
      "has not ended"));
  CHECK(has(refuse(RepairEnd{.run = run, .outcome = RepairOutcome::done}), "a command of this run failed"));
  world.write_run("staff",
                  CommandEnd{.run = run, .target = "web01", .n = 1, .end = CommandEnding::exit, .exit = 0});
  CHECK(has(refuse(RepairEnd{.run = run, .outcome = RepairOutcome::done}), "not every command"));
}

TEST_CASE("an unknown end is gone on from only where the plan or a person says so") {
  for (const bool repeatable : {true, false}) {
    World world;
    world.write("staff", world.analysis(test::disk_plan(repeatable)));
    world.write("section-head", draft_approval(world.state(), world.sop, world.now));
    const Digest run = world.write("staff", run_start(world));
    const auto plan = world.state().analysis->plan;
    world.write_run(
        "staff",
        CommandStart{.run = run, .target = "web01", .n = 1, .script = plan.commands[0].script_digest()});
    RepairStart again = run_start(world);
    again = draft_repair_start(world.state(), RepairMode::run, {}, true);
    again.run_key = std::string(test::kRunKey);
    again.targets = run_start(world).targets;
    const Digest second = world.write("staff-2", again);
    CHECK(world.state().runs.front().continued);
    CHECK(world.state().approval->used == 1);
    CHECK(world.state().find_run(second)->body.run == 1);
    RepairStart third = draft_repair_start(world.state(), RepairMode::run, {}, true);
    if (repeatable) {
      CHECK(first_commands(world.state(), third) == std::vector<std::int64_t>{1});
    } else {
      CHECK_THROWS_AS(first_commands(world.state(), third), Error);
    }
    third.from = 2;
    CHECK(first_commands(world.state(), third) == std::vector<std::int64_t>{2});
    third.from = 3;
    CHECK_THROWS_WITH_AS(first_commands(world.state(), third), "the plan has no command 3", Error);
  }
}

TEST_CASE("a failed run can be given to hand or vendor, rolled back, or given up") {
  World world;
  world.until(Step::approve);
  world.run(false);
  SUBCASE("by hand") {
    const Digest run = world.write("staff", draft_repair_start(world.state(), RepairMode::hand, {}, true));
    world.write("staff", RepairEnd{.run = run,
                                   .outcome = RepairOutcome::done,
                                   .before = test::failing(),
                                   .after = test::healthy(),
                                   .parts = {{"A", "B"}}});
    CHECK(due_step_of(world) == Step::verify);
  }
  SUBCASE("vendor") {
    RepairStart start = draft_repair_start(world.state(), RepairMode::vendor, {}, true);
    CHECK(has(world.refusal("staff", start), "vendor's name"));
    start.vendor = "vendor";
    world.write("staff", start);
    CHECK(due(world.state(), world.sop, world.now)->what.render(Language::english) ==
          "record the vendor's reply");
  }
  SUBCASE("rolled back") {
    RepairStart start = draft_repair_start(world.state(), RepairMode::run, {}, true);
    start.run_key = std::string(test::kRunKey);
    start.targets = run_start(world).targets;
    start.rollback = true;
    const Digest run = world.write("staff", start);
    const auto plan = world.state().analysis->plan;
    world.write_run(
        "staff",
        CommandStart{.run = run, .target = "web01", .n = 1, .script = plan.rollback[0].script_digest()});
    world.write_run("staff",
                    CommandEnd{.run = run, .target = "web01", .n = 1, .end = CommandEnding::exit, .exit = 0});
    world.write_run("staff", RepairEnd{.run = run, .outcome = RepairOutcome::done});
    CHECK(due_step_of(world) == Step::analyze);
  }
  SUBCASE("given up") {
    const Digest run = world.state().runs.back().made.record;
    CHECK(has(world.refusal("section-head",
                            RepairEnd{.run = run, .outcome = RepairOutcome::given_up, .reason = "x"}),
              "has no role"));
    world.write("staff", RepairEnd{.run = run, .outcome = RepairOutcome::given_up, .reason = "wrong plan"});
    CHECK(due_step_of(world) == Step::analyze);
  }
}

TEST_CASE("verify rests on the newest measurement") {
  World world;
  world.until(Step::repair);
  const Digest bad = world.measure(test::failing());
  Verify yes = draft_verification(world.state(), world.notes);
  CHECK(yes.measure == bad);
  CHECK(has(world.refusal("section-head", yes), "still failing"));
  Verify unmeasured = yes;
  unmeasured.measure = sha256("nothing");
  CHECK(has(world.refusal("section-head", unmeasured), "is missing"));
  yes.override_why = "the probe looks at the wrong disk";
  CHECK(world.refusal("section-head", yes).empty());
  const Digest good = world.measure(test::healthy());
  yes = draft_verification(world.state(), world.notes);
  CHECK(yes.measure == good);
  world.write("section-head", yes);
}

TEST_CASE("a probe that had failed and was not measured again does not pass") {
  World world;
  world.until(Step::approve);
  const Digest run = world.write("staff", draft_repair_start(world.state(), RepairMode::hand, {}, false));
  world.write("staff", RepairEnd{.run = run, .outcome = RepairOutcome::done});
  CHECK(has(world.refusal("section-head", draft_verification(world.state(), {})), "not measured again"));
}

TEST_CASE("a machine's analysis is a proposal") {
  World world(true);
  world.write("timer", world.analysis(test::disk_plan()));
  CHECK(due_step_of(world) == Step::analyze);
  CHECK(has(world.refusal("section-head", draft_approval(world.state(), world.sop, world.now)),
            "not the next step"));
  Analyze confirm = world.state().analysis->body;
  confirm.confirms = sha256("other");
  CHECK(has(world.refusal("staff", confirm), "no proposal to confirm"));
  confirm.confirms = world.state().analysis->made.record;
  CHECK(has(world.refusal("timer", confirm), "has no role"));
  Analyze changed = confirm;
  changed.plan = plan::to_node(test::disk_plan(true));
  CHECK(has(world.refusal("staff", changed), "must not change the proposal"));
  world.write("staff", confirm);
  CHECK(due_step_of(world) == Step::approve);
  CHECK(world.state().analysis->proposed->by.person == "timer");
  CHECK(has(world.refusal("timer", world.analysis(test::disk_plan())), "not the next step"));
}

TEST_CASE("policy: a machine's analysis may count as it is") {
  World world(true);
  world.sop.policies.confirm_system = false;
  world.write("timer", world.analysis(test::disk_plan()));
  CHECK(due_step_of(world) == Step::approve);
}

TEST_CASE("an emergency is settled before anything is verified") {
  World world;
  world.write("staff", world.analysis(test::disk_plan(false, false)));
  RepairStart start = draft_repair_start(world.state(), RepairMode::run, "the payroll is due", false);
  start.run_key = std::string(test::kRunKey);
  start.targets = run_start(world).targets;
  CHECK(has(world.refusal("staff", start), "may not be run before it is approved"));
  world.write("staff", world.analysis(test::disk_plan(false, true)));
  start.basis = world.state().analysis->made.record;
  const Digest run = world.write("boss", start);
  const auto plan = world.state().analysis->plan;
  for (std::int64_t n = 1; n <= 2; ++n) {
    world.write_run("boss",
                    CommandStart{.run = run,
                                 .target = "web01",
                                 .n = n,
                                 .script = plan.commands[static_cast<std::size_t>(n - 1)].script_digest()});
    world.write_run("boss",
                    CommandEnd{.run = run, .target = "web01", .n = n, .end = CommandEnding::exit, .exit = 0});
  }
  world.write_run(
      "boss",
      RepairEnd{
          .run = run, .outcome = RepairOutcome::done, .before = test::failing(), .after = test::healthy()});
  CHECK(due_step_of(world) == Step::approve);
  CHECK(has(world.refusal("section-head", draft_verification(world.state(), {})),
            "the next step is 'approve'"));
  const Approve ratify = draft_approval(world.state(), world.sop, world.now);
  CHECK(ratify.ratifies == run);
  CHECK(has(world.refusal("boss", ratify), "own repair"));
  world.write("section-head", ratify);
  CHECK(due_step_of(world) == Step::verify);
}

TEST_CASE("a decision on paper counts for the decider and is ratified by them") {
  World world;
  world.until(Step::analyze);
  Approve paper = draft_approval(world.state(), world.sop, world.now);
  paper.paper = Paper{"staff", "section_head", sha256("scan")};
  CHECK(has(world.refusal("staff-2", paper), "does not hold the role"));
  paper.paper->decided_by = "section-head";
  world.write("staff-2", paper);
  world.run();
  world.write("section-head-2", draft_verification(world.state(), {}));
  CHECK(due_step_of(world) == Step::approve);
  CHECK(has(world.refusal("division-head", draft_acceptance(world.state())), "ratify"));
  const Approve ratify = draft_approval(world.state(), world.sop, world.now);
  CHECK(has(world.refusal("section-head-2", ratify), "only 'section-head'"));
  world.write("section-head", ratify);
  CHECK(due_step_of(world) == Step::accept);
  world.sop.policies.paper_decisions = sop::Policies::Paper::none;
  CHECK(has(world.refusal("staff-2",
                          [&] {
                            Accept accept = draft_acceptance(world.state());
                            accept.paper = Paper{"division-head", "division_head", sha256("scan")};
                            return accept;
                          }()),
            "does not permit decisions on paper"));
}

TEST_CASE("archive states what happened to the part") {
  World world;
  world.until(Step::accept);
  CHECK(has(
      world.refusal("staff", Archive{.part = PartDisposition::stored, .bag = "bag", .manifest = sha256("m")}),
      "the place of the part"));
  CHECK(has(world.refusal("division-head",
                          Archive{.part = PartDisposition::none, .bag = "bag", .manifest = sha256("m")}),
            "has no role"));
}

TEST_CASE("records that break a rule move nothing") {
  World world;
  world.until(Step::analyze);
  const Approve yes = draft_approval(world.state(), world.sop, world.now);
  SUBCASE("wrong role") {
    world.forge({"staff", "section_head"}, test::key_of("staff"), yes);
  }
  SUBCASE("somebody else's key") {
    world.forge({"section-head", "section_head"}, test::key_of("staff"), yes);
  }
  SUBCASE("unregistered key") {
    world.forge({"section-head", "section_head"}, "SHA256:x", yes);
  }
  SUBCASE("retired key") {
    world.registered.people.at("section-head").keys[0].retired = world.now;
    world.forge({"section-head", "section_head"}, test::key_of("section-head"), yes);
  }
  SUBCASE("out of order") {
    world.forge({"division-head", "division_head"}, test::key_of("division-head"), Accept{.on = sha256("x")});
  }
  const State state = world.state();
  REQUIRE(state.violations.size() == 1);
  CHECK(state.phase == Step::approve);
  CHECK(state.seq == 3);
}

TEST_CASE("a fork stops decisions; after the merge the step due at the fork is due again") {
  World world;
  world.until(Step::analyze);
  const Digest fork = world.chain.heads.front();
  World other = world;
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  other.write("section-head-2", draft_rejection(other.state(), other.sop, other.now, "no", {}));
  record::Record branch = other.chain.records.back();
  world.chain.records.push_back(branch);
  world.chain.heads = {world.chain.records[2].digest, branch.digest};
  const State forked = world.state();
  CHECK(forked.forked);
  CHECK(forked.phase == Step::approve);
  CHECK(has(world.refusal("section-head", draft_approval(forked, world.sop, world.now)), "forked"));
  record::Record merge = branch;
  merge.envelope.kind = "merge";
  merge.envelope.seq = 4;
  merge.envelope.prev = world.chain.heads;
  merge.body = to_node(Merge{"two clones"});
  merge.digest = sha256("merge");
  world.chain.records.push_back(merge);
  world.chain.heads = {merge.digest};
  const State merged = world.state();
  CHECK_FALSE(merged.forked);
  CHECK(merged.violations.empty());
  CHECK(due(merged, world.sop, world.now)->step == Step::approve);
  CHECK(world.refusal("section-head", draft_approval(merged, world.sop, world.now)).empty());
  REQUIRE(merged.last_rejection());
  CHECK(merged.last_rejection()->made.by.person == "section-head-2");
  CHECK(merged.last_rejection()->body.reason == "no");
  (void)fork;
}

TEST_CASE("after a rollback analyze is due") {
  World world;
  world.until(Step::approve);
  world.run(false);
  RepairStart back = draft_repair_start(world.state(), RepairMode::run, {}, true);
  back.run_key = std::string(test::kRunKey);
  back.targets = run_start(world).targets;
  back.rollback = true;
  const Digest run = world.write("staff", back);
  const auto& command = world.state().analysis->plan.rollback.at(0);
  world.write_run("staff",
                  CommandStart{.run = run, .target = "web01", .n = 1, .script = command.script_digest()});
  world.write_run("staff",
                  CommandEnd{.run = run, .target = "web01", .n = 1, .end = CommandEnding::exit, .exit = 0});
  world.write_run(
      "staff",
      RepairEnd{
          .run = run, .outcome = RepairOutcome::done, .before = test::failing(), .after = test::failing()});
  CHECK(due_step_of(world) == Step::analyze);
  CHECK(has(world.refusal("section-head", draft_verification(world.state(), {})),
            "the next step is 'analyze'"));
  CHECK(has(world.refusal("section-head", draft_approval(world.state(), world.sop, world.now)),
            "the next step is 'analyze'"));
  world.until(Step::archive);
  CHECK(world.state().finished());
}

TEST_CASE("repair names the state of the approval") {
  World world;
  world.until(Step::approve);
  const RepairStart start = run_start(world);
  SUBCASE("a later analysis") {
    world.write("staff", world.analysis(test::disk_plan(true)));
    CHECK(has(world.refusal("staff", start), "a newer analysis"));
    CHECK(has(world.refusal("staff", start), "the next step is 'approve'"));
  }
  SUBCASE("revoked") {
    world.write("section-head", draft_rejection(world.state(), world.sop, world.now, "not today", {}));
    CHECK(has(world.refusal("staff", start), "revoked by 'section-head'"));
  }
  SUBCASE("used") {
    world.run();
    CHECK(has(world.refusal("staff", start), "already been used"));
    CHECK(has(world.refusal("staff", start), "the next step is 'verify'"));
  }
  SUBCASE("a rejection, which is not a newer analysis") {
    world.run();
    world.write("section-head", draft_rejection(world.state(), world.sop, world.now, "wrong", "analyze"));
    CHECK(has(world.refusal("staff", start), "'repair' is not the next step"));
  }
}

TEST_CASE("who lacks the role is told what is due") {
  World world;
  world.until(Step::repair);
  CHECK(has(world.refusal("section-head", draft_acceptance(world.state())),
            "'section-head' has no role for step 'accept' | the next step is 'verify'"));
}

TEST_CASE("the small team's procedure: two people, and still nobody decides on their own work") {
  World world(false, test::small_team());
  world.write("staff", world.analysis(test::disk_plan()));
  CHECK(has(world.refusal("staff", draft_approval(world.state(), world.sop, world.now)), "own work"));
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  world.run();  // staff
  CHECK(has(world.refusal("staff", draft_verification(world.state(), world.notes)), "own work"));
  world.write("section-head", draft_verification(world.state(), world.notes));
  CHECK(has(world.refusal("section-head", draft_acceptance(world.state())), "own work"));
  world.write("staff", draft_acceptance(world.state()));
  world.write("staff", Archive{.part = PartDisposition::none, .bag = "bag", .manifest = sha256("manifest")});
  CHECK(world.state().finished());
  CHECK(world.state().violations.empty());
}

TEST_CASE("a run that skips a command that failed is not done") {
  World world;
  world.until(Step::approve);
  world.run(false);
  RepairStart start = draft_repair_start(world.state(), RepairMode::run, {}, true);
  start.run_key = std::string(test::kRunKey);
  start.targets = run_start(world).targets;
  start.from = 3;
  const Digest run = world.write("staff", start);
  CHECK(has(
      world.refusal("staff", RepairEnd{.run = run, .outcome = RepairOutcome::done, .after = test::healthy()}),
      "the plan has no command 3"));
}
