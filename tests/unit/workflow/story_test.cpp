// Stories of an office, from the first word to the archive, with every figure of their clocks worked out by
// hand. The office works from 07:30 to 15:30 (Friday to 13:00) at +08:00; 25 December 2026, a Friday, is a
// holiday. Standards: monitor 30 min, analyze 1 h, approve 15 min, repair 1 h, verify none, accept 30 min,
// archive 10 min.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "incident/clocks.hpp"
#include "office.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/archive.hpp"
#include "workflow/decision.hpp"
#include "workflow/history.hpp"
#include "workflow/opening.hpp"
#include "workflow/registering.hpp"
#include "workflow/repair.hpp"
#include "workflow/request.hpp"

namespace {

using namespace jaga;
using namespace jaga::workflow;
using namespace std::chrono_literals;
using jaga::workflow::test::TestOffice;
using sop::Step;

constexpr std::chrono::hours kOffset{8};

Instant at(const char* local) {
  const auto time = parse_time(local, kOffset);
  REQUIRE(time.has_value());
  return *time;
}

class Story {
 public:
  Story() {
    office.host->well = true;
    edit("holidays: []", "holidays: [\"2026-12-25\"]");
    now("2026-12-20 09:00");
    (void)adopt(as("section-head"));
  }

  // From here on everybody's clock shows this, until it is set again.
  void now(const char* local) { time_ = at(local); }
  ActingContext as(const std::string& person) {
    ActingContext context = office.as(person);
    context.now = [time = time_] { return time; };
    return context;
  }

  std::string report(const std::string& host, const std::string& text) {
    FaultReport report;
    report.host = host;
    report.text = text;
    return open_report(as("staff"), report).id;
  }
  void analyzed(const std::string& id, const std::string& plan) {
    OwnAnalysis wish;
    wish.plan = plan;
    wish.parameters = {{"task", "see to it"}};
    wish.reason = "looked at it";
    (void)analyze_incident(as("staff"), id, wish);
  }
  void decided(const std::string& person, Command command, const std::string& id, DecisionOptions wish = {}) {
    const ActingContext context = as(person);
    (void)commit(context, prepare(context, command, id, wish));
  }
  void refused(const std::string& person, const std::string& id, const std::string& why) {
    DecisionOptions wish;
    wish.reason = why;
    decided(person, Command::reject, id, wish);
  }
  void withdrawn(const std::string& person, const std::string& id, DecisionOptions wish) {
    wish.reason = "as agreed";
    decided(person, Command::withdraw, id, wish);
  }
  void repaired(const std::string& id, const RepairOptions& wish) { (void)repair(as("staff"), id, wish); }
  void by_hand(const std::string& id) {
    RepairOptions wish;
    wish.mode = incident::RepairMode::hand;
    wish.reason = "done";
    repaired(id, wish);
  }
  void stored(const std::string& id, const ArchiveOptions& wish) { (void)archive(as("staff"), id, wish); }

  incident::State state(const std::string& id) { return load_incident(as("staff"), id).state; }

  TestOffice office;

 private:
  void edit(const std::string& from, const std::string& to) {
    std::ifstream in(office.path / "sop.yaml");
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto place = text.find(from);
    REQUIRE(place != std::string::npos);
    text.replace(place, from.size(), to);
    std::ofstream(office.path / "sop.yaml") << text;
  }
  Instant time_{};
};

struct Figures {
  Step step;
  std::chrono::minutes gross, paused, net;
  bool late;
};

void check_clocks(Story& story, const std::string& id, const std::vector<Figures>& wanted) {
  const ActingContext context = story.as("staff");
  const Incident incident = load_incident(context, id);
  CHECK(incident.state.violations.empty());
  const auto list = incident::clocks(incident.state, incident.procedure, incident.now);
  REQUIRE(list.size() == wanted.size());
  for (std::size_t n = 0; n < list.size(); ++n) {
    CAPTURE(n);
    CAPTURE(sop::name(wanted[n].step));
    CHECK(list[n].step == wanted[n].step);
    CHECK(list[n].gross == wanted[n].gross);
    CHECK(list[n].paused == wanted[n].paused);
    CHECK(list[n].net == wanted[n].net);
    CHECK(list[n].late() == wanted[n].late);
  }
}

}  // namespace

