#include "incident/clocks.hpp"

#include <doctest/doctest.h>

#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using namespace std::chrono_literals;
using sop::Step;

TEST_CASE("each step has its stretch, gross and net") {
  test::World world;
  world.until(Step::analyze);
  world.now += 20h;  // over the night: Wednesday 04:02
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  const auto list = clocks(world.state(), world.sop, world.now);
  REQUIRE(list.size() == 4);
  CHECK(list[0].step == Step::monitor);
  CHECK(list[1].step == Step::analyze);
  CHECK(list[1].gross == 1min);
  CHECK(list[1].net == 1min);
  CHECK_FALSE(list[1].late());
  CHECK(list[2].step == Step::approve);
  CHECK(list[2].gross == 20h + 1min);
  CHECK(list[2].net == 7h + 28min);  // 08:02 to 15:30; work begins again at 07:30
  CHECK(list[2].late());
  CHECK(list[3].step == Step::repair);
  CHECK_FALSE(list[3].ended.has_value());
}

TEST_CASE("waiting for the vendor pauses, unless the reply is incomplete") {
  for (const bool complete : {true, false}) {
    CAPTURE(complete);
    test::World world;
    world.until(Step::approve);
    RepairStart start = draft_repair_start(world.state(), RepairMode::vendor, {}, false);
    start.vendor = "PT Contoh";
    const Digest run = world.write("staff", start);
    world.now += 2h;
    RepairEnd end{.run = run,
                  .outcome = RepairOutcome::done,
                  .after = test::healthy(),
                  .technician = "technician",
                  .reply = "replaced"};
    if (complete) {
      end.arrived = world.now - 1h;
      end.left = world.now;
      end.letter = sha256("work order");
      end.parts = {{"A", "B"}};
    }
    world.write("staff", end);
    const auto list = clocks(world.state(), world.sop, world.now);
    CHECK(list[3].step == Step::repair);
    CHECK(list[3].gross == 2h + 2min);
    // They left a minute before it was entered.
    CHECK(list[3].paused == (complete ? 2h : 0min));
    CHECK(list[3].net == (complete ? 2min : 2h + 2min));
    CHECK(list[3].late() == !complete);
  }
}

TEST_CASE("a decision that was signed elsewhere ends its step with the import") {
  test::World world;
  world.until(Step::analyze);
  const Digest approved = world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  world.now += 3h;
  CHECK(clocks(world.state(), world.sop, world.now)[2].gross == 1min);
  world.import(approved);
  world.now += 1min;
  const auto list = clocks(world.state(), world.sop, world.now);
  REQUIRE(list.size() == 4);
  CHECK(list[2].step == Step::approve);
  CHECK(list[2].gross == 3h + 1min);
  CHECK(list[3].gross == 1min);
  // The note moves nothing else, and an earlier one counts.
  CHECK(world.state().phase == Step::repair);
  world.import(approved);
  CHECK(clocks(world.state(), world.sop, world.now)[3].gross == 1min);
}

TEST_CASE("a vendor who never came is not waited for forever") {
  test::World world;
  world.until(Step::approve);
  RepairStart asked = draft_repair_start(world.state(), RepairMode::vendor, {}, false);
  asked.vendor = "PT Contoh";
  world.write("staff", asked);
  world.now += 1h;
  const Digest run = world.write("staff", draft_repair_start(world.state(), RepairMode::hand, {}, true));
  world.now += 1h;
  world.write("staff", RepairEnd{.run = run, .outcome = RepairOutcome::done, .after = test::healthy()});
  const auto list = clocks(world.state(), world.sop, world.now + 1h);
  REQUIRE(list.size() == 5);
  CHECK(list[3].step == Step::repair);
  CHECK(list[3].paused == 0min);  // nobody replied, so it counts as work
  CHECK(list[4].paused == 0min);
  CHECK(list[4].net == 1h);
}

