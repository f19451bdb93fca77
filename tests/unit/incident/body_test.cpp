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
                  d,
                  "looked at it"};
  RepairStart start;
  start.basis = d;
  start.run = 2;
  start.run_key = std::string(test::kRunKey);
  start.targets = {{"web01", "192.0.2.7", std::string(test::kRunKey), "00"}};
  start.resumes = d;
  start.from = 3;
  start.emergency = "the payroll is due";
  RepairEnd end{
      d,          "done", test::failing(), test::healthy(), {{"A1", "B2"}}, "technician 7", at, at, d,
      "replaced", "m"};
  const Summary bare{"web01/unknown", {}, {}, {}};
  Summary full{"web01/disk-full/%2Fvar", summary_of(plan, "a disk"), {}, at};
  full.plan->parameters = {{"days", "14"}, {"note", ""}};
  full.plan->scripts.front().arguments = {"/var", ""};
  full.plan->scripts.front().environment = {{"JAGA_FILES", "x"}};
  full.plan->scripts.front().sudo = true;
  full.plan->files = {{"tool", d}};
  full.repair = Summary::Repair{"hand", "done", {{"web01", "icmp", "critical"}}, {{"web01", "icmp", "ok"}}};
  return {Monitor{"probe", d, "web01/disk-full/%2Fvar", "web01", "", test::failing()},
          Monitor{"report", {}, "web01/unknown", "web01", "it beeps", {}},
          Monitor{"report", {}, "web01/unknown", "web01", "", {}, "critical", "20261101-web01-k7f3q2"},
          Monitor{"report", {}, "web01/unknown", "web01", "", {}, {}, {}, {"summary"}},
          analyze,
          Approve{d, "yes", paper, d, at, 2},
          Approve{d, {}, {}, {}, at, 1},
          Approve{d, {}, {}, {}, at, 1, d},
          Approve{d, {}, {}, {}, at, 1, {}, full},
          Verify{d, {}, {}, {}, {}, {}, {}, full},
          Accept{d, {}, {}, {}, {}, full},
          Reject{"approve", d, "no", "analyze", {}, {}, full},
          Withdraw{"recovered", {}, {}, {}, "it came back", {}, {}, {}, bare},
          Verify{d, {}, {}, {}, {}, {}, d},
          Accept{d, {}, {}, {}, d},
          Verify{d, d, {}, {}, {}, "the probe itself is wrong"},
          Accept{d, {}, paper, {}},
          Reject{"approve", d, "too much", "analyze", "clean only /var/log", {}},
          start,
          CommandStart{d, "web01", 1, d, "/home/jaga"},
          CommandEnd{d, "web01", 1, "exit", 3, {}, {}, d, d, true},
          CommandEnd{d, "web01", 1, "signal", {}, "KILL", {}, {}, {}, false},
          CommandEnd{d, "web01", 1, "unknown", {}, {}, "connection lost", {}, {}, false},
          end,
          Archive{"stored", "cupboard 2", "staff", "shredded", "bag", d},
          Withdraw{"risk-accepted", {}, at, {}, "spare part ordered", d, {}, {}},
          Withdraw{"recovered", {}, {}, {}, "it came back", {}, paper, {}},
          Withdraw{"recovered", {}, {}, {}, "it came back", d, {}, d},
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
  yaml::Node node = to_node(CommandEnd{sha256("x"), "web01", 1, "exit", 3, {}, {}, {}, {}, false});
  CHECK_NOTHROW(from_node("command-end", node, "x"));
  yaml::Node odd = to_node(CommandEnd{sha256("x"), "web01", 1, "signal", 3, "KILL", {}, {}, {}, false});
  CHECK_THROWS_AS(from_node("command-end", odd, "x"), Error);
  yaml::Node big = to_node(CommandEnd{sha256("x"), "web01", 1, "exit", 256, {}, {}, {}, {}, false});
  CHECK_THROWS_AS(from_node("command-end", big, "x"), Error);
}

TEST_CASE("what a later version wants decisions to carry is not passed over") {
  for (const std::vector<std::string>& carried :
       {std::vector<std::string>{}, {"seal"}, {"summary", "seal"}, {"summary", "summary"}}) {
    yaml::Node node = to_node(Monitor{"report", {}, "web01/unknown", "web01", "", {}});
    node.set("decisions_carry", yaml::Node::texts(carried));
    CHECK_THROWS_AS(from_node("monitor", node, "x"), Error);
  }
}

TEST_CASE("a kind of a later version is no error") {
  CHECK_FALSE(from_node("telepathy", yaml::Node::map(), "x").has_value());
}
