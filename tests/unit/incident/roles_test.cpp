// Who may when a step has waited too long, and where two sign.
#include <doctest/doctest.h>

#include "incident/clocks.hpp"
#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using namespace std::chrono_literals;
using sop::Step;

namespace {

sop::Row& row(sop::Sop& procedure, Step step) {
  return procedure.steps[static_cast<std::size_t>(step)];
}
std::vector<std::string> due_roles(const test::World& world) {
  return due(world.state(), world.sop, world.now)->roles;
}
using Roles = std::vector<std::string>;

sop::Sop escalating() {
  sop::Sop office = test::procedure();
  row(office, Step::approve).escalate = {{2h, {"division_head"}}, {4h, {"staff", "division_head"}}};
  row(office, Step::repair).escalate = {{1h, {"section_head"}}};
  return office;
}

sop::Sop signed_by_two() {
  sop::Sop office = test::procedure();
  for (const Step step : {Step::approve, Step::verify}) row(office, step).countersign = {"division_head"};
  row(office, Step::accept).countersign = {"section_head"};
  return office;
}

}  // namespace

TEST_CASE("a step that has waited may be done by whom it escalates to, in working time") {
  test::World world(false, escalating());
  world.until(Step::analyze);  // Tuesday 08:02
  const Instant began = world.now;
  CHECK(test::has(world.refusal("division-head", draft_approval(world.state(), world.sop, world.now)),
                  "'division-head' has no role for step 'approve'"));
  auto next = due(world.state(), world.sop, world.now);
  CHECK(next->roles == Roles{"section_head"});
  REQUIRE(next->next.has_value());
  CHECK(next->next->roles == Roles{"division_head"});
  CHECK(next->next->at == began + 2h);

  world.now = began + 2h - 2min;
  CHECK_FALSE(world.refusal("division-head", draft_approval(world.state(), world.sop, world.now)).empty());
  world.now = began + 2h;
  next = due(world.state(), world.sop, world.now);
  CHECK(next->roles == Roles{"section_head", "division_head"});
  CHECK(next->escalated == Roles{"division_head"});
  CHECK(next->next->at == began + 4h);
  CHECK(waits_for(world.state(), world.sop, world.person("division-head"), world.now));
  CHECK_FALSE(waits_for(world.state(), world.sop, world.person("staff-2"), world.now));
  // Who analysed may not approve it for all that.
  world.now = began + 5h;
  CHECK(due_roles(world) == Roles{"section_head", "division_head", "staff"});
  CHECK(test::has(world.refusal("staff", draft_approval(world.state(), world.sop, world.now)), "own work"));
  CHECK_FALSE(waits_for(world.state(), world.sop, world.person("staff"), world.now));
  CHECK(waits_for(world.state(), world.sop, world.person("staff-2"), world.now));
  world.write("staff-2", draft_approval(world.state(), world.sop, world.now));
  CHECK(world.chain.records.back().envelope.by.role == "staff");
  CHECK(test::due_step_of(world) == Step::repair);
  CHECK(due_roles(world) == Roles{"staff"});  // that of the next step is its own waiting
}

TEST_CASE("nights and a vendor's delay escalate nothing") {
  test::World world(false, escalating());
  world.until(Step::approve);  // Tuesday 08:03
  RepairStart asked = draft_repair_start(world.state(), RepairMode::vendor, {}, false);
  asked.vendor = "PT Contoh";
  const Digest run = world.write("staff", asked);
  world.now += 5h;
  auto next = due(world.state(), world.sop, world.now);
  CHECK(next->roles == Roles{"staff"});
  CHECK_FALSE(next->next->at.has_value());  // nobody knows when the vendor replies
  RepairEnd end{.run = run,
                .outcome = RepairOutcome::failed,
                .after = test::failing(),
                .parts = {{"A", "B"}},
                .technician = "technician",
                .arrived = world.now - 1h,
                .left = world.now,
                .letter = sha256("work order"),
                .reply = "no part"};
  world.write("staff", end);
  CHECK(due_roles(world) == Roles{"staff"});
  world.now = *parse_instant("2026-11-24T23:00:00.000Z");  // the night
  CHECK(due_roles(world) == Roles{"staff", "section_head"});
  // ... but an approval that ended has a clock of its own.
  world.now = *parse_instant("2026-11-25T15:30:00.001Z");
  next = due(world.state(), world.sop, world.now);
  CHECK(next->step == Step::approve);
  CHECK(next->roles == Roles{"section_head"});
  world.now = *parse_instant("2026-11-26T09:30:00.000Z");
  CHECK(due_roles(world) == Roles{"section_head", "division_head"});
  const auto list = clocks(world.state(), world.sop, world.now);
  CHECK(list.back().step == Step::approve);
  CHECK(list.back().pass == 2);
  CHECK(list.back().net == 2h);
}

