// The figures of a month over a handful of incidents, each worked out by hand.
#include "statistics/damage.hpp"

#include <doctest/doctest.h>

using namespace jaga;
using namespace jaga::statistics;
using namespace std::chrono_literals;
using incident::WithdrawalOutcome;
using sop::Step;

namespace {

constexpr std::chrono::hours kOffset{8};

Instant at(const char* local) {
  const auto time = parse_time(local, kOffset);
  REQUIRE(time.has_value());
  return *time;
}

IncidentFacts facts(const std::string& id, const std::string& host, const std::string& type,
                    const char* opened) {
  IncidentFacts out;
  out.id = id;
  out.host = host;
  out.type = type;
  out.opened = at(opened);
  return out;
}

void repaired(IncidentFacts& fact, const char* when, std::chrono::milliseconds worked) {
  fact.repaired = Repaired{at(when), at(when) - fact.opened, worked};
}

incident::Clock pass(Step step, const char* began, std::optional<const char*> ended,
                     std::chrono::milliseconds net, std::optional<std::chrono::milliseconds> standard) {
  incident::Clock out;
  out.step = step;
  out.began = at(began);
  if (ended) out.ended = at(*ended);
  out.net = net;
  out.standard = standard;
  if (standard) out.deadline = out.began + *standard;
  return out;
}

Period november() {
  return *parse_month("2026-11", kOffset);
}

const Instant kLater = *parse_instant("2027-01-01T00:00:00.000Z");

}  // namespace

TEST_CASE("a fault counts in the month in which it began, a repair in that in which it ended") {
  std::vector<IncidentFacts> all = {facts("a", "web01", "disk-full", "2026-11-03 08:00"),
                                    facts("b", "web02", "disk-full", "2026-11-30 23:59"),
                                    facts("c", "web01", "host-down", "2026-10-31 23:59"),
                                    facts("d", "db01", "host-down", "2026-12-01 00:00")};
  repaired(all[0], "2026-11-03 10:00", 2h);
  repaired(all[2], "2026-11-01 00:59", 30min);
  repaired(all[1], "2026-12-01 10:00", 1h);
  all[0].relapse = true;
  all[2].relapse = true;
  const Damage month = damage_of(all, november(), kLater);
  REQUIRE(month.types.size() == 2);
  CHECK(month.types[0].name == "disk-full");
  CHECK(month.types[0].faults == 2);
  CHECK(month.types[0].relapses == 1);
  CHECK(month.types[0].repair.count == 1);
  CHECK(month.types[0].repair.value() == 2h);
  // It began in October; only its repair is of November.
  CHECK(month.types[1].name == "host-down");
  CHECK(month.types[1].faults == 0);
  CHECK(month.types[1].relapses == 0);
  CHECK(month.types[1].repair.value() == 1h);
  CHECK(month.repair().value() == 90min);
  CHECK(month.repair_work().value() == 75min);
  CHECK(month.faults() == 2);
  REQUIRE(month.devices.size() == 2);
  CHECK(month.devices[0].name == "web01");
  CHECK(month.devices[0].faults == 1);
  CHECK(month.devices[0].repair.count == 2);
  CHECK(month.devices[1].name == "web02");
}

TEST_CASE("planned work, duplicates and false alarms are not damage") {
  std::vector<IncidentFacts> all = {
      facts("a", "h", "t", "2026-11-03 08:00"), facts("b", "h", "t", "2026-11-03 08:00"),
      facts("c", "h", "t", "2026-11-03 08:00"), facts("d", "h", "t", "2026-11-03 08:00")};
  const char* ends[] = {"2026-11-04 08:00", "2026-11-04 08:00", "2026-12-04 08:00", "2026-11-04 08:00"};
  const WithdrawalOutcome how[] = {WithdrawalOutcome::duplicate, WithdrawalOutcome::false_alarm,
                                   WithdrawalOutcome::recovered, WithdrawalOutcome::recovered};
  for (std::size_t n = 0; n < all.size(); ++n) {
    all[n].closed = at(ends[n]);
    all[n].withdrawn = how[n];
  }
  all[3].source = incident::FaultSource::schedule;
  const Damage month = damage_of(all, november(), kLater);
  CHECK(month.faults() == 1);
  CHECK(month.planned == 1);
  CHECK(month.closed_without_repair() == 3);
  CHECK(month.withdrawn.at(WithdrawalOutcome::duplicate) == 1);
  CHECK(month.archived == 0);
  REQUIRE(month.open.size() == 1);
  CHECK(month.open[0].id == "c");
}