TEST_CASE("a vendor's disk over a holiday weekend, with a rejection at each decision") {
  Story story;
  story.now("2026-12-23 14:00");  // a Wednesday
  const std::string id = story.report("web01", "a disk reports errors");
  story.now("2026-12-23 14:40");
  story.analyzed(id, "vendor");
  story.now("2026-12-23 15:00");
  story.refused("section-head", id, "ask for a price first");
  CHECK(story.state(id).last_rejection()->body.reason == "ask for a price first");
  story.now("2026-12-24 08:00");
  story.analyzed(id, "vendor");
  CHECK(story.state(id).last_rejection() != nullptr);  // until it is approved
  story.now("2026-12-24 08:10");
  story.decided("section-head", Command::approve, id);
  CHECK(story.state(id).last_rejection() == nullptr);
  story.now("2026-12-24 08:30");
  RepairOptions call;
  call.mode = incident::RepairMode::vendor;
  call.vendor = "PT Contoh";
  story.repaired(id, call);

  RepairOptions reply;
  reply.mode = incident::RepairMode::vendor;
  reply.vendor_reply = true;
  reply.technician = "a technician";
  reply.parts = {{"OLD1", "NEW1"}};
  reply.letter = "work order";
  reply.reason = "disk replaced";
  story.now("2026-12-28 13:00");  // Monday
  reply.arrived = at("2026-12-24 08:00");
  reply.left = at("2026-12-28 11:00");
  CHECK_THROWS_AS(story.repaired(id, reply), Error);  // there before they were called
  reply.arrived = at("2026-12-28 09:00");
  story.repaired(id, reply);
  story.now("2026-12-28 13:30");
  story.refused("section-head", id, "the array still rebuilds");
  story.now("2026-12-28 14:15");
  story.by_hand(id);
  CHECK(story.state(id).last_rejection()->body.step == incident::RejectedStep::verify);
  story.now("2026-12-28 14:30");
  story.decided("section-head", Command::verify, id);
  CHECK(story.state(id).last_rejection() == nullptr);
  story.now("2026-12-28 15:20");
  story.refused("division-head", id, "the work order is not signed");
  story.now("2026-12-29 07:45");
  story.decided("section-head", Command::verify, id);
  CHECK(story.state(id).last_rejection()->body.step ==
        incident::RejectedStep::accept);  // which is not accepted
  story.now("2026-12-29 08:00");
  story.decided("division-head", Command::accept, id);
  story.now("2026-12-29 08:05");
  ArchiveOptions wish;
  wish.part = incident::PartDisposition::returned;
  wish.where = "PT Contoh";
  story.stored(id, wish);

  story.now("2026-12-30 12:00");  // nothing runs any more
  check_clocks(
      story, id,
      {
          {Step::monitor, 0min, 0min, 0min, false},
          {Step::analyze, 40min, 0min, 40min, false},  // Wed 14:00-14:40
          {Step::approve, 20min, 0min, 20min, true},   // Wed 14:40-15:00, of 15
          // Wed 15:00 to Thu 08:00: by day 30 min to the evening and 30 min from the morning, of 1 h.
          {Step::analyze, 17h, 0min, 1h, false},
          {Step::approve, 10min, 0min, 10min, false},  // Thu 08:00-08:10
          // Thu 08:10 to Mon 13:00: 4 days and 4 h 50 min. The vendor was waited for from Thu 08:30 to
          // Mon 11:00: 7 h of Thursday, nothing of the holiday and the weekend, 3 h 30 min of Monday.
          // Staff's own: Thu 08:10-08:30 and Mon 11:00-13:00.
          {Step::repair, 96h + 4h + 50min, 10h + 30min, 2h + 20min, true},
          {Step::verify, 30min, 0min, 30min, false},  // Mon 13:00-13:30
          {Step::repair, 45min, 0min, 45min, false},  // Mon 13:30-14:15
          {Step::verify, 15min, 0min, 15min, false},  // Mon 14:15-14:30
          {Step::accept, 50min, 0min, 50min, true},   // Mon 14:30-15:20, of 30
          // Mon 15:20 to Tue 07:45: 10 min to the evening, 15 min from the morning.
          {Step::verify, 16h + 25min, 0min, 25min, false},
          {Step::accept, 15min, 0min, 15min, false},  // Tue 07:45-08:00
          {Step::archive, 5min, 0min, 5min, false},   // Tue 08:00-08:05
      });
}

