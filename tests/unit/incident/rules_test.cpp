#include <doctest/doctest.h>

#include <algorithm>

#include "incident/clocks.hpp"
#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using namespace std::chrono_literals;
using sop::Step;
using test::due_step_of;
using test::has;
using test::World;

namespace {

// The code with which decide() refuses; ok: it does not.
ExitCode code_of(const World& world, const std::string& who, const Body& body) {
  try {
    decide(world.state(), world.notes, world.sop, &world.registered, world.person(who), body,
           world.now + 1min);
  } catch (const Error& error) {
    MESSAGE(std::string(error.what()));
    return error.code();
  }
  return ExitCode::ok;
}
RepairStart start_of(const World& world, bool resume, std::optional<std::string> emergency = {}) {
  RepairStart start = draft_repair_start(world.state(), RepairMode::run, std::move(emergency), resume);
  start.run_key = std::string(test::kRunKey);
  start.targets = {{"web01", "192.0.2.7", std::string(test::kRunKey), "0123456789abcdef0123456789abcdef"}};
  return start;
}
RepairEnd end_of(const Digest& run, RepairOutcome outcome) {
  return {.run = run, .outcome = outcome, .before = test::failing(), .after = test::healthy()};
}
// One command of `run`, which ends with `code`.
void command(World& world, const Digest& run, std::int64_t n, int code, bool rollback = false) {
  const plan::Frozen plan = world.state().analysis->plan;
  const auto& commands = rollback ? plan.rollback : plan.commands;
  world.write_run("staff", CommandStart{.run = run,
                                        .target = "web01",
                                        .n = n,
                                        .script = commands[static_cast<std::size_t>(n - 1)].script_digest(),
                                        .mark = "/home"});
  world.write_run(
      "staff", CommandEnd{.run = run, .target = "web01", .n = n, .end = CommandEnding::exit, .exit = code});
}
// Two branches after record `at`, closed by a merge.
void merge(World& world, const World& other, std::size_t at) {
  std::vector<record::Record> records = world.chain.records;
  std::vector<Digest> heads{records.back().digest, other.chain.records.back().digest};
  std::uint32_t seq = records.back().envelope.seq;
  for (std::size_t i = at; i < other.chain.records.size(); ++i) {
    records.push_back(other.chain.records[i]);
    seq = std::max(seq, records.back().envelope.seq);
  }
  record::Record closing = other.chain.records.back();
  closing.envelope.by = {"section-head", "section_head"};
  closing.envelope.key = test::key_of("section-head");
  closing.envelope.kind = "merge";
  closing.envelope.seq = seq + 1;
  closing.envelope.prev = heads;
  closing.body = to_node(Merge{"two clones"});
  closing.digest = sha256("merge");
  records.push_back(closing);
  std::stable_sort(records.begin(), records.end(), [](const record::Record& a, const record::Record& b) {
    return a.envelope.seq < b.envelope.seq;
  });
  world.chain.records = std::move(records);
  world.chain.heads = {closing.digest};
  world.now = std::max(world.now, other.now);
}

}  // namespace

