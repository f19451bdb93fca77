#include <doctest/doctest.h>

#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using sop::Step;
using test::due_step_of;
using test::has;
using test::World;

TEST_CASE("withdrawing takes two people") {
  World world;
  const Digest first =
      world.write("boss", draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it came back"));
  const Withdraw second = draft_withdrawal(world.state(), {}, "seen");
  CHECK(second.seconds == first);
  CHECK(due(world.state(), world.sop, world.now)->withdrawal);
  CHECK(has(world.refusal("boss", second), "two people"));
  CHECK(has(world.refusal("section-head", second), "has no role"));
  SUBCASE("seconded") {
    world.write("division-head", second);
    CHECK(world.state().finished());
    CHECK(world.state().withdrawn->body.outcome == WithdrawalOutcome::recovered);
  }
  SUBCASE("rejected") {
    world.write("division-head",
                draft_rejection(world.state(), world.sop, world.now, "it is still there", {}));
    CHECK_FALSE(world.state().withdrawing.has_value());
    CHECK(due_step_of(world) == Step::analyze);
  }
  SUBCASE("any step between ends the first") {
    world.until(Step::analyze);
    CHECK(has(world.refusal("division-head", second), "no withdrawal waits for a second signature"));
  }
}

TEST_CASE("what was repaired and verified is not closed without repair, until a rejection has undone that") {
  for (const Step step : {Step::monitor, Step::analyze, Step::approve, Step::repair}) {
    World early;
    early.until(step);
    CHECK(early.refusal("section-head", draft_withdrawal(early.state(), WithdrawalOutcome::recovered, "x"))
              .empty());
  }
  World world;
  world.until(Step::verify);
  const auto wanted = [&] {
    return draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it came back");
  };
  CHECK(has(world.refusal("section-head", wanted()), "cannot be closed without repair"));
  World accepted = world;
  accepted.write("division-head", draft_acceptance(accepted.state()));
  CHECK(has(
      accepted.refusal("section-head", draft_withdrawal(accepted.state(), WithdrawalOutcome::recovered, "x")),
      "cannot be closed without repair"));
  world.write("division-head", draft_rejection(world.state(), world.sop, world.now, "it is not", {}));
  CHECK(world.refusal("section-head", wanted()).empty());
}

TEST_CASE("a withdrawal on paper counts for the decider, waits for them, and ends when they have signed") {
  World world;
  const auto wanted = [&] {
    return draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it came back");
  };
  const auto on_paper = [&](const char* person, const char* role) {
    Withdraw body = wanted();
    body.paper = Paper{person, role, sha256("scan")};
    return body;
  };
  CHECK(has(world.refusal("staff-2", wanted()), "has no role"));
  CHECK(has(world.refusal("staff-2", on_paper("staff", "section_head")), "does not hold the role"));
  CHECK(has(world.refusal("staff-2", on_paper("staff", "staff")), "may not do step 'approve'"));
  const Digest first = world.write("staff-2", on_paper("section-head", "section_head"));
  CHECK(wanted().ratifies == first);
  const auto waits = due(world.state(), world.sop, world.now);
  CHECK(waits->withdrawal);
  CHECK(waits->step == Step::approve);
  CHECK(has(world.refusal("division-head", wanted()), "only 'section-head'"));
  CHECK(has(world.refusal("section-head-2", wanted()), "only 'section-head'"));
  Withdraw early = wanted();
  early.ratifies.reset();
  early.seconds = first;
  CHECK(has(world.refusal("division-head", early), "has not ratified it"));
  Withdraw other = wanted();
  other.outcome = WithdrawalOutcome::false_alarm;
  CHECK(has(world.refusal("section-head", other), "must not change"));

  SUBCASE("the first denied by the alleged decider") {
    world.write("section-head", draft_rejection(world.state(), world.sop, world.now, "I did not", {}));
    CHECK_FALSE(world.state().withdrawing.has_value());
    CHECK(wanted().ratifies == std::nullopt);
    return;
  }
  world.write("section-head", wanted());
  CHECK(wanted().seconds == first);
  CHECK(wanted().ratifies == std::nullopt);
  CHECK(has(world.refusal("staff-2", on_paper("section-head", "division_head")), "does not hold the role"));
  SUBCASE("the second is signed") {
    world.write("division-head", wanted());
    CHECK(world.state().finished());
    return;
  }
  const Digest second = world.write("staff-2", on_paper("division-head", "division_head"));
  CHECK_FALSE(world.state().finished());
  CHECK(wanted().ratifies == second);
  CHECK(due(world.state(), world.sop, world.now)->step == Step::accept);
  SUBCASE("the second on paper too, and ratified") {
    world.write("division-head", wanted());
    CHECK(world.state().finished());
    CHECK(world.state().withdrawn->made.record == second);
    CHECK(world.state().withdrawn->ratified->by.person == "division-head");
  }
  SUBCASE("the second on paper, and denied") {
    world.write("division-head", draft_rejection(world.state(), world.sop, world.now, "I did not", {}));
    CHECK_FALSE(world.state().withdrawing.has_value());
    CHECK_FALSE(world.state().withdrawn.has_value());
    CHECK(due_step_of(world) == Step::analyze);
  }
  SUBCASE("a step between ends both") {
    world.until(Step::analyze);
    CHECK_FALSE(world.state().withdrawing.has_value());
    CHECK_FALSE(world.state().withdrawn.has_value());
  }
  CHECK(world.state().violations.empty());
}

TEST_CASE("both signatures of a withdrawal on paper are of two people") {
  World world;
  Withdraw first = draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it came back");
  first.paper = Paper{"boss", "section_head", sha256("scan")};
  world.write("staff-2", first);
  world.write("boss", draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it came back"));
  Withdraw second = draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it came back");
  second.paper = Paper{"boss", "division_head", sha256("scan")};
  CHECK(has(world.refusal("staff-2", second), "two people"));
  second.paper.reset();
  CHECK(has(world.refusal("boss", second), "two people"));
}