TEST_CASE("an emergency at night, with a delegate and a division head who is elsewhere") {
  Story story;
  story.office.join("deputy", {"staff"});
  story.now("2026-12-21 08:00");  // a Monday
  registry::Person deputy = story.office.entry("deputy", {"staff"});
  deputy.delegations.push_back(
      {"section_head", at("2026-12-21 08:00"), at("2027-01-01 00:00"), "ST 77/2026"});
  (void)write_person(story.as("division-head"), deputy);

  story.now("2026-12-21 22:40");
  const std::string id = story.report("web01", "nothing answers");
  story.now("2026-12-21 22:50");
  story.analyzed(id, "manual");
  story.now("2026-12-21 23:30");
  RepairOptions wish;
  wish.mode = incident::RepairMode::hand;
  wish.emergency = "the payroll runs at midnight";
  wish.reason = *wish.emergency;
  wish.occurred = at("2026-12-21 22:30");
  CHECK_THROWS_AS(story.repaired(id, wish), Error);  // before the incident began
  wish.occurred = at("2026-12-21 23:10");
  story.repaired(id, wish);
  story.now("2026-12-22 08:10");
  story.decided("deputy", Command::approve, id);
  CHECK(story.state(id).runs.back().ratified->by.role == "section_head");
  CHECK(story.state(id).runs.back().ratified->letter == "ST 77/2026");
  story.now("2026-12-22 08:30");
  story.decided("deputy", Command::verify, id);
  CHECK(story.state(id).verified->made.letter == "ST 77/2026");

  story.now("2026-12-22 08:40");
  const std::string folder = (story.office.path.parent_path() / "to-sign").string();
  {
    ActingContext asking = story.as("staff");
    const ActingContext elsewhere = story.as("division-head");
    asking.wanted_person = "division-head";
    (void)request(asking, prepare(asking, Command::accept, id, {}, signing_person(asking)), folder);
    std::ifstream in(folder + "/record.yaml");
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    std::ofstream(folder + "/record.yaml.sig")
        << acting_person(elsewhere).signer->sign(bytes, sign::kRecordNamespace, {});
  }
  story.now("2026-12-23 09:00");
  (void)import_request(story.as("staff"), folder);
  CHECK_FALSE(story.state(id).accepted->made.letter.has_value());
  story.now("2026-12-23 09:05");
  ArchiveOptions archive;
  archive.part = incident::PartDisposition::none;
  story.stored(id, archive);

  check_clocks(story, id,
               {
                   {Step::monitor, 0min, 0min, 0min, false},
                   {Step::analyze, 10min, 0min, 0min, false},  // 22:40-22:50, at night
                   {Step::approve, 40min, 0min, 0min, false},  // to 23:30, when it was recorded
                   {Step::repair, 0min, 0min, 0min, false},
                   // 23:30 to Tue 08:10: 40 min of Tuesday, of 15.
                   {Step::approve, 8h + 40min, 0min, 40min, true},
                   {Step::verify, 20min, 0min, 20min, false},  // Tue 08:10-08:30
                   // Tue 08:30 to Wed 09:00, when the signature arrived: 7 h and 1 h 30 min, of 30 min.
                   {Step::accept, 24h + 30min, 0min, 8h + 30min, true},
                   {Step::archive, 5min, 0min, 5min, false},  // Wed 09:00-09:05
               });
}

