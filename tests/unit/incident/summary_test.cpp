// What is signed says what it is about: each decision carries the values that its chain gives, and one that
// carries others is neither written nor believed.
#include <doctest/doctest.h>

#include "incident/check.hpp"
#include "incident/evidence.hpp"
#include "world.hpp"

using namespace jaga;
using namespace jaga::incident;
using sop::Step;
using test::has;
using test::World;

namespace {

Summary last_summary(const World& world) {
  const record::Record& last = world.chain.records.back();
  const auto body = from_node(last.envelope.kind, last.body, "x");
  REQUIRE(body);
  const Summary* summary = summary_in(*body);
  REQUIRE(summary != nullptr);
  return *summary;
}

// The body of what `who` would write, its summary filled in.
Body decided(const World& world, const std::string& who, const Body& body) {
  return decide(world.state(), world.notes, world.sop, &world.registered, world.person(who), body, world.now)
      .body;
}

// Every summary that differs from `right` in one value, or has one more or one less.
std::vector<Summary> others(const Summary& right) {
  std::vector<Summary> out;
  const auto other = [&](const auto& change) {
    Summary one = right;
    change(one);
    CHECK_FALSE(one == right);
    out.push_back(one);
  };
  other([](Summary& s) { s.fault = "web02/disk-full/%2Fvar"; });
  other([](Summary& s) { s.until = s.until ? std::nullopt : parse_instant("2031-01-01T00:00:00.000Z"); });
  if (right.until) other([](Summary& s) { *s.until += std::chrono::minutes{1}; });
  if (right.plan) {
    other([](Summary& s) { s.plan.reset(); });
    other([](Summary& s) { s.plan->name = "manual"; });
    other([](Summary& s) { s.plan->origin = plan::Origin::adhoc; });
    other([](Summary& s) { s.plan->run = plan::Run::vendor; });
    other([](Summary& s) { s.plan->parameters.emplace_back("days", "1"); });
    other([](Summary& s) { s.plan->hosts.front().host = "web02"; });
    other([](Summary& s) { s.plan->hosts.front().address = "192.0.2.8"; });
    other([](Summary& s) { s.plan->hosts.clear(); });
    other([](Summary& s) { s.plan->scripts.front().digest = sha256("rm -rf /"); });
    other([](Summary& s) { s.plan->scripts.front().arguments = {"/"}; });
    other([](Summary& s) { s.plan->scripts.front().environment.emplace_back("A", "b"); });
    other([](Summary& s) { s.plan->scripts.front().sudo = true; });
    other([](Summary& s) { s.plan->scripts.pop_back(); });
    other([](Summary& s) { s.plan->rollback.clear(); });
    other([](Summary& s) { s.plan->files.push_back({"tool", sha256("tool")}); });
    other([](Summary& s) { s.plan->part = "another disk"; });
  }
  if (right.repair) {
    other([](Summary& s) { s.repair.reset(); });
    other([](Summary& s) { s.repair->mode = RepairMode::vendor; });
    other([](Summary& s) { s.repair->outcome = RepairOutcome::failed; });
    other([](Summary& s) { s.repair->before.clear(); });
    other([](Summary& s) { s.repair->after.front().state = round::State::warning; });
    other([](Summary& s) { s.repair->after.front().check = "icmp"; });
  } else {
    other([](Summary& s) { s.repair = Summary::Repair{}; });
  }
  return out;
}

}  // namespace

TEST_CASE("a decision carries what it is about") {
  World world;
  Analyze analysis = world.analysis(test::disk_plan());
  analysis.part = "a disk";
  world.write("staff", analysis);
  Approve approve = draft_approval(world.state(), world.sop, world.now);
  world.write("section-head", approve);
  Summary expected;
  expected.fault = "web01/disk-full/%2Fvar";
  expected.plan = Summary::Plan{
      "clean-disk",
      plan::Origin::builtin,
      plan::Run::ssh,
      {},
      {{"web01", "192.0.2.7"}},
      {{sha256("journalctl --vacuum-size=64M"), {}, {}, false}, {sha256("apt-get clean"), {}, {}, false}},
      {{sha256("apt-get clean"), {}, {}, false}},
      {},
      "a disk"};
  expected.until = approve.until;
  CHECK(last_summary(world) == expected);

  world.run();
  world.write("section-head", draft_verification(world.state(), world.notes));
  expected.until.reset();
  expected.repair = Summary::Repair{.before = {{"web01", "disk:/var", round::State::critical}},
                                    .after = {{"web01", "disk:/var", round::State::ok}}};
  CHECK(last_summary(world) == expected);
  world.write("division-head", draft_rejection(world.state(), world.sop, world.now, "no", {}));
  CHECK(last_summary(world) == expected);
  world.write("section-head", draft_verification(world.state(), world.notes));
  world.write("division-head", draft_acceptance(world.state()));
  CHECK(last_summary(world) == expected);
}