TEST_CASE("what our own reader would refuse is never signed") {
  World world;
  world.write("staff", world.analysis(test::disk_plan()));
  Approve yes = draft_approval(world.state(), world.sop, world.now);
  for (const std::int64_t runs : {0, -1, 101, 200}) {
    yes.runs = runs;
    CHECK(code_of(world, "section-head", yes) == ExitCode::usage);
  }
  yes.runs = 100;
  CHECK(code_of(world, "section-head", yes) == ExitCode::ok);
  yes.reason = " \t";
  CHECK(code_of(world, "section-head", yes) == ExitCode::usage);
  yes.reason = "\x1b[31m";
  CHECK(code_of(world, "section-head", yes) == ExitCode::usage);
  yes.reason = " today \n";
  world.write("section-head", yes);
  CHECK(world.state().approval->body.reason == "today");

  CHECK(code_of(world, "section-head", draft_rejection(world.state(), world.sop, world.now, "  ", {})) ==
        ExitCode::usage);
  RepairStart vendor = draft_repair_start(world.state(), RepairMode::vendor, {}, false);
  vendor.vendor = "";
  CHECK(code_of(world, "staff", vendor) == ExitCode::usage);
  const Digest run = world.write("staff", draft_repair_start(world.state(), RepairMode::hand, {}, false));
  RepairEnd end = end_of(run, RepairOutcome::done);
  end.technician = " ";
  CHECK(code_of(world, "staff", end) == ExitCode::usage);
  world.write("staff", end_of(run, RepairOutcome::done));
  Withdraw over = draft_withdrawal(world.state(), WithdrawalOutcome::handed_over, "x");
  over.to = " ";
  CHECK(code_of(world, "section-head", over) == ExitCode::usage);
  over = draft_withdrawal(world.state(), WithdrawalOutcome::recovered, " ");
  CHECK(code_of(world, "section-head", over) == ExitCode::usage);
  Verify verify = draft_verification(world.state(), world.notes);
  verify.override_why = "";
  CHECK(code_of(world, "section-head", verify) == ExitCode::usage);
  world.write("section-head", draft_verification(world.state(), world.notes));
  world.write("division-head", draft_acceptance(world.state()));
  Archive archive{.part = PartDisposition::stored, .where = "", .bag = "bag", .manifest = sha256("manifest")};
  CHECK(code_of(world, "staff", archive) == ExitCode::usage);
}

TEST_CASE("nobody decides over a record that a newer version wrote") {
  World world;
  world.write("staff", world.analysis(test::disk_plan()));
  const Approve yes = draft_approval(world.state(), world.sop, world.now);
  CHECK(world.refusal("section-head", yes).empty());
  world.forge({"staff", "staff"}, test::key_of("staff"), yes);
  world.chain.records.back().envelope.kind = "escalate";
  CHECK(world.state().unknown == "escalate");
  CHECK(has(world.refusal("section-head", yes), "does not know the kind of the newest record"));
}

TEST_CASE("an emergency does not step over a run that is open") {
  World world;
  world.write("staff", world.analysis(test::disk_plan(true, true)));
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  world.write("staff", start_of(world, false));
  CHECK(has(world.refusal("staff-2", start_of(world, false, "the payroll is due")), "started but not ended"));
  CHECK(world.refusal("staff-2", start_of(world, true, "the payroll is due")).empty());
}

TEST_CASE("nor does a repair step over an emergency that is open") {
  World world;
  world.write("staff", world.analysis(test::disk_plan(true, true)));
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  world.write("staff", start_of(world, false, "the payroll is due"));
  CHECK(has(world.refusal("staff-2", start_of(world, false)), "started but not ended"));
}

TEST_CASE("a failed rollback is resumed as a rollback") {
  World world;
  world.until(Step::approve);
  world.run(false);
  RepairStart back = start_of(world, true);
  CHECK_FALSE(back.rollback);
  back.rollback = true;
  const Digest first = world.write("staff", back);
  command(world, first, 1, 1, true);
  world.write_run("staff", end_of(first, RepairOutcome::failed));

  const RepairStart again = start_of(world, true);
  CHECK(again.rollback);
  CHECK(again.run == 1);
  RepairStart forward = again;
  forward.rollback = false;
  CHECK(has(world.refusal("staff", forward), "is a rollback"));
  CHECK(first_commands(world.state(), again) == std::vector<std::int64_t>{1});
  SUBCASE("by the same way") {
    const Digest second = world.write("staff", again);
    command(world, second, 1, 0, true);
    world.write_run("staff", end_of(second, RepairOutcome::done));
    CHECK(due_step_of(world) == Step::analyze);
  }
  SUBCASE("also after a vendor was asked") {
    RepairStart vendor = draft_repair_start(world.state(), RepairMode::vendor, {}, true);
    CHECK_FALSE(vendor.rollback);
    vendor.vendor = "vendor";
    world.write("staff", vendor);
    CHECK(start_of(world, true).rollback);
    CHECK(first_commands(world.state(), start_of(world, true)) == std::vector<std::int64_t>{1});
    const Digest third = world.write("staff", start_of(world, true));
    command(world, third, 1, 0, true);
    world.write_run("staff", end_of(third, RepairOutcome::done));
    CHECK(due_step_of(world) == Step::analyze);
  }
}