TEST_CASE("three incidents behind one switch: one withdrawn, one a duplicate, one that is back") {
  Story story;
  {
    std::ofstream hosts(story.office.path / "hosts.yaml");
    hosts << "hosts:\n  - {name: \"sw-core\", address: \"192.0.2.1\"}\n";
    for (const char* name : {"web01", "web02", "db01"})
      hosts << "  - {name: \"" << name << "\", address: \"192.0.2.7\", parents: {any: [\"sw-core\"]}}\n";
  }
  story.now("2026-12-21 08:00");  // a Monday
  const std::string web01 = story.report("web01", "slow");
  story.now("2026-12-21 08:05");
  const std::string web02 = story.report("web02", "slow, too");
  story.now("2026-12-21 08:10");
  const std::string db01 = story.report("db01", "drops connections");

  // The cable between switch and db01 is loose, and what comes from web02 goes over it.
  story.now("2026-12-21 08:40");
  story.analyzed(db01, "manual");
  story.now("2026-12-21 08:50");
  story.decided("section-head", Command::approve, db01);
  DecisionOptions recovered;
  recovered.outcome = incident::WithdrawalOutcome::recovered;
  DecisionOptions duplicate;
  duplicate.outcome = incident::WithdrawalOutcome::duplicate;
  duplicate.of = db01;
  DecisionOptions backwards = duplicate;
  backwards.of = web02;
  story.now("2026-12-21 09:30");
  story.withdrawn("section-head", web01, recovered);
  story.now("2026-12-21 09:35");
  story.withdrawn("section-head", web02, duplicate);
  // Not the other way round as well: nobody would work on either.
  CHECK_THROWS_AS(story.withdrawn("section-head", db01, backwards), Error);
  story.now("2026-12-21 10:15");
  story.withdrawn("division-head", web01, recovered);
  story.now("2026-12-21 10:20");
  story.withdrawn("division-head", web02, duplicate);
  CHECK_THROWS_AS(story.withdrawn("section-head", db01, backwards), Error);
  const auto duplicates = [&](const std::string& id) {
    return duplicates_of(story.as("staff"), load_incident(story.as("staff"), id));
  };
  CHECK(duplicates(db01) == std::vector<std::string>{web02});
  CHECK(duplicates(web02).empty());
  story.now("2026-12-21 11:00");
  story.by_hand(db01);
  story.now("2026-12-21 11:10");
  story.decided("section-head", Command::verify, db01);
  story.now("2026-12-21 11:30");
  story.decided("division-head", Command::accept, db01);
  story.now("2026-12-21 11:35");
  ArchiveOptions archive;
  archive.part = incident::PartDisposition::none;
  story.stored(db01, archive);

  story.now("2026-12-23 13:00");  // Wednesday
  FaultReport again;
  again.host = "db01";
  again.text = "drops connections again";
  again.reopens = db01;
  const std::string back = open_report(story.as("staff"), again).id;
  CHECK(reopened_by(story.as("staff"), db01) == back);
  story.now("2026-12-23 13:20");
  story.analyzed(back, "manual");
  story.now("2026-12-24 07:40");

  // A withdrawal stops no clock before its second signature.
  check_clocks(
      story, web01,
      {{Step::monitor, 0min, 0min, 0min, false}, {Step::analyze, 2h + 15min, 0min, 2h + 15min, true}});
  check_clocks(
      story, web02,
      {{Step::monitor, 0min, 0min, 0min, false}, {Step::analyze, 2h + 15min, 0min, 2h + 15min, true}});
  check_clocks(story, db01,
               {
                   {Step::monitor, 0min, 0min, 0min, false},
                   {Step::analyze, 30min, 0min, 30min, false},          // 08:10-08:40
                   {Step::approve, 10min, 0min, 10min, false},          // 08:40-08:50
                   {Step::repair, 2h + 10min, 0min, 2h + 10min, true},  // 08:50-11:00, of 1 h
                   {Step::verify, 10min, 0min, 10min, false},           // 11:00-11:10
                   {Step::accept, 20min, 0min, 20min, false},           // 11:10-11:30
                   {Step::archive, 5min, 0min, 5min, false},            // 11:30-11:35
               });
  check_clocks(story, back,
               {
                   {Step::monitor, 0min, 0min, 0min, false},
                   {Step::analyze, 20min, 0min, 20min, false},  // Wed 13:00-13:20
                   // Wed 13:20 to Thu 07:40, still: 2 h 10 min and 10 min, of 15 min.
                   {Step::approve, 18h + 20min, 0min, 2h + 20min, true},
               });

  // Duplicates are those opened at most 31 days after the end of an incident, or before its beginning.
  const auto ended = [&](const char* time, const std::string& id) {
    story.now(time);
    story.withdrawn("section-head", id, duplicate);
    story.withdrawn("division-head", id, duplicate);
  };
  story.now("2027-01-21 08:00");
  const std::string last = story.report("web02", "slow on the last day");
  ended("2027-01-21 08:10", last);
  story.now("2027-01-22 08:00");
  ended("2027-01-22 08:10", story.report("web02", "slow a day later"));
  CHECK(duplicates(db01) == std::vector<std::string>{web02, last});

  story.now("2027-01-28 08:00");
  const std::string too_early = story.report("web01", "slow a day before that");
  story.now("2027-01-29 08:00");
  const std::string first = story.report("sw-core", "slow on the first day");
  story.now("2027-03-01 08:00");
  const std::string original = story.report("web02", "slow once more");
  duplicate.of = original;
  ended("2027-03-01 08:10", too_early);
  ended("2027-03-01 08:20", first);
  CHECK(duplicates(original) == std::vector<std::string>{first});
}