TEST_CASE(
    "passes: of the month in which they ended, late where they exceed the standard, percentiles by rank") {
  IncidentFacts one = facts("a", "h", "t", "2026-10-30 08:00");
  const auto add = [&](const char* ended, std::chrono::milliseconds net, bool superseded = false) {
    one.passes.push_back(pass(Step::approve, "2026-10-30 08:00", ended, net, 15min));
    one.passes.back().superseded = superseded;
  };
  add("2026-10-31 23:59", 100min);  // of October
  add("2026-11-01 00:00", 15min);   // not late: it took the standard
  add("2026-11-02 09:00", 15min + 1ms);
  add("2026-11-03 09:00", 5min);
  add("2026-11-03 09:00", 400min, true);  // another analysis took its place
  one.passes.push_back(pass(Step::verify, "2026-11-03 09:00", "2026-11-03 19:00", 600min, {}));
  one.passes.push_back(pass(Step::accept, "2026-11-03 19:00", {}, 999min, 30min));  // not ended
  const Damage month = damage_of(std::vector{one}, november(), kLater);
  const StepFigures& approve = month.steps[static_cast<std::size_t>(Step::approve)];
  CHECK(approve.passes == 3);
  CHECK(approve.late == 1);
  CHECK(approve.median == 15min);
  CHECK(approve.p90 == 15min + 1ms);
  const StepFigures& verify = month.steps[static_cast<std::size_t>(Step::verify)];
  CHECK(verify.passes == 1);
  CHECK(verify.late == 0);
  CHECK_FALSE(verify.standard.has_value());
  CHECK_FALSE(month.steps[static_cast<std::size_t>(Step::accept)].median.has_value());
  CHECK(month.passes() == 3);  // those of verify have no standard
  CHECK(month.late() == 1);
}

TEST_CASE(
    "a pass without a standard is neither in time nor late, and the procedure has a standard of its own") {
  IncidentFacts one = facts("a", "h", "t", "2026-11-03 08:00");
  one.passes.push_back(pass(Step::approve, "2026-11-03 08:00", "2026-11-03 09:00", 60min, {}));
  one.passes.push_back(pass(Step::approve, "2026-11-04 08:00", "2026-11-04 08:10", 10min, 15min));
  one.passes.push_back(pass(Step::verify, "2026-11-04 09:00", "2026-11-04 10:00", 60min, {}));
  const sop::Sop procedure = sop::parse(sop::builtin(sop::builtin_names().front()), "sop.yaml");
  const Damage month = damage_of(std::vector{one}, november(), kLater, &procedure);
  const StepFigures& approve = month.steps[static_cast<std::size_t>(Step::approve)];
  CHECK(approve.passes == 2);
  CHECK(approve.timed == 1);
  CHECK(approve.late == 0);
  CHECK(approve.standard == 15min);
  CHECK(month.passes() == 1);
  const StepFigures& verify = month.steps[static_cast<std::size_t>(Step::verify)];
  CHECK(verify.timed == 0);
  CHECK(verify.standard == procedure.row(Step::verify).standard);
  CHECK(month.steps[static_cast<std::size_t>(Step::repair)].standard == procedure.row(Step::repair).standard);
}