TEST_CASE("an emergency in one of two clones still waits to be ratified after the merge") {
  World world;
  world.write("staff", world.analysis(test::disk_plan(true, true)));
  World other = world;
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  const std::size_t fork = other.chain.records.size();
  const Digest run = other.write("staff-2", start_of(other, false, "the payroll is due"));
  merge(world, other, fork);
  const State merged = world.state();
  REQUIRE(merged.violations.empty());
  REQUIRE(merged.unsettled().size() == 1);
  CHECK(merged.unsettled().front()->made.record == run);
  CHECK(merged.open_run() == nullptr);
  CHECK(due_step_of(world) == Step::approve);
  // Nobody can resume it, and what follows waits for it.
  CHECK_THROWS_AS(start_of(world, true), Error);
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  world.run();
  const Approve ratify = draft_approval(world.state(), world.sop, world.now);
  CHECK(ratify.ratifies == run);
  CHECK(has(world.refusal("section-head", draft_verification(world.state(), world.notes)), "ratify"));
  world.write("section-head", ratify);
  CHECK(due_step_of(world) == Step::verify);
}

TEST_CASE("a run that one of two clones resumed is not resumed after the merge") {
  World world;
  world.until(Step::approve);
  const Digest run = world.write("staff", start_of(world, false));
  World other = world;
  const std::size_t fork = other.chain.records.size();
  command(other, run, 1, 0);
  world.write("section-head", draft_rejection(world.state(), world.sop, world.now, "stop", {}));
  merge(world, other, fork);
  const State merged = world.state();
  REQUIRE(merged.violations.empty());
  REQUIRE(merged.find_run(run) != nullptr);
  CHECK(merged.find_run(run)->commands.size() == 1);
  CHECK(merged.open_run() == nullptr);
  CHECK(due_step_of(world) == Step::approve);  // its approval was used
}

TEST_CASE("a fork that is merged does not undo the revocation of an approval") {
  World world;
  world.until(Step::approve);
  World other = world;
  const std::size_t fork = other.chain.records.size();
  world.write("section-head", draft_rejection(world.state(), world.sop, world.now, "stop", {}));
  // The older copy does not contain the rejection; any step in it makes the fork.
  other.write("staff", other.analysis(test::disk_plan()));
  merge(world, other, fork);
  const State merged = world.state();
  REQUIRE(merged.violations.empty());
  CHECK(due_step_of(world) == Step::approve);
  CHECK(has(world.refusal("staff", start_of(world, false)), "revoked by 'section-head'"));
  CHECK(has(world.refusal("staff", draft_repair_start(merged, RepairMode::hand, {}, false)), "revoked"));
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  CHECK(world.refusal("staff", start_of(world, false)).empty());
}

TEST_CASE("a fork that is merged does not undo a revocation while a manual repair is open") {
  World world;
  world.until(Step::approve);
  const Digest run = world.write("staff", draft_repair_start(world.state(), RepairMode::hand, {}, false));
  World other = world;
  const std::size_t fork = other.chain.records.size();
  world.write("section-head", draft_rejection(world.state(), world.sop, world.now, "stop", {}));
  REQUIRE(world.state().approval->revoked.has_value());
  SUBCASE("the older copy ends the repair") {
    other.write("staff", end_of(run, RepairOutcome::done));
    merge(world, other, fork);
    CHECK(world.state().open_run() == nullptr);
    CHECK(due_step_of(world) == Step::approve);
  }
  SUBCASE("the older copy begins it anew") {
    other.write("staff", draft_repair_start(other.state(), RepairMode::hand, {}, true));
    merge(world, other, fork);
    CHECK(due_step_of(world) == Step::approve);
  }
  REQUIRE(world.state().violations.empty());
  CHECK(world.state().approval->revoked.has_value());
  CHECK(has(world.refusal("staff", draft_repair_start(world.state(), RepairMode::hand, {}, false)), "revoked"));
}

