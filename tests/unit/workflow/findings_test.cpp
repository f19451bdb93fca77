#include "workflow/findings.hpp"

#include <doctest/doctest.h>

#include "incident/note.hpp"
#include "office.hpp"
#include "record/kind.hpp"
#include "round/round.hpp"
#include "workflow/analyze.hpp"
#include "workflow/decision.hpp"
#include "workflow/repair.hpp"

using namespace jaga;
using namespace jaga::workflow;
using test::TestOffice;

namespace {

round::Result result(const TestOffice& office, std::string check, std::string object, round::State state,
                     std::string history) {
  round::Result out;
  out.host = "web01";
  out.check = std::move(check);
  out.object = std::move(object);
  out.state = state;
  out.reason = state == round::State::ok ? round::Reason::none : round::Reason::limit_reached;
  out.summary = "measured";
  out.since = office.now;
  out.history = std::move(history);
  out.hard = state == round::State::ok || out.history.ends_with("ccc");
  return out;
}

struct Watch {
  TestOffice office;

  Analyzed look(std::vector<round::Result> results, const std::string& person = "staff") {
    round::Round round;
    round.installation = "test";
    round.at = office.now;
    round.results = std::move(results);
    AnalyzeOptions wish;
    wish.round = round::write(round);
    const Analyzed done = analyze(office.as(person), wish);
    office.now += std::chrono::minutes{1};
    return done;
  }
  round::Result disk(const std::string& history) {
    return result(office, "disk", "/var", history.back() == 'c' ? round::State::critical : round::State::ok,
                  history);
  }
  std::vector<std::string> findings(const std::string& id) {
    std::vector<std::string> out;
    for (const record::Note& note : load_incident(office.as("staff"), id).notes)
      if (incident::is(note, record::NoteKind::finding))
        out.push_back(note.body.find("standing")->value() + ": " + note.body.find("text")->value());
    return out;
  }
};

}  // namespace

TEST_CASE("an open incident is told once what is new, not every round") {
  Watch watch;
  const Analyzed first = watch.look({watch.disk("ccc")});
  REQUIRE(first.faults.size() == 1);
  CHECK(first.faults[0].is_new);
  const std::string id = first.faults[0].incident;
  for (int i = 0; i < 3; ++i) {
    const Analyzed again = watch.look({watch.disk("ccc")});
    REQUIRE(again.faults.size() == 1);
    CHECK(again.faults[0].incident == id);
    CHECK_FALSE(again.faults[0].is_new);
    CHECK_FALSE(again.faults[0].attached);
  }
  CHECK(watch.findings(id).empty());
  const auto before = load_incident(watch.office.as("staff"), id).state;

  // Recovered, reported once; a person who may not write can look nevertheless.
  const Analyzed well = watch.look({watch.disk("ccco")});
  REQUIRE(well.recovered.size() == 1);
  CHECK(well.recovered[0].standing == Standing::recovered);
  CHECK(watch.look({watch.disk("cccoo")}).recovered.size() == 1);
  CHECK(watch.findings(id) ==
        std::vector<std::string>{"recovered: everything that had failed has recovered without repair"});
  const Analyzed back = watch.look({watch.disk("cccoooooccc")});
  REQUIRE(back.faults.size() == 1);
  CHECK(back.faults[0].attached);
  CHECK(watch.findings(id).back() == "failing: fails again");
  CHECK(watch.findings(id).size() == 2);

  const auto after = load_incident(watch.office.as("staff"), id).state;
  CHECK(after.phase == before.phase);
  CHECK(after.head == before.head);  // it moves nothing
}

TEST_CASE("what is well after its repair is repaired, and may fail again") {
  Watch watch;
  const std::string id = watch.look({watch.disk("ccc")}).faults.at(0).incident;
  watch.office.approve(id);
  RepairOptions order;
  order.mode = incident::RepairMode::hand;
  order.reason = "files moved away";
  watch.office.host->well = true;
  repair(watch.office.as("staff"), id, order);
  const Analyzed well = watch.look({watch.disk("ccco")});
  REQUIRE(well.recovered.size() == 1);
  CHECK(well.recovered[0].standing == Standing::repaired);
  const Analyzed back = watch.look({watch.disk("cccooooccc")});
  REQUIRE(back.faults.size() == 1);
  CHECK(back.faults[0].after_repair);
  CHECK(watch.findings(id).back() == "failing: fails again after its repair");
}

TEST_CASE("a flapping fault opens one incident, and is reported as such") {
  Watch watch;
  const std::string shaky = "ococococococococococ";
  const Analyzed first = watch.look({watch.disk(shaky)});
  REQUIRE(first.faults.size() == 1);
  CHECK(first.faults[0].fault.flapping);
  const std::string id = first.faults[0].incident;
  REQUIRE(!id.empty());
  const Analyzed well = watch.look({watch.disk(shaky + "o")});
  CHECK(well.faults.empty());
  REQUIRE(well.recovered.size() == 1);
  CHECK(well.recovered[0].standing == Standing::flapping);
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(watch.look({watch.disk(shaky)}).faults.at(0).is_new);
    watch.look({watch.disk(shaky + "o")});
  }
  CHECK(watch.findings(id) == std::vector<std::string>{"flapping: the fault is flapping"});
  // Between the two limits it stays what it was; below the lower one it is well.
  const std::string calmer = "ooooocococ" + std::string(11, 'o');
  const int percent = fault::flap_percent(calmer);
  CHECK(percent >= 25);
  CHECK(percent <= 30);
  CHECK(watch.look({watch.disk(calmer)}).recovered.at(0).standing == Standing::flapping);
  CHECK(watch.look({watch.disk("oooooooooocoooooooooo")}).recovered.at(0).standing == Standing::recovered);
  CHECK(watch.findings(id).size() == 2);
}

TEST_CASE("an older round is not news") {
  Watch watch;
  const std::string id = watch.look({watch.disk("ccc")}).faults.at(0).incident;
  watch.look({watch.disk("ccco")});
  Known known = known_of(load_incident(watch.office.as("staff"), id));
  Finding finding;
  finding.standing = Standing::failing;
  finding.measured = known.measured - std::chrono::seconds{1};
  CHECK_FALSE(is_news(known, finding));
  finding.measured = known.measured + std::chrono::seconds{1};
  CHECK(is_news(known, finding));
}

TEST_CASE("a failure or a symptom that nobody named is news, one that goes away is none") {
  Known known;
  known.failing = {{"web01 disk:/var", round::State::critical}, {"web01 disk:/", round::State::warning}};
  known.symptoms = {"web02 icmp"};
  Finding finding;
  finding.results = {{"web01", "disk:/var", round::State::critical, "98 %"}};
  CHECK_FALSE(is_news(known, finding));
  finding.results.push_back({"web01", "load", round::State::ok, ""});
  CHECK_FALSE(is_news(known, finding));
  finding.symptoms = {"web02 icmp"};
  CHECK_FALSE(is_news(known, finding));
  finding.symptoms.push_back("web03 icmp");
  CHECK(is_news(known, finding));
  finding.symptoms.clear();
  finding.results.push_back({"web01", "disk:/", round::State::critical, ""});
  CHECK(is_news(known, finding));
}
