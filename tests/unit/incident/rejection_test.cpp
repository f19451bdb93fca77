// What a rejection is about, and that the record which it names is that.
#include <doctest/doctest.h>

#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using sop::Step;
using test::World;

namespace {

Reject rejection(const World& world) {
  return draft_rejection(world.state(), world.sop, world.now, "no", {});
}

void check_about(const World& world, Rejection what) {
  const Reject body = rejection(world);
  CHECK(rejection_of(world.state(), body) == what);
  CHECK(rejected_record(world.state(), what) == body.on);
}

}  // namespace

TEST_CASE("a rejection is about what is due") {
  World world;
  world.until(Step::analyze);
  check_about(world, Rejection::analysis);
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  check_about(world, Rejection::approval);
  world.run();
  check_about(world, Rejection::repair);
  world.write("section-head", draft_verification(world.state(), world.notes));
  check_about(world, Rejection::verification);
}

TEST_CASE("a withdrawal is rejected before anything else") {
  World world;
  world.until(Step::analyze);
  world.write("section-head", draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it came back"));
  check_about(world, Rejection::withdrawal);
}

TEST_CASE("an approval is another record than the analysis that it is on") {
  World world;
  world.until(Step::approve);
  Reject body = rejection(world);
  CHECK(body.on == world.state().approval->made.record);
  body.on = world.state().analysis->made.record;
  CHECK(rejection_of(world.state(), body) == Rejection::analysis);
  CHECK_FALSE(rejected_record(world.state(), Rejection::repair));
  CHECK_FALSE(rejected_record(world.state(), Rejection::emergency));
  CHECK_FALSE(rejected_record(world.state(), Rejection::withdrawal));
}