TEST_CASE("a vendor who is asked again, and one who is given up, pause nothing forever") {
  World world;
  world.until(Step::approve);
  RepairStart vendor = draft_repair_start(world.state(), RepairMode::vendor, {}, false);
  vendor.vendor = "vendor";
  world.write("staff", vendor);
  CHECK(has(world.refusal("staff", vendor), "started but not ended"));
  world.now += 1h;
  vendor = draft_repair_start(world.state(), RepairMode::vendor, {}, true);
  vendor.vendor = "another";
  const Digest second = world.write("staff", vendor);
  REQUIRE(world.state().pauses.size() == 2);
  CHECK(world.state().pauses[0].to == world.now);
  CHECK_FALSE(world.state().pauses[0].complete);
  world.now += 1h;
  RepairEnd end = end_of(second, RepairOutcome::done);
  end.technician = "technician";
  end.arrived = world.now - 30min;
  end.left = world.now;
  end.letter = sha256("work order");
  end.parts = {{"A", "B"}};
  world.write("staff", end);
  const auto list = clocks(world.state(), world.sop, world.now);
  CHECK(list[3].step == Step::repair);
  CHECK(list[3].paused == 1h);      // of the second one, until they left
  CHECK(list[3].net == 1h + 3min);  // one to the call, 61 to the second one, one until it was entered
}

TEST_CASE("an alleged decider on paper denies it instead of ratifying it") {
  World world;
  world.until(Step::analyze);
  Approve paper = draft_approval(world.state(), world.sop, world.now);
  paper.paper = Paper{"section-head", "section_head", sha256("scan")};
  world.write("staff-2", paper);
  world.run();
  SUBCASE("the approval") {
    world.write("section-head-2", draft_verification(world.state(), world.notes));
    const Reject no = draft_rejection(world.state(), world.sop, world.now, "I never saw it", {});
    CHECK(no.on == world.state().approval->made.record);
    CHECK(rejection_of(world.state(), no) == Rejection::approval);
    CHECK(has(world.refusal("section-head-2", no), "no approval to revoke"));
    Reject on_paper = no;
    on_paper.paper = Paper{"section-head", "section_head", sha256("scan")};
    CHECK(has(world.refusal("staff-2", on_paper), "no approval to revoke"));
    world.write("section-head", no);
    CHECK(due_step_of(world) == Step::analyze);
    CHECK(world.state().approval->revoked.has_value());
  }
  SUBCASE("not what is ratified") {
    world.write("section-head-2", draft_verification(world.state(), world.notes));
    world.write("section-head", draft_approval(world.state(), world.sop, world.now));
    Reject no = draft_rejection(world.state(), world.sop, world.now, "x", {});
    no.step = RejectedStep::approve;
    no.back = Step::analyze;
    no.on = world.state().approval->made.record;
    CHECK(has(world.refusal("section-head", no), "no approval to revoke"));
  }
  SUBCASE("the check") {
    Verify yes = draft_verification(world.state(), world.notes);
    yes.paper = Paper{"section-head-2", "section_head", sha256("scan")};
    world.write("staff-2", yes);
    world.write("section-head", draft_approval(world.state(), world.sop, world.now));
    const Reject no = draft_rejection(world.state(), world.sop, world.now, "I never saw it", {});
    CHECK(no.step == RejectedStep::verify);
    CHECK(rejection_of(world.state(), no) == Rejection::denied_verification);
    CHECK_FALSE(world.refusal("section-head", no).empty());
    world.write("section-head-2", no);
    CHECK(due_step_of(world) == Step::repair);
    CHECK_FALSE(world.state().verified.has_value());
  }
  SUBCASE("the acceptance") {
    world.write("section-head-2", draft_verification(world.state(), world.notes));
    world.write("section-head", draft_approval(world.state(), world.sop, world.now));
    Accept yes = draft_acceptance(world.state());
    yes.paper = Paper{"division-head", "division_head", sha256("scan")};
    world.write("staff-2", yes);
    const Reject no = draft_rejection(world.state(), world.sop, world.now, "I never saw it", {});
    CHECK(no.step == RejectedStep::accept);
    CHECK(rejection_of(world.state(), no) == Rejection::denied_acceptance);
    CHECK_FALSE(world.refusal("boss", no).empty());
    world.write("division-head", no);
    CHECK(due_step_of(world) == Step::verify);
  }
}

