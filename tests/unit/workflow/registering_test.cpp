#include "workflow/registering.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "base/error.hpp"
#include "incident/clocks.hpp"
#include "office.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/decision.hpp"
#include "workflow/inbox.hpp"
#include "workflow/incidents.hpp"

namespace {

using namespace jaga;
using namespace jaga::workflow;
using jaga::workflow::test::TestOffice;

void edit(const TestOffice& office) {
  std::ofstream(office.path / "sop.yaml", std::ios::app) << "# a line more\n";
}

// Everything that the clocks of an incident say at `at`.
std::string told(TestOffice& office, const std::string& id, Instant at) {
  const Instant later = office.now;
  office.now = at;
  const ActingContext context = office.as("staff");
  std::string out;
  const Incident incident = load_incident(context, id);
  for (const auto& clock : incident::clocks(incident.state, incident.procedure, incident.now)) {
    out += std::string(sop::name(clock.step)) + " " + format_instant(clock.began) + " " +
           std::to_string(clock.gross.count()) + "/" + std::to_string(clock.paused.count()) + "/" +
           std::to_string(clock.net.count()) + (clock.late() ? " late" : "");
    if (clock.standard) out += " of " + std::to_string(clock.standard->count());
    if (clock.deadline) out += " until " + format_instant(*clock.deadline);
    out += "\n";
  }
  for (const auto& one : inbox(context, workflow::FinishedIncidents::all)) {
    if (one.id != id) continue;
    out += std::to_string(one.gross.count()) + "/" + std::to_string(one.net.count()) +
           (one.late ? " late" : "") + (one.deadline ? " until " + format_instant(*one.deadline) : "");
  }
  office.now = std::max(later, at);
  return out;
}

void replace(const TestOffice& office, const std::string& from, const std::string& to) {
  std::ifstream in(office.path / "sop.yaml");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, text.find('\n', at) - at, to);
  std::ofstream(office.path / "sop.yaml") << text;
}

}  // namespace

TEST_CASE("a calendar that is adopted later is that of the incidents which open from then on") {
  TestOffice office;
  const std::string id = office.open();
  const Instant then = office.now + std::chrono::hours{75};  // over days and nights
  const std::string before = told(office, id, then);
  replace(office, "  hours: {", "  hours: {sun: \"03:00-03:01\"}");
  replace(office, "  utc_offset: ", "  utc_offset: \"-11:00\"");
  replace(office, "  holidays: ", "  holidays: [\"2026-12-25\"]");
  CHECK(told(office, id, then) == before);
  adopt(office.as("section-head"));
  CHECK(told(office, id, then) == before);
  for (const char* who : {"section-head", "division-head"}) {
    const ActingContext context = office.as(who);
    DecisionOptions wish;
    wish.reason = "gone";
    wish.outcome = incident::WithdrawalOutcome::recovered;
    commit(context, prepare(context, Command::withdraw, id, wish));
  }
  const Instant then_closed = office.now + std::chrono::hours{75};
  const std::string closed = told(office, id, then_closed);
  CHECK(closed != before);
  replace(office, "  utc_offset: ", "  utc_offset: \"-10:00\"");
  CHECK(told(office, id, then_closed) == closed);
  adopt(office.as("section-head"));
  CHECK(told(office, id, then_closed) == closed);
  const std::string other = office.open();
  CHECK(other != id);
  CHECK(load_incident(office.as("staff"), other).procedure.calendar.utc_offset == std::chrono::hours{-10});
  CHECK(load_incident(office.as("staff"), id).procedure.calendar.utc_offset != std::chrono::hours{-10});
}

TEST_CASE("what is adopted is what was understood, and lies beside its record") {
  TestOffice office;
  edit(office);
  const ActingContext context = office.as("section-head");
  const std::size_t before = context.register_chain->records.size();
  edit(office);  // as a person may, while it is shown what changes
  const Digest now = sha256(context.directory->require("sop.yaml"));
  try {
    adopt(context);
    FAIL("adopted");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::busy);
  }
  const auto register_chain = record::ChainName::registry();
  CHECK(office.as("section-head").register_chain->records.size() == before);
  CHECK_FALSE(store::read_evidence(*context.directory, register_chain, now));
  const ActingContext fresh = office.as("section-head");
  adopt(fresh);
  CHECK(store::read_evidence(*fresh.directory, register_chain, now));
  CHECK(office.as("section-head").registered->sop == now);
}
