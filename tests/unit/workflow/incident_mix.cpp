#include "incident_mix.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "inventory/inventory.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/decision.hpp"
#include "workflow/opening.hpp"
#include "workflow/registering.hpp"
#include "workflow/repair.hpp"

namespace jaga::workflow::test {
namespace {

constexpr int kHosts = 12;
constexpr const char* kTypes[] = {"disk-full",        "service-down", "unknown", "host-down",
                                  "memory-disk-full", "disk-full",    "unknown", "service-down"};
constexpr const char* kVendors[] = {"PT Satu", "PT Dua", "CV Tiga"};

std::string host_name(std::uint64_t n) {
  return "host-" + std::to_string(n);
}

void edit(const std::filesystem::path& file, const std::string& from, const std::string& to) {
  std::ifstream in(file);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto place = text.find(from);
  REQUIRE(place != std::string::npos);
  text.replace(place, from.size(), to);
  std::ofstream(file) << text;
}

}  // namespace

IncidentMix::IncidentMix(TestOffice& office) : office_(office) {
  edit(office_.path / "sop.yaml", "holidays: []",
       "holidays: [\"2026-11-12\", \"2026-11-20\"]\n  dates: {\"2026-11-25\": \"07:30-12:00\"}\n"
       "  around_the_clock: [\"critical\"]");
  edit(office_.path / "sop.yaml", "paper_decisions: \"routine plans\"", "paper_decisions: \"all\"");
  std::ofstream hosts(office_.path / "hosts.yaml");
  hosts << "hosts:\n";
  for (int n = 0; n < kHosts; ++n)
    hosts << "  - {name: \"" << host_name(static_cast<std::uint64_t>(n)) << "\", address: \"192.0.2." << n + 1
          << "\"}\n";
  hosts.close();
  office_.host->well = true;
  now_ = *parse_instant("2026-10-01T01:00:00.000Z");
  (void)adopt(as("section-head"));
  contexts_.clear();
}

ActingContext IncidentMix::as(const std::string& person) {
  auto known = contexts_.find(person);
  if (known == contexts_.end()) known = contexts_.emplace(person, office_.as(person)).first;
  ActingContext context = known->second;
  context.now = [time = now_] { return time; };
  return context;
}

std::uint64_t IncidentMix::below(std::uint64_t most) {
  random_ = random_ * 6364136223846793005U + 1442695040888963407U;
  return (random_ >> 33U) % most;
}

void IncidentMix::make(std::size_t count, Instant from, Instant until, std::uint64_t seed) {
  random_ = seed;
  const auto all = static_cast<std::int64_t>(count);
  for (std::int64_t n = 0; n < all; ++n) {
    now_ = from + (until - from) * n / all + std::chrono::milliseconds{below(60'000)};
    const std::string id = open(static_cast<std::size_t>(n));
    // One in ten is left where it stands.
    const std::uint64_t steps = one_in(10) ? below(6) : 60;
    bool goes_on = true;
    for (std::uint64_t k = 0; k < steps && goes_on; ++k) {
      later(one_in(6) ? 2000 : 90);
      goes_on = step(id);
    }
  }
}

std::string IncidentMix::open(std::size_t n) {
  const std::string host = host_name(below(kHosts));
  FaultReport report;
  report.host = host;
  report.text = "made up";
  report.object = "object-" + std::to_string(n);
  if (one_in(15)) {
    report.source = incident::FaultSource::schedule;
    ++seen["planned"];
  } else {
    report.fault = kTypes[below(std::size(kTypes))];
  }
  if (one_in(3)) report.severity = one_in(2) ? fault::Severity::critical : fault::Severity::warning;
  if (one_in(4)) report.occurred = now_ - std::chrono::minutes{below(600)};
  const auto back = finished_.find(host);
  if (back != finished_.end() && one_in(4)) {
    report.reopens = back->second;
    report.fault.reset();
    report.object.clear();
    report.source = incident::FaultSource::report;
    finished_.erase(back);
    ++seen["relapse"];
  }
  return open_report(as("staff"), report).id;
}

bool IncidentMix::step(const std::string& id) {
  const ActingContext context = as("staff");
  const Incident incident = judge_incident(context, id, read_incident(context, id));
  const incident::State& state = incident.state;
  CHECK(state.violations.empty());
  const auto due = incident.due();
  if (!due) return false;
  if (due->withdrawal) {
    if (due->only) {
      decide(id, *due->only, false);
    } else if (one_in(4)) {
      DecisionOptions wish;
      wish.reason = "repair it";
      (void)commit(as("division-head"), prepare(as("division-head"), Command::reject, id, wish));
      ++seen["withdrawal rejected"];
    } else {
      DecisionOptions wish;
      wish.reason = "agreed";
      (void)commit(as("division-head"), prepare(as("division-head"), Command::withdraw, id, wish));
      ++seen["withdrawn"];
    }
    return true;
  }
  switch (due->step) {
    case sop::Step::analyze:
      if (one_in(8) && withdraw(id)) return true;
      analyse(id);
      return true;
    case sop::Step::approve:
      if (!due->emergency && !due->only && one_in(12)) {
        fork(id);
        return true;
      }
      if (!due->emergency && !due->only && one_in(12)) {  // another look at it
        analyse(id);
        ++seen["analysed again"];
        return true;
      }
      if (!due->emergency && !due->only && one_in(10)) {
        RepairOptions wish;
        wish.mode = incident::RepairMode::hand;
        wish.emergency = wish.reason = "it could not wait";
        try {
          (void)repair(as("staff"), id, wish);
          ++seen["emergency"];
          return true;
        } catch (const Error& error) {
          CHECK(error.code() == ExitCode::not_permitted);  // the plan does not permit it
        }
      }
      decide(id, "section-head", !due->emergency && !due->only);
      return true;
    case sop::Step::repair:
      repair_it(id, state);
      return true;
    case sop::Step::verify:
      decide(id, "section-head", !due->only);
      return true;
    case sop::Step::accept:
      decide(id, "division-head", !due->only);
      return true;
    default:
      store(id, state);
      return true;
  }
}

void IncidentMix::analyse(const std::string& id) {
  OwnAnalysis wish;
  if (one_in(3)) wish.fault = kTypes[below(std::size(kTypes))];
  wish.plan = one_in(3) ? "vendor" : "manual";
  wish.parameters = {{"task", "see to it"}};
  wish.reason = "looked at it";
  (void)analyze_incident(as("staff"), id, wish);
}

void IncidentMix::decide(const std::string& id, const std::string& person, bool with_paper) {
  const ActingContext context = as("staff");
  const Incident incident = judge_incident(context, id, read_incident(context, id));
  const sop::Step due = incident.due()->step;
  Command command = due == sop::Step::approve  ? Command::approve
                    : due == sop::Step::verify ? Command::verify
                                               : Command::accept;
  DecisionOptions wish;
  wish.reason = "seen";
  if (one_in(5)) {
    command = Command::reject;
    ++seen["rejected"];
  } else if (with_paper && one_in(8)) {
    wish.paper_scan = "scan of a signed sheet " + id;
    wish.paper_by = person;
    if (one_in(2)) wish.occurred = now_ - std::chrono::minutes{1};
    try {
      (void)commit(as("staff"), prepare(as("staff"), command, id, wish));
      ++seen["paper"];
      return;
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::not_permitted);  // who entered it did the work, or it comes too early
      wish = {};
      wish.reason = "seen";
    }
  }
  (void)commit(as(person), prepare(as(person), command, id, wish));
}

void IncidentMix::repair_it(const std::string& id, const incident::State& state) {
  RepairOptions wish;
  if (const auto waited = vendors_.find(id); waited != vendors_.end()) {
    vendors_.erase(waited);
    wish.mode = incident::RepairMode::vendor;
    wish.vendor_reply = true;
    wish.reason = "done";
    wish.technician = "a technician";
    wish.arrived = now_ - std::chrono::minutes{1};
    wish.left = now_;
    wish.letter = "work order of " + id;
    if (one_in(2)) {
      wish.parts = {{"OLD-" + id, "NEW-" + id}};
      ++seen["part"];
    } else {
      wish.unknown = {"parts"};
      ++seen["incomplete reply"];
    }
    try {
      (void)repair(as("staff"), id, wish);
      return;
    } catch (const Error& error) {
      MESSAGE(error.message().render(Language::english));
      throw;
    }
  }
  if (state.analysis->plan.run == plan::Run::vendor) {
    wish.mode = incident::RepairMode::vendor;
    wish.vendor = kVendors[below(std::size(kVendors))];
    (void)repair(as("staff"), id, wish);
    vendors_[id] = *wish.vendor;
    ++seen["vendor"];
    return;
  }
  wish.mode = incident::RepairMode::hand;
  wish.reason = "done";
  if (one_in(6)) {
    wish.parts = {{"OLD-" + id, "NEW-" + id}};
    ++seen["part"];
  }
  (void)repair(as("staff"), id, wish);
}

void IncidentMix::store(const std::string& id, const incident::State& state) {
  const ActingContext context = as("staff");
  incident::Archive body;
  body.bag = "bag";
  body.manifest = sha256("manifest");
  if (state.part_replaced()) {
    body.part = incident::PartDisposition::stored;
    body.where = "shelf 3";
  }
  (void)write_record(context, id, acting_person(context), [&](const Incident&) { return body; });
  finished_[state.monitor.host] = id;
  ++seen["archived"];
}

bool IncidentMix::withdraw(const std::string& id) {
  using incident::WithdrawalOutcome;
  DecisionOptions wish;
  wish.reason = "nothing to repair";
  wish.outcome = static_cast<WithdrawalOutcome>(below(5));
  if (*wish.outcome == WithdrawalOutcome::duplicate) {
    if (finished_.empty()) return false;
    wish.of = finished_.begin()->second;
  }
  if (*wish.outcome == WithdrawalOutcome::risk_accepted) wish.until = now_ + std::chrono::days{30};
  if (*wish.outcome == WithdrawalOutcome::handed_over) wish.to = "another office";
  (void)commit(as("section-head"), prepare(as("section-head"), Command::withdraw, id, wish));
  return true;
}

// Two clones continue one incident: what one of them writes is taken away, and put back when the other has.
void IncidentMix::fork(const std::string& id) {
  namespace fs = std::filesystem;
  const fs::path folder = office_.path / record::ChainName::incident(id).directory();
  const fs::path aside = office_.path.parent_path() / "aside";
  const auto files = [&] {
    std::vector<fs::path> out;
    for (const auto& one : fs::directory_iterator(folder))
      if (one.is_regular_file()) out.push_back(one.path());
    return out;
  };
  const std::vector<fs::path> before = files();
  DecisionOptions wish;
  wish.reason = "as one clone has it";
  (void)commit(as("section-head"), prepare(as("section-head"), Command::reject, id, wish));
  fs::create_directory(aside);
  for (const fs::path& file : files())
    if (std::find(before.begin(), before.end(), file) == before.end())
      fs::rename(file, aside / file.filename());
  later(30);
  wish.reason = "as the other has it";
  (void)commit(as("section-head"), prepare(as("section-head"), Command::approve, id, wish));
  for (const auto& one : fs::directory_iterator(aside))
    fs::rename(one.path(), folder / one.path().filename());
  fs::remove(aside);
  later(200);
  (void)merge_incident(as("section-head"), id, "two clones");
  ++seen["merge"];
}

}  // namespace jaga::workflow::test