TEST_CASE("ranks and shares") {
  const std::vector<std::chrono::milliseconds> ten = {1ms, 2ms, 3ms, 4ms, 5ms, 6ms, 7ms, 8ms, 9ms, 10ms};
  CHECK(ranked(ten, 50) == 5ms);
  CHECK(ranked(ten, 90) == 9ms);
  CHECK(ranked(ten, 100) == 10ms);
  CHECK(ranked(std::vector{7ms}, 50) == 7ms);
  CHECK(ranked(std::vector{7ms}, 90) == 7ms);
  CHECK(permille(1, 3) == 333);
  CHECK(permille(2, 3) == 667);
  CHECK(permille(1, 2000) == 1);
  CHECK(permille(1, 2001) == 0);
  CHECK(permille(0, 0) == 0);
  CHECK_FALSE(Mean{}.value().has_value());
}

TEST_CASE("open at the end: with the step that was due then, as long as the month is not over until now") {
  IncidentFacts one = facts("a", "h", "t", "2026-11-10 08:00");
  one.passes = {pass(Step::analyze, "2026-11-10 08:00", "2026-11-12 08:00", 2h, 1h),
                pass(Step::approve, "2026-11-12 08:00", "2026-12-02 08:00", 3h, 15min),
                pass(Step::repair, "2026-12-02 08:00", {}, 3h, 1h)};
  Damage month = damage_of(std::vector{one}, november(), kLater);
  REQUIRE(month.open.size() == 1);
  CHECK(month.open[0].step == Step::approve);
  CHECK(month.open[0].late);
  CHECK(month.end == november().until);
  month = damage_of(std::vector{one}, november(), at("2026-11-10 08:30"));
  REQUIRE(month.open.size() == 1);
  CHECK(month.open[0].step == Step::analyze);
  CHECK_FALSE(month.open[0].late);
  CHECK(month.end == at("2026-11-10 08:30"));
  CHECK(damage_of(std::vector{one}, november(), at("2026-11-10 07:00")).open.empty());
  one.closed = at("2026-11-30 23:00");
  CHECK(damage_of(std::vector{one}, november(), kLater).open.empty());
}

TEST_CASE("vendors, rejections and lists") {
  IncidentFacts one = facts("a", "h", "t", "2026-10-10 08:00");
  one.visits = {{"PT Satu", at("2026-10-20 08:00"), at("2026-11-02 08:00"), 10h, true},
                {"PT Satu", at("2026-11-20 08:00"), at("2026-11-21 08:00"), 6h, false},
                {"PT Dua", at("2026-11-29 08:00"), {}, {}, false},
                {"PT Tiga", at("2026-12-29 08:00"), {}, {}, false}};
  one.rejections = {{incident::RejectedStep::verify, at("2026-11-05 08:00")},
                    {incident::RejectedStep::verify, at("2026-12-05 08:00")}};
  one.emergencies = {{at("2026-11-06 08:00"), "staff", "now", true},
                     {at("2026-11-05 08:00"), "staff", "now", {}}};
  one.parts = {{at("2026-10-31 23:59"), "old", "new"}};
  const Damage month = damage_of(std::vector{one}, november(), kLater);
  REQUIRE(month.vendors.size() == 2);
  CHECK(month.vendors[0].vendor == "PT Dua");
  CHECK(month.vendors[0].waiting == 1);
  CHECK_FALSE(month.vendors[0].visits.value().has_value());
  CHECK(month.vendors[1].visits.value() == 8h);
  CHECK(month.vendors[1].incomplete == 1);
  CHECK(month.visits() == 2);
  CHECK(month.rejections[static_cast<std::size_t>(incident::RejectedStep::verify)] == 1);
  CHECK(month.rejected() == 1);
  REQUIRE(month.emergencies.size() == 2);
  CHECK(month.emergencies[0].fact.at == at("2026-11-05 08:00"));  // by time
  CHECK(month.parts.empty());
}
