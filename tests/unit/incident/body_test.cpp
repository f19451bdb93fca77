#include "incident/body.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "world.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

using namespace jaga;
using namespace jaga::incident;

namespace {
std::vector<Body> samples() {
  const Digest d = sha256("x");
  const Instant at = *parse_instant("2026-11-24T08:00:00.000Z");
  const Paper paper{"section-head", "section_head", sha256("scan")};
  const plan::Frozen plan = test::disk_plan();
  Analyze analyze{"disk-full",
                  "web01",
                  "/var",
                  {"db01: tcp:5432"},
                  {"98 %"},
                  {},
                  {{"inode-full", "df -i"}},
                  plan::to_node(plan),
                  "disk, serial A1",
                  {}, d,
                  "looked at it"};
  RepairStart start;
  start.basis = d;
  start.run = 2;
  start.run_key = std::string(test::kRunKey);
  start.targets = {{"web01", "192.0.2.7", std::string(test::kRunKey), "00"}};
  start.resumes = d;
  start.from = 3;
  start.emergency = "the payroll is due";
  RepairEnd end{.run = d,
                .outcome = RepairOutcome::done,
                .before = test::failing(),
                .after = test::healthy(),
                .parts = {{"A1", "B2"}},
                .technician = "technician 7",
                .arrived = at,
                .left = at,
                .letter = d,
                .reply = "replaced",
                .reason = "m"};
  const Summary bare{"web01/unknown", {}, {}, {}};
  Summary full{"web01/disk-full/%2Fvar", summary_of(plan, "a disk"), {}, at};
  full.plan->parameters = {{"days", "14"}, {"note", ""}};
  full.plan->scripts.front().arguments = {"/var", ""};
  full.plan->scripts.front().environment = {{"JAGA_FILES", "x"}};
  full.plan->scripts.front().sudo = true;
  full.plan->files = {{"tool", d}};
  full.repair = Summary::Repair{.mode = RepairMode::hand,
                                .before = {{"web01", "icmp", round::State::critical}},
                                .after = {{"web01", "icmp", round::State::ok}}};
  return {Monitor{.source = FaultSource::probe,
                  .round = d,
                  .fault_key = "web01/disk-full/%2Fvar",
                  .host = "web01",
                  .results = test::failing()},
          Monitor{.source = FaultSource::report,
                  .fault_key = "web01/unknown",
                  .host = "web01",
                  .summary = "it beeps"},
          Monitor{.source = FaultSource::report,
                  .fault_key = "web01/unknown",
                  .host = "web01",
                  .severity = fault::Severity::critical,
                  .reopens = "20261101-web01-k7f3q2"},
          Monitor{.source = FaultSource::report,
                  .fault_key = "web01/unknown",
                  .host = "web01",
                  .decisions_carry = {"summary"}},
          analyze,
          Approve{.on = d, .reason = "yes", .paper = paper, .ratifies = d, .until = at, .runs = 2},
          Approve{.on = d, .until = at, .runs = 1},
          Approve{.on = d, .until = at, .runs = 1, .seconds = d},
          Approve{.on = d, .until = at, .runs = 1, .summary = full},
          Verify{.on = d, .summary = full},
          Accept{.on = d, .summary = full},
          Reject{.step = RejectedStep::approve,
                 .on = d,
                 .reason = "no",
                 .back = sop::Step::analyze,
                 .summary = full},
          Withdraw{.outcome = WithdrawalOutcome::recovered, .reason = "it came back", .summary = bare},
          Verify{.on = d, .seconds = d},
          Accept{.on = d, .seconds = d},
          Verify{.on = d, .measure = d, .override_why = "the probe itself is wrong"},
          Accept{.on = d, .paper = paper},
          Reject{.step = RejectedStep::approve,
                 .on = d,
                 .reason = "too much",
                 .back = sop::Step::analyze,
                 .correction = "clean only /var/log"},
          start,
          CommandStart{.run = d, .target = "web01", .n = 1, .script = d, .mark = "/home/jaga"},
          CommandEnd{.run = d,
                     .target = "web01",
                     .n = 1,
                     .end = CommandEnding::exit,
                     .exit = 3,
                     .out = d,
                     .err = d,
                     .cut = true},
          CommandEnd{.run = d, .target = "web01", .n = 1, .end = CommandEnding::signal, .signal = "KILL"},
          CommandEnd{
              .run = d, .target = "web01", .n = 1, .end = CommandEnding::unknown, .why = "connection lost"},
          CommandEnd{.run = d,
                     .target = "web01",
                     .n = 1,
                     .end = CommandEnding::unknown,
                     .why = Sentence(sentence("it exceeded its time limit and was killed"))},
          end,
          Archive{.part = PartDisposition::stored,
                  .where = "cupboard 2",
                  .received_by = "staff",
                  .sanitised = "shredded",
                  .bag = "bag",
                  .manifest = d},
          Withdraw{.outcome = WithdrawalOutcome::risk_accepted,
                   .until = at,
                   .reason = "spare part ordered",
                   .seconds = d},
          Withdraw{.outcome = WithdrawalOutcome::recovered, .reason = "it came back", .paper = paper},
          Withdraw{
              .outcome = WithdrawalOutcome::recovered, .reason = "it came back", .seconds = d, .ratifies = d},
          Merge{"two clones"}};
}
}  // namespace

TEST_CASE("every body reads back to itself, through the bytes of a record") {
  for (const Body& body : samples()) {
    CAPTURE(kind_of(body));
    const yaml::Node node = to_node(body);
    const std::string bytes = yaml::write_canonical(node);
    const auto back = from_node(kind_of(body), yaml::read_canonical(bytes, "x"), "x");
    REQUIRE(back.has_value());
    CHECK(*back == body);
  }
}

TEST_CASE("a missing, an unknown and an out-of-range field are refused") {
  for (const Body& body : samples()) {
    CAPTURE(kind_of(body));
    yaml::Node node = to_node(body);
    node.set("surplus", "x");
    CHECK_THROWS_AS(from_node(kind_of(body), node, "x"), Error);
    CHECK_THROWS_AS(from_node(kind_of(body), yaml::Node::map(), "x"), Error);
  }
  yaml::Node node = to_node(
      CommandEnd{.run = sha256("x"), .target = "web01", .n = 1, .end = CommandEnding::exit, .exit = 3});
  CHECK_NOTHROW(from_node("command-end", node, "x"));
  yaml::Node odd = to_node(CommandEnd{.run = sha256("x"),
                                      .target = "web01",
                                      .n = 1,
                                      .end = CommandEnding::signal,
                                      .exit = 3,
                                      .signal = "KILL"});
  CHECK_THROWS_AS(from_node("command-end", odd, "x"), Error);
  yaml::Node big = to_node(
      CommandEnd{.run = sha256("x"), .target = "web01", .n = 1, .end = CommandEnding::exit, .exit = 256});
  CHECK_THROWS_AS(from_node("command-end", big, "x"), Error);
}

TEST_CASE("what a later version wants decisions to carry is not passed over") {
  for (const std::vector<std::string>& carried :
       {std::vector<std::string>{}, {"seal"}, {"summary", "seal"}, {"summary", "summary"}}) {
    yaml::Node node =
        to_node(Monitor{.source = FaultSource::report, .fault_key = "web01/unknown", .host = "web01"});
    node.set("decisions_carry", yaml::Node::texts(carried));
    CHECK_THROWS_AS(from_node("monitor", node, "x"), Error);
  }
}

TEST_CASE("a kind of a later version is not an error") {
  CHECK_FALSE(from_node("telepathy", yaml::Node::map(), "x").has_value());
}