TEST_CASE("an import that is noted later does not change who might act") {
  test::World world(false, escalating());
  world.until(Step::approve);
  const Digest approved = world.state().approval->made.record;
  world.now += 61min;
  world.write("boss", draft_repair_start(world.state(), RepairMode::hand, {}, false));
  CHECK(world.chain.records.back().envelope.by.role == "staff");
  world.now += 1min;
  world.import(approved);
  CHECK(world.state().violations.empty());
  CHECK(clocks(world.state(), world.sop, world.now)[2].gross == 1min);
}

TEST_CASE("what is forged before its time is not believed") {
  test::World world(false, escalating());
  world.until(Step::analyze);
  world.forge({"division-head", "division_head"}, test::key_of("division-head"),
              draft_approval(world.state(), world.sop, world.now));
  REQUIRE(world.state().violations.size() == 1);
  CHECK(test::due_step_of(world) == Step::approve);
}

TEST_CASE("where two sign, one signature moves nothing") {
  for (const bool chief_first : {false, true}) {
    CAPTURE(chief_first);
    test::World world(false, signed_by_two());
    const std::string one = chief_first ? "division-head" : "section-head";
    const std::string other = chief_first ? "section-head" : "division-head";
    world.until(Step::analyze);
    CHECK(due_roles(world) == Roles{"section_head", "division_head"});
    const Digest first = world.write(one, draft_approval(world.state(), world.sop, world.now));
    State state = world.state();
    CHECK_FALSE(state.approval.has_value());
    CHECK(test::due_step_of(world) == Step::approve);
    CHECK(due_roles(world) == Roles{chief_first ? "section_head" : "division_head"});
    CHECK(test::has(due(state, world.sop, world.now)->what.render(Language::english),
                    "'" + one + "' has signed"));
    CHECK_FALSE(waits_for(state, world.sop, world.person(one), world.now));
    CHECK(waits_for(state, world.sop, world.person(other), world.now));
    CHECK(test::has(world.refusal("staff", draft_repair_start(state, RepairMode::hand, {}, false)),
                    "the next step is "));

    const Approve second = draft_approval(state, world.sop, world.now);
    CHECK(second.seconds == first);
    CHECK_FALSE(world.refusal(one, second).empty());
    CHECK_FALSE(world.refusal("staff-2", second).empty());
    if (!chief_first) {
      // Two section heads are not a section head and a division head; nor is one person with both roles.
      CHECK(test::has(world.refusal("section-head-2", second), "has no role"));
    }
    Approve longer = second;
    longer.until += 1h;
    CHECK(test::has(world.refusal(other, longer), "must be for the same decision"));
    world.write(other, second);
    state = world.state();
    REQUIRE(state.approval.has_value());
    CHECK(state.approval->first->by.person == one);
    CHECK(test::due_step_of(world) == Step::repair);
    world.run();

    // Each of the two is who verified: neither may accept.
    world.write("boss", draft_verification(world.state(), world.notes));
    CHECK(test::has(world.refusal("boss", draft_verification(world.state(), world.notes)), "two people"));
    CHECK_FALSE(world.state().verified.has_value());
    world.write(world.state().half_signed->made.by.role == "section_head" ? "division-head" : "section-head",
                draft_verification(world.state(), world.notes));
    CHECK(test::due_step_of(world) == Step::accept);
    CHECK(test::has(world.refusal("boss", draft_acceptance(world.state())), "own work"));
    CHECK(test::has(world.refusal("division-head", draft_acceptance(world.state())), "own work"));
  }
}

TEST_CASE("between two signatures anything else ends the first") {
  test::World world(false, signed_by_two());
  world.until(Step::analyze);
  const Digest first = world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  const Approve second = draft_approval(world.state(), world.sop, world.now);
  // A rejection by either is enough.
  world.write("division-head", draft_rejection(world.state(), world.sop, world.now, "too risky", {}));
  CHECK(test::due_step_of(world) == Step::analyze);
  world.write("staff", world.analysis(test::disk_plan(true)));
  CHECK_FALSE(world.state().half_signed.has_value());
  Approve late = draft_approval(world.state(), world.sop, world.now);
  late.seconds = second.seconds;
  CHECK(test::has(world.refusal("division-head", late), "no first signature"));
  CHECK_FALSE(draft_approval(world.state(), world.sop, world.now).seconds.has_value());
  CHECK(first != world.write("section-head", draft_approval(world.state(), world.sop, world.now)));
  // A validity that is over cannot be signed to any more; a new first takes its place.
  world.now += std::chrono::hours(24 * 9);
  CHECK_FALSE(draft_approval(world.state(), world.sop, world.now).seconds.has_value());
  CHECK(due_roles(world) == Roles{"section_head", "division_head"});
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  world.write("division-head", draft_approval(world.state(), world.sop, world.now));
  CHECK(test::due_step_of(world) == Step::repair);
}

