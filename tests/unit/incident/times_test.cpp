// Times that cannot be are refused when they are written; what older versions wrote is read as it is.
#include <doctest/doctest.h>

#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using namespace std::chrono_literals;
using sop::Step;
using test::has;
using test::World;

namespace {

// The refusal of `body` with the time `occurred`, after its exit code; empty: permitted.
std::string said(const World& world, const std::string& who, const Body& body,
                 std::optional<Instant> occurred) {
  try {
    decide(world.state(), world.notes, world.sop, &world.registered, world.person(who), body,
           world.now + 1min, occurred);
  } catch (const Error& error) {
    return std::to_string(static_cast<int>(error.code())) + " " + error.message().render(Language::english) +
           " | " + error.hint().render(Language::english);
  }
  return {};
}

}  // namespace

TEST_CASE("nothing of an incident happened before it began") {
  World world;
  const Instant began = world.state().opened.at;
  world.write("staff", world.analysis(test::disk_plan()));
  const Approve approve = draft_approval(world.state(), world.sop, world.now);
  CHECK(has(said(world, "section-head", approve, began - 1h), "64 --occurred 2026-11-24 07:01 UTC is before"));
  CHECK(said(world, "section-head", approve, began).empty());
  CHECK(said(world, "section-head", approve, began + 1min).empty());
  const Reject reject = draft_rejection(world.state(), world.sop, world.now, "no", {});
  CHECK(has(said(world, "section-head", reject, began - 1h), "64 "));
}

TEST_CASE("a repair before its approval is an emergency, which others ratify") {
  World world;
  world.write("staff", world.analysis(test::disk_plan()));
  world.now += 2h;
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  const Instant approved = world.state().approval->made.at;
  RepairStart start = draft_repair_start(world.state(), RepairMode::hand, {}, false);
  CHECK(has(said(world, "staff", start, approved - 1h), "77 the repair at"));
  CHECK(has(said(world, "staff", start, approved - 1h), "--emergency"));
  CHECK(said(world, "staff", start, approved).empty());
  RepairStart emergency = draft_repair_start(world.state(), RepairMode::hand, "it was night", false);
  CHECK(said(world, "staff", emergency, approved - 1h).empty());
}

TEST_CASE("a vendor comes after the call and leaves after coming") {
  World world;
  world.until(Step::approve);
  RepairStart start = draft_repair_start(world.state(), RepairMode::vendor, {}, false);
  start.vendor = "PT Contoh";
  const Digest run = world.write("staff", start);
  const Instant called = world.now;
  world.now += 5h;
  RepairEnd end{.run = run,
                .outcome = RepairOutcome::done,
                .after = test::healthy(),
                .parts = {{"A", "B"}},
                .technician = "technician",
                .arrived = called - 1h,
                .left = called + 2h,
                .letter = sha256("work order"),
                .reply = "replaced"};
  CHECK(has(said(world, "staff", end, {}), "64 --arrived"));
  end.arrived = called + 3h;
  CHECK(has(said(world, "staff", end, {}), "is before arrival"));
  end.arrived = called + 1h;
  CHECK(said(world, "staff", end, {}).empty());
  CHECK(has(said(world, "staff", end, called - 1h), "64 --occurred"));
}

TEST_CASE("a check comes after what is checked") {
  World world;
  world.until(Step::repair);
  const Instant ended = world.state().finished_run()->ended->at;
  const Verify verify = draft_verification(world.state(), world.notes);
  CHECK(has(said(world, "section-head", verify, ended - 2min), "64 --occurred"));
  CHECK(said(world, "section-head", verify, ended).empty());
  world.write("section-head", verify);
  const Instant verified = world.state().verified->made.at;
  CHECK(has(said(world, "division-head", draft_acceptance(world.state()), verified - 2min), "64 --occurred"));
}

TEST_CASE("a risk is accepted until a time that is still to come") {
  World world;
  Withdraw body = draft_withdrawal(world.state(), WithdrawalOutcome::risk_accepted, "a test server");
  body.until = world.now - 1h;
  CHECK(has(said(world, "section-head", body, {}), "64 --until"));
  body.until = world.now + 1h;
  CHECK(said(world, "section-head", body, {}).empty());
}

TEST_CASE("names, numbers and places of an incident are one line") {
  World world;
  world.until(Step::accept);
  Archive body{.part = PartDisposition::stored,
               .where = "room 2\nKepala Dinas",
               .bag = "bag",
               .manifest = sha256("m")};
  CHECK(has(said(world, "staff", body, {}), "64 'where' must be a single line of plain text"));
  body.where = "room 2";
  body.received_by = "a\nb";
  CHECK(has(said(world, "staff", body, {}), "64 'received_by' must be a single line"));
}