// At +08:00. Friday 2026-11-27 ends at 13:00; Monday is a holiday; Tuesday is half a day.
TEST_CASE("a weekend, a holiday, a half day and a pause give the numbers worked out by hand") {
  sop::Sop office = test::procedure();
  office.calendar.utc_offset = 480min;
  office.calendar.hours[5] = {{7h + 30min, 13h}};
  office.calendar.hours[2] = {{7h + 30min, 12h}};
  office.calendar.holidays.insert(std::chrono::sys_days{std::chrono::year{2026} / 11 / 30});
  const auto at = [](const char* text) { return *parse_time(text, 480min); };
  test::World world(false, office);
  // What is written is one minute later.
  world.now = at("2026-11-27 12:00") - 1min;
  world.write("staff", world.analysis(test::disk_plan()));
  world.now = at("2026-11-27 12:10") - 1min;
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  world.now = at("2026-11-27 12:30") - 1min;
  RepairStart start = draft_repair_start(world.state(), RepairMode::vendor, {}, false);
  start.vendor = "PT Contoh";
  const Digest run = world.write("staff", start);
  // Nobody can say when the hour of repair is over while the vendor is waited for.
  auto list = clocks(world.state(), world.sop, at("2026-12-01 09:00"));
  REQUIRE(list.size() == 4);
  CHECK_FALSE(list[3].deadline.has_value());
  CHECK(list[3].paused == 30min + 90min);  // Friday's rest and Tuesday's beginning
  CHECK(list[3].net == 20min);
  world.now = at("2026-12-01 10:00") - 1min;
  RepairEnd end{.run = run,
                .outcome = RepairOutcome::done,
                .after = test::healthy(),
                .technician = "technician",
                .reply = "replaced"};
  end.arrived = at("2026-12-01 09:00");
  end.left = at("2026-12-01 09:50");
  end.letter = sha256("work order");
  end.parts = {{"A", "B"}};
  world.write("staff", end);
  list = clocks(world.state(), world.sop, world.now);
  REQUIRE(list.size() == 5);
  CHECK(list[2].gross == 10min);
  CHECK(list[2].deadline == at("2026-11-27 12:15"));
  CHECK(list[3].gross == 93h + 50min);      // Friday 12:10 to Tuesday 10:00
  CHECK(list[3].paused == 30min + 140min);  // 12:30 to 13:00, 07:30 to 09:50, when they left
  CHECK(list[3].net == 30min);              // 12:10 to 12:30, 09:50 to 10:00
  CHECK_FALSE(list[3].late());
  CHECK(list[3].deadline == at("2026-12-01 10:30"));  // 20 minutes were worked, 40 are left

  // The calendar is that of the procedure that the incident opened with: clocks() is given no other.
  world.write("section-head", draft_verification(world.state(), world.notes));
  list = clocks(world.state(), world.sop, at("2026-12-01 11:50"));
  REQUIRE(list.size() == 6);
  CHECK(list[5].step == Step::accept);
  CHECK(list[5].deadline == at("2026-12-01 10:31"));
  CHECK(list[5].late());
}

TEST_CASE(
    "what was measured began with the first round that saw it, and waited from the one that confirmed it") {
  for (const bool told : {true, false}) {
    CAPTURE(told);
    test::World world;
    record::Record& first = world.chain.records.front();
    const Instant opened = first.envelope.at;  // Tuesday, half an hour after work began
    first.envelope.occurred = opened - 20h;    // the day before, 12:01
    Monitor monitor = std::get<Monitor>(*from_node("monitor", first.body, "test"));
    if (told) monitor.confirmed = opened - 19h;
    first.body = to_node(monitor);
    const auto list = clocks(world.state(), world.sop, world.now + 1h);
    REQUIRE(list.size() == 2);
    CHECK(list[0].gross == (told ? 1h : 20h));
    CHECK(list[0].late() == true);
    CHECK(list[1].began == (told ? opened - 19h : opened));
    CHECK(list[1].late() == told);
  }
}

TEST_CASE("who approves has time from the analysis that is approved, and the wait for an earlier one stays") {
  test::World world;
  world.write("staff", world.analysis(test::disk_plan()));
  const Instant first = world.now;
  world.now += 49min;
  world.write("staff", world.analysis(test::disk_plan(true)));  // 50 min later
  world.now += 4min;
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  const auto list = clocks(world.state(), world.sop, world.now);
  REQUIRE(list.size() == 5);
  CHECK(list[2].step == Step::approve);
  CHECK(list[2].began == first);
  CHECK(list[2].superseded);
  CHECK(list[2].net == 50min);
  CHECK(list[2].late());
  CHECK(list[3].step == Step::approve);
  CHECK(list[3].pass == 2);
  CHECK_FALSE(list[3].superseded);
  CHECK(list[3].net == 5min);
  CHECK_FALSE(list[3].late());
}

TEST_CASE("a vendor is waited for until the approval is revoked at the latest") {
  test::World world;
  world.until(Step::approve);
  RepairStart start = draft_repair_start(world.state(), RepairMode::vendor, {}, false);
  start.vendor = "PT Contoh";
  const Digest run = world.write("staff", start);
  const Instant called = world.now;
  world.now += 59min;
  world.write("section-head", draft_rejection(world.state(), world.sop, world.now, "too dear", {}));
  const auto next = due(world.state(), world.sop, world.now);
  CHECK(next->step == Step::repair);
  CHECK(test::has(next->what.render(Language::english), "revoked by 'section-head'"));
  auto list = clocks(world.state(), world.sop, world.now + 2h);
  CHECK(list.back().paused == 1h);
  CHECK(list.back().net == 1min + 2h);  // a minute to the call, two hours in which nobody called them off
  CHECK(list.back().late());
  world.now += 2h;
  RepairEnd end{.run = run,
                .outcome = RepairOutcome::done,
                .after = test::healthy(),
                .parts = {{"A", "B"}},
                .technician = "technician",
                .arrived = called,
                .left = called + 3h,
                .letter = sha256("work order"),
                .reply = "replaced all the same"};
  world.write("staff", end);
  list = clocks(world.state(), world.sop, world.now);
  CHECK(list[3].paused == 1h);
  CHECK(due(world.state(), world.sop, world.now)->step == Step::analyze);
}