TEST_CASE("a second signature is to the measurement that the first saw") {
  test::World world(false, signed_by_two());
  world.until(Step::analyze);
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  world.write("division-head", draft_approval(world.state(), world.sop, world.now));
  world.run();
  world.write("section-head", draft_verification(world.state(), world.notes));
  const Verify stale = draft_verification(world.state(), world.notes);
  REQUIRE(stale.seconds.has_value());
  world.measure(test::healthy());
  const Verify fresh = draft_verification(world.state(), world.notes);
  CHECK_FALSE(fresh.seconds.has_value());
  CHECK(fresh.measure.has_value());
  CHECK(test::has(world.refusal("section-head",
                                [&] {
                                  Verify mixed = fresh;
                                  mixed.seconds = stale.seconds;
                                  return mixed;
                                }()),
                  "two people"));
  world.write("division-head", fresh);
  world.write("section-head", draft_verification(world.state(), world.notes));
  CHECK(test::due_step_of(world) == Step::accept);
}

TEST_CASE("what two sign is taken from no paper, and no second signature where none is wanted") {
  test::World world(false, signed_by_two());
  world.until(Step::analyze);
  Approve paper = draft_approval(world.state(), world.sop, world.now);
  paper.paper = Paper{"section-head", "section_head", sha256("scan")};
  CHECK(test::has(world.refusal("staff", paper), "cannot be decided on paper"));
  test::World plain;
  plain.until(Step::analyze);
  Approve second = draft_approval(plain.state(), plain.sop, plain.now);
  second.seconds = sha256("x");
  CHECK(test::has(plain.refusal("section-head", second), "requires no second signature"));
}

TEST_CASE("an emergency is ratified by two where two approve") {
  test::World world(false, signed_by_two());
  world.write("staff", world.analysis(test::disk_plan(false, true)));
  RepairStart start = draft_repair_start(world.state(), RepairMode::hand, "water on the floor", false);
  const Digest run = world.write("staff", start);
  world.write("staff", RepairEnd{.run = run, .outcome = RepairOutcome::done, .after = test::healthy()});
  CHECK(due(world.state(), world.sop, world.now)->emergency);
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  CHECK_FALSE(world.state().unsettled().empty());
  CHECK(
      test::has(world.refusal("boss", draft_verification(world.state(), world.notes)), "the next step is "));
  world.write("division-head", draft_approval(world.state(), world.sop, world.now));
  CHECK(world.state().unsettled().empty());
  CHECK(test::due_step_of(world) == Step::verify);
}

TEST_CASE("the inbox of a person leaves out their own work") {
  test::World world;
  world.until(Step::analyze);
  const auto waits = [&](const char* who) {
    return waits_for(world.state(), world.sop, world.person(who), world.now);
  };
  CHECK(waits("section-head"));
  CHECK_FALSE(waits("staff"));
  CHECK_FALSE(waits("division-head"));
  test::World own;
  own.write("boss", own.analysis(test::disk_plan()));
  CHECK_FALSE(waits_for(own.state(), own.sop, own.person("boss"), own.now));
  CHECK(waits_for(own.state(), own.sop, own.person("section-head"), own.now));
  // The key counts as well as the person.
  Person borrowed = own.person("section-head");
  borrowed.key = test::key_of("boss");
  CHECK_FALSE(waits_for(own.state(), own.sop, borrowed, own.now));
  // Of a withdrawal the second signature; of a paper decision its decider's.
  own.write("section-head", draft_withdrawal(own.state(), WithdrawalOutcome::recovered, "it came back"));
  CHECK_FALSE(waits_for(own.state(), own.sop, own.person("section-head"), own.now));
  CHECK(waits_for(own.state(), own.sop, own.person("division-head"), own.now));
  Approve paper = draft_approval(world.state(), world.sop, world.now);
  paper.paper = Paper{"section-head-2", "section_head", sha256("scan")};
  world.write("staff", paper);
  world.run();
  world.write("section-head", draft_verification(world.state(), world.notes));
  CHECK_FALSE(waits("section-head"));
  CHECK(waits("section-head-2"));
}

TEST_CASE("an incident that is critical waits around the clock where the procedure says so") {
  sop::Sop office = test::procedure();
  office.around_the_clock = {"critical"};
  test::World critical(false, office);
  critical.until(Step::analyze);
  const Instant began = critical.now;
  critical.now = began + 20h;
  CHECK(clocks(critical.state(), critical.sop, critical.now)[2].net == 20h);
  CHECK(clocks(critical.state(), critical.sop, critical.now)[2].deadline == began + 15min);
  office.around_the_clock = {"warning"};
  test::World warning(false, office);
  warning.until(Step::analyze);
  warning.now = began + 20h;
  CHECK(clocks(warning.state(), warning.sop, warning.now)[2].net == 7h + 28min);
  // What the first record says counts before its results; without either there is no severity.
  Monitor said{
      .source = FaultSource::report, .fault_key = "web01/unknown", .host = "web01", .summary = "it beeps"};
  CHECK_FALSE(severity_of(said));
  said.severity = fault::Severity::critical;
  CHECK(severity_of(said) == fault::Severity::critical);
  said.severity.reset();
  said.results = {{"web01", "icmp", round::State::unknown, ""}, {"web01", "load", round::State::warning, ""}};
  CHECK(severity_of(said) == fault::Severity::warning);
}