TEST_CASE("archive waits for the signed copy where the procedure requires one") {
  World world;
  world.sop.policies.signed_paper = {{Step::archive, "", true}};
  world.until(Step::accept);
  const Archive archive{.part = PartDisposition::none, .bag = "bag", .manifest = sha256("manifest")};
  CHECK(has(world.refusal("staff", archive), "requires a signed copy"));
  record::Note note;
  note.kind = "evidence";
  note.id = "photo";
  note.at = world.now;
  note.body = yaml::Node::map().set("digest", sha256("photo").text());
  world.notes.push_back(note);
  CHECK(has(world.refusal("staff", archive), "--signed-copy"));
  note.id = "scan";
  note.body.set("signed_copy", true);
  world.notes.push_back(note);
  world.write("staff", archive);
  CHECK(world.state().finished());
}

TEST_CASE("a step waits for the signed copy that the procedure names, where there is cause for it") {
  const auto copy = [](World& world, const char* paper) {
    record::Note note;
    note.kind = "evidence";
    note.id = paper;
    note.at = world.now;
    note.body = yaml::Node::map().set("digest", sha256(paper).text()).set("signed_copy", paper);
    world.notes.push_back(note);
  };
  World world;
  world.sop.policies.signed_paper = {{Step::repair, "approval", true},
                                     {Step::verify, "vendor", true},
                                     {Step::accept, "verification", false},
                                     {Step::archive, "repair", true}};
  world.until(Step::approve);
  CHECK(has(world.refusal("staff", run_start(world)), "signed copy of 'approval' before 'repair'"));
  copy(world, "repair");
  CHECK(has(world.refusal("staff", run_start(world)), "--signed-copy approval SCAN"));
  copy(world, "approval");
  world.run();
  // No vendor: no letter; what is only wanted stops nobody.
  CHECK(missing_copies(world.state(), world.notes, world.sop, Step::verify, world.now).empty());
  world.write("section-head", draft_verification(world.state(), world.notes));
  REQUIRE(missing_copies(world.state(), world.notes, world.sop, Step::accept, world.now).size() == 1);
  world.write("division-head", draft_acceptance(world.state()));
  world.write("staff", Archive{.part = PartDisposition::none, .bag = "bag", .manifest = sha256("manifest")});
  CHECK(world.state().finished());
}

TEST_CASE("rejecting a withdrawal has no correction and keeps the last rejection of a step") {
  World world;
  world.until(Step::analyze);
  Reject no = draft_rejection(world.state(), world.sop, world.now, "only the logs", {});
  no.correction = "clean /var/log alone";
  world.write("section-head", no);
  world.write("section-head", draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it came back"));
  Reject back = draft_rejection(world.state(), world.sop, world.now, "it is still there", {});
  CHECK(back.step == RejectedStep::withdraw);
  back.correction = "x";
  CHECK(has(world.refusal("division-head", back), "can contain a correction"));
  back.correction.reset();
  back.paper = Paper{"division-head", "division_head", sha256("scan")};
  SUBCASE("on paper, entered by staff, of somebody who may") {
    back.paper->role = "staff";
    CHECK(has(world.refusal("staff", back), "may not do step 'withdraw'"));
    back.paper->role = "division_head";
    world.write("staff", back);
  }
  SUBCASE("signed") {
    back.paper.reset();
    CHECK(has(world.refusal("staff", back), "has no role"));
    world.write("division-head", back);
  }
  CHECK(world.state().last_rejection()->body.correction == "clean /var/log alone");
}