TEST_CASE("a verify carries what was measured last, and an accept what was verified") {
  World world;
  world.until(Step::repair);
  world.measure({{"web01", "disk:/var", round::State::warning, "81 % full"}});
  Verify verify = draft_verification(world.state(), world.notes);
  verify.override_why = "enough";
  world.write("section-head", verify);
  CHECK(last_summary(world).repair->after ==
        std::vector<Summary::Probe>{{"web01", "disk:/var", round::State::warning}});
  world.measure(test::healthy());
  world.write("division-head", draft_acceptance(world.state()));
  CHECK(last_summary(world).repair->after ==
        std::vector<Summary::Probe>{{"web01", "disk:/var", round::State::warning}});
}

TEST_CASE("a withdrawal carries the newest analysis, if there is one") {
  World world;
  world.write("section-head", draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it came back"));
  CHECK_FALSE(last_summary(world).plan);
  world.write("staff", world.analysis(test::disk_plan()));
  Withdraw withdraw = draft_withdrawal(world.state(), WithdrawalOutcome::risk_accepted, "spare part ordered");
  withdraw.until = parse_instant("2031-01-01T00:00:00.000Z");
  world.write("section-head", withdraw);
  CHECK(last_summary(world).plan->name == "clean-disk");
  CHECK(last_summary(world).until == withdraw.until);
  world.write("division-head", draft_rejection(world.state(), world.sop, world.now, "no", {}));
  CHECK(last_summary(world).plan->name == "clean-disk");
  CHECK_FALSE(last_summary(world).until);
}

TEST_CASE("what ratifies an emergency is about the plan that ran, not about a newer one") {
  World world;
  world.write("staff", world.analysis(test::disk_plan(false, true)));
  RepairStart start = draft_repair_start(world.state(), RepairMode::hand, "the payroll is due", false);
  const Digest run = world.write("staff-2", start);
  world.write("staff-2", RepairEnd{.run = run, .outcome = RepairOutcome::given_up});
  world.write("staff", world.analysis(test::disk_plan(false, false, plan::Run::manual)));
  const Approve newest =
      std::get<Approve>(decided(world, "section-head", draft_approval(world.state(), world.sop, world.now)));
  CHECK(newest.summary->plan->name == "manual");
  Approve ratify = newest;
  ratify.summary.reset();
  ratify.on = start.basis;
  ratify.ratifies = run;
  CHECK(std::get<Approve>(decided(world, "section-head", ratify)).summary->plan->name == "clean-disk");
  ratify.summary = newest.summary;
  CHECK(has(world.refusal("section-head", ratify), "the summary of the decision does not match"));
}

TEST_CASE("a decision with another summary is neither written nor believed, nor is one without") {
  const std::vector<std::pair<Step, std::string>> steps = {
      {Step::analyze, "approve"}, {Step::repair, "verify"}, {Step::verify, "accept"}};
  for (const auto& one : steps) {
    const std::string& next = one.second;
    World world;
    world.until(one.first);
    const std::string who = next == "accept" ? "division-head" : "section-head";
    const Body wanted = next == "approve"  ? Body(draft_approval(world.state(), world.sop, world.now))
                        : next == "verify" ? Body(draft_verification(world.state(), world.notes))
                                           : Body(draft_acceptance(world.state()));
    for (const Body& draft :
         {wanted, Body(draft_rejection(world.state(), world.sop, world.now, "no", {})),
          Body(draft_withdrawal(world.state(), WithdrawalOutcome::recovered, "it came back"))}) {
      const bool withdraws = std::holds_alternative<Withdraw>(draft);
      if (withdraws && next == "accept") continue;  // closed as repaired, or not at all
      const std::string signer = withdraws ? "section-head" : who;
      const Body right = decided(world, signer, draft);
      const record::By by{signer, signer == "division-head" ? "division_head" : "section_head"};
      CAPTURE(next);
      CAPTURE(kind_of(right));
      const auto believed = [&](const Body& body) {
        World copy = world;
        copy.forge(by, test::key_of(signer), body);
        const State state = copy.state();
        return state.violations.empty() ? std::string()
                                        : state.violations.back().what.render(Language::english);
      };
      CHECK(believed(right).empty());
      for (const Summary& other : others(*summary_in(right))) {
        Body body = right;
        set_summary(body, other);
        CHECK(has(world.refusal(signer, body), "the summary of the decision does not match the records"));
        CHECK(has(believed(body), "the summary of the decision does not match the records"));
      }
      Body without = right;
      set_summary(without, std::nullopt);
      CHECK(has(believed(without), "it has no summary"));
    }
  }
}

TEST_CASE("an incident that an earlier version opened goes on, with and without summaries") {
  World world;
  Monitor monitor = world.state().monitor;
  monitor.decisions_carry.clear();
  world.chain.records.front().body = to_node(monitor);
  world.write("staff", world.analysis(test::disk_plan()));
  Approve approve = draft_approval(world.state(), world.sop, world.now);
  world.forge({"section-head", "section_head"}, test::key_of("section-head"), approve);
  CHECK(world.state().violations.empty());
  CHECK(world.state().phase == Step::repair);
  world.run();
  world.write("section-head", draft_verification(world.state(), world.notes));
  CHECK(last_summary(world).repair->outcome == RepairOutcome::done);
  Accept accept = std::get<Accept>(decided(world, "division-head", draft_acceptance(world.state())));
  accept.summary->plan->name = "manual";
  CHECK(has(world.refusal("division-head", accept), "the summary of the decision does not match"));
}

TEST_CASE("the second of two signatures has a summary although an earlier version wrote the first") {
  World world(false, test::made_up());
  Monitor monitor = world.state().monitor;
  monitor.decisions_carry.clear();
  world.chain.records.front().body = to_node(monitor);
  world.write("staff", world.analysis(test::disk_plan()));
  world.forge({"section-head", "engineer"}, test::key_of("section-head"),
              draft_approval(world.state(), world.sop, world.now));
  REQUIRE(world.state().half_signed);
  world.write("division-head", draft_approval(world.state(), world.sop, world.now));
  CHECK(last_summary(world).plan->name == "clean-disk");
  CHECK(world.state().approval);
}

TEST_CASE("after a merge a decision still finds what its branch was about") {
  World world;
  world.write("staff", world.analysis(test::disk_plan(false, true)));
  const Digest fork = world.chain.heads.front();
  const Digest run = world.write(
      "staff-2", draft_repair_start(world.state(), RepairMode::hand, "the payroll is due", false));
  world.write("staff-2", RepairEnd{.run = run, .outcome = RepairOutcome::given_up});
  const Digest head = world.chain.heads.front();
  record::Record branch = world.chain.records[1];
  branch.body = to_node(world.analysis(test::disk_plan(false, false, plan::Run::manual)));
  branch.envelope.seq = 3;
  branch.envelope.prev = {fork};
  branch.envelope.at = world.now;
  branch.digest = sha256("branch");
  world.chain.records.push_back(branch);
  record::Record merge = branch;
  merge.envelope.kind = "merge";
  merge.envelope.seq = 5;
  merge.envelope.prev = {head, branch.digest};
  merge.body = to_node(Merge{"two clones"});
  merge.digest = sha256("merge");
  world.chain.records.push_back(merge);
  world.chain.heads = {merge.digest};
  const State merged = world.state();
  REQUIRE(merged.violations.empty());
  REQUIRE(merged.unsettled().size() == 1);
  Approve ratify;
  ratify.on = fork;
  ratify.ratifies = run;
  ratify.until = world.now + std::chrono::hours{1};
  CHECK(std::get<Approve>(decided(world, "section-head", ratify)).summary->plan->name == "clean-disk");
  // What the other branch had analysed holds no more, but a decision on it would be about that.
  Approve other = ratify;
  other.on = branch.digest;
  CHECK(merged.subjects.summary_of(other, {}, {})->plan->name == "manual");
}

TEST_CASE("the signer of a summary has not attached the files that it names") {
  World world;
  plan::Frozen plan = test::disk_plan();
  plan.files.push_back({"tool", 4, sha256("tool")});
  world.write("staff", world.analysis(plan));
  world.write("section-head", draft_approval(world.state(), world.sop, world.now));
  CHECK(last_summary(world).plan->files.front().digest == sha256("tool"));
  const auto adders = added_by(world.chain, {}, sha256("tool"));
  REQUIRE(adders.size() == 1);
  CHECK(adders.front().person == "staff");
}
