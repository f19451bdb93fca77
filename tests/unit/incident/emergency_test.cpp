// What runs before it is approved: nobody closes the incident until somebody else has ratified or rejected
// it.
#include <doctest/doctest.h>

#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using sop::Step;
using test::due_step_of;
using test::has;
using test::World;

namespace {

// The newest plan, run by `who` without an approval; `well`: to its end, else it fails and is given up.
Digest emergency(World& world, const std::string& who, bool well = true) {
  RepairStart start = draft_repair_start(world.state(), RepairMode::run, "the payroll is due", false);
  start.run_key = std::string(test::kRunKey);
  start.targets = {{"web01", "192.0.2.7", std::string(test::kRunKey), "0123456789abcdef0123456789abcdef"}};
  const Digest run = world.write(who, start);
  const plan::Frozen plan = world.state().analysis->plan;
  for (std::int64_t n = 1; n <= (well ? 2 : 1); ++n) {
    const Digest script = plan.commands[static_cast<std::size_t>(n - 1)].script_digest();
    world.write_run(who, CommandStart{.run = run, .target = "web01", .n = n, .script = script});
    world.write_run(
        who,
        CommandEnd{.run = run, .target = "web01", .n = n, .end = CommandEnding::exit, .exit = well ? 0 : 1});
  }
  world.write_run(who, RepairEnd{.run = run,
                                 .outcome = well ? RepairOutcome::done : RepairOutcome::failed,
                                 .before = test::failing(),
                                 .after = well ? test::healthy() : test::failing()});
  if (!well) world.write(who, RepairEnd{.run = run, .outcome = RepairOutcome::given_up});
  return run;
}

Archive archive() {
  return {.part = PartDisposition::none, .bag = "bag", .manifest = sha256("m")};
}

// Nobody goes on before it is settled.
void check_shut(const World& world) {
  CHECK(has(world.refusal("section-head", draft_verification(world.state(), {})),
            "ratify or reject the emergency"));
  CHECK(
      has(world.refusal("division-head", draft_acceptance(world.state())), "ratify or reject the emergency"));
  CHECK(has(world.refusal("staff-2", archive()), "ratify or reject the emergency"));
  CHECK(has(world.refusal("section-head-2",
                          draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it is well")),
            "neither ratified nor rejected"));
}

void to_the_end(World& world) {
  world.write("section-head", draft_verification(world.state(), world.notes));
  world.write("division-head", draft_acceptance(world.state()));
  world.write("staff", archive());
  CHECK(world.state().finished());
}

}  // namespace

TEST_CASE("until an emergency is ratified verify, accept, archive and withdraw are shut") {
  World world;
  world.write("staff", world.analysis(test::disk_plan(false, true)));
  const Digest run = emergency(world, "staff-2");
  CHECK(due_step_of(world) == Step::approve);
  check_shut(world);
  const Approve ratify = draft_approval(world.state(), world.sop, world.now);
  CHECK(ratify.ratifies == run);
  CHECK(has(world.refusal("staff-2", ratify), "has no role"));
  world.write("section-head", ratify);
  CHECK(world.state().unsettled().empty());
  CHECK(world.state().find_run(run)->ratified->by.person == "section-head");
  CHECK(has(world.refusal("section-head", ratify), "already ratified or rejected"));
  to_the_end(world);
}

TEST_CASE("an emergency that is rejected starts another pass, and is settled by that") {
  World world;
  world.write("staff", world.analysis(test::disk_plan(false, true)));
  const Digest run = emergency(world, "boss");
  const auto no = [&] {
    return draft_rejection(world.state(), world.sop, world.now, "it could have waited", {});
  };
  CHECK(no().on == run);
  CHECK(has(world.refusal("boss", no()), "their own repair"));
  CHECK(has(world.refusal("division-head", no()), "has no role"));
  const Reject rejected = no();
  world.write("section-head", rejected);
  CHECK(world.state().unsettled().empty());
  CHECK(due_step_of(world) == Step::analyze);
  CHECK(has(world.refusal("section-head", rejected), "no emergency repair to reject"));
  // What ran does not justify verifying.
  CHECK(has(world.refusal("section-head", draft_verification(world.state(), {})),
            "the next step is 'analyze'"));
  CHECK(has(world.refusal("division-head", draft_acceptance(world.state())), "the next step is 'analyze'"));
  CHECK(has(world.refusal("staff-2", archive()), "the next step is 'analyze'"));

  SUBCASE("the next pass is an ordinary one") {
    world.until(Step::repair);
    to_the_end(world);
  }
  SUBCASE("another emergency in it waits again") {
    world.write("staff", world.analysis(test::disk_plan(false, true)));
    const Digest second = emergency(world, "staff");
    check_shut(world);
    CHECK(draft_approval(world.state(), world.sop, world.now).ratifies == second);
    world.write("section-head", draft_approval(world.state(), world.sop, world.now));
    to_the_end(world);
  }
  SUBCASE("or it is withdrawn") {
    world.write("section-head", draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it is well"));
    world.write("division-head", draft_withdrawal(world.state(), {}, "seen"));
    CHECK(world.state().finished());
  }
}

TEST_CASE("nobody's word from paper settles an emergency") {
  World world;
  world.write("staff", world.analysis(test::disk_plan(false, true)));
  emergency(world, "staff-2");
  const Paper paper{"section-head", "section_head", sha256("scan")};
  for (const std::string who : {"staff", "staff-2"}) {
    Approve ratify = draft_approval(world.state(), world.sop, world.now);
    ratify.paper = paper;
    CHECK(has(world.refusal(who, ratify), "cannot be ratified or rejected on paper"));
    Reject no = draft_rejection(world.state(), world.sop, world.now, "it could have waited", {});
    no.paper = paper;
    CHECK(has(world.refusal(who, no), "cannot be ratified or rejected on paper"));
  }
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  to_the_end(world);
}

TEST_CASE("one that was given up waits too, in whatever pass the incident is closed") {
  World world;
  world.write("staff", world.analysis(test::disk_plan(false, true)));
  const Digest run = emergency(world, "staff", false);
  CHECK(due_step_of(world) == Step::analyze);
  const auto close = [&] {
    return draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it is well");
  };
  CHECK(has(world.refusal("section-head", close()), "ratify it with 'jaga approve"));

  SUBCASE("ratified while analyze is due, and withdrawn") {
    const Approve ratify = draft_approval(world.state(), world.sop, world.now);
    CHECK(ratify.ratifies == run);
    world.write("section-head", ratify);
    CHECK(due_step_of(world) == Step::analyze);
    world.write("section-head", close());
    world.write("division-head", close());
    CHECK(world.state().finished());
  }
  SUBCASE("rejected while analyze is due") {
    world.write("section-head", draft_rejection(world.state(), world.sop, world.now, "too early", {}));
    CHECK(world.state().unsettled().empty());
    CHECK(world.refusal("section-head", close()).empty());
  }
  SUBCASE("where a plan waits, that is what is decided on") {
    world.write("staff", world.analysis(test::disk_plan()));
    CHECK(has(world.refusal("section-head", close()), "first reject the pending decision"));
    CHECK_FALSE(draft_approval(world.state(), world.sop, world.now).ratifies.has_value());
    world.write("section-head", draft_approval(world.state(), world.sop, world.now));
    world.run();
    check_shut(world);
    CHECK(draft_approval(world.state(), world.sop, world.now).ratifies == run);
    world.write("section-head", draft_approval(world.state(), world.sop, world.now));
    to_the_end(world);
  }
}
