#include "world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "incident/note.hpp"
#include "record/kind.hpp"

namespace jaga::incident::test {

using namespace std::chrono_literals;
using sop::Step;

sop::Sop procedure() {
  sop::Sop result;
  for (const char* id : {"staff", "section_head", "division_head"}) {
    sop::Role role;
    role.id = id;
    role.title = {id, id};
    result.roles.emplace(id, role);
  }
  const auto row = [&](int no, Step step, const char* role, std::optional<std::chrono::milliseconds> standard,
                       std::vector<Step> not_by, std::optional<sop::NoGoes> goes) {
    sop::Row entry;
    entry.no = no;
    entry.step = step;
    entry.roles = {role};
    entry.standard = standard;
    entry.not_by = std::move(not_by);
    entry.no_goes = std::move(goes);
    result.steps.push_back(std::move(entry));
  };
  row(1, Step::monitor, "staff", 30min, {}, {});
  row(2, Step::analyze, "staff", 1h, {}, {});
  row(3, Step::approve, "section_head", 15min, {Step::analyze}, sop::NoGoes{Step::analyze, {Step::analyze}});
  row(4, Step::repair, "staff", 1h, {}, {});
  row(5, Step::verify, "section_head", {}, {Step::repair},
      sop::NoGoes{Step::repair, {Step::repair, Step::analyze}});
  row(6, Step::accept, "division_head", 30min, {Step::verify},
      sop::NoGoes{Step::verify, {Step::verify, Step::repair, Step::analyze}});
  row(7, Step::archive, "staff", 10min, {}, {});
  for (std::size_t day = 1; day <= 5; ++day) result.calendar.hours[day] = {{7h + 30min, 15h + 30min}};
  return result;
}

plan::Frozen disk_plan(bool repeatable, bool emergency, plan::Run run) {
  plan::Frozen plan;
  plan.name = run == plan::Run::manual ? "manual" : "clean-disk";
  plan.template_digest = sha256("template");
  plan.title = {"Bersihkan cakram", "Clean a full disk"};
  plan.run = run;
  plan.emergency = emergency;
  if (plan.runs()) {
    for (const char* script : {"journalctl --vacuum-size=64M", "apt-get clean"}) {
      plan::FrozenCommand command;
      command.title = {script, script};
      command.script = script;
      command.timeout = 60s;
      command.expect = {0};
      command.repeatable = repeatable;
      plan.commands.push_back(command);
    }
    plan.rollback.push_back(plan.commands.back());
    plan.targets.push_back({"web01",
                            "192.0.2.7",
                            22,
                            "jaga-repair",
                            {std::string(kRunKey)},
                            "0123456789abcdef0123456789abcdef",
                            {}});
  }
  return plan;
}

bool has(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return true;
  MESSAGE(text);
  return false;
}

Step due_step_of(const World& world) {
  return due(world.state(), world.sop, world.now)->step;
}

std::string key_of(const std::string& person) {
  return "SHA256:" + person;
}
std::vector<Result> failing() {
  return {{"web01", "disk:/var", round::State::critical, "98 % full"}};
}
std::vector<Result> healthy() {
  return {{"web01", "disk:/var", round::State::ok, "40 % full"}};
}

sop::Sop small_team() {
  return sop::parse(sop::builtin("small-team"), "small-team");
}

sop::Sop made_up() {
  sop::Sop result = procedure();
  result.roles.clear();
  for (const char* id : {"technician", "engineer", "chief", "auditor"}) {
    sop::Role role;
    role.id = id;
    role.title = {id, id};
    result.roles.emplace(id, role);
  }
  const auto set = [&](Step step, std::vector<std::string> roles, std::vector<Step> not_by,
                       std::optional<sop::NoGoes> goes = {}) {
    sop::Row& row = result.steps[static_cast<std::size_t>(step)];
    row.roles = std::move(roles);
    row.not_by = std::move(not_by);
    row.no_goes = std::move(goes);
  };
  set(Step::monitor, {"technician", "auditor"}, {});
  set(Step::analyze, {"engineer", "technician"}, {});
  set(Step::approve, {"chief", "engineer"}, {Step::analyze}, sop::NoGoes{Step::analyze, {Step::analyze}});
  set(Step::repair, {"technician"}, {Step::approve});
  set(Step::verify, {"engineer", "auditor"}, {Step::repair, Step::analyze},
      sop::NoGoes{Step::analyze, {Step::analyze, Step::repair}});
  set(Step::accept, {"auditor", "chief"}, {Step::verify, Step::repair},
      sop::NoGoes{Step::repair, {Step::repair, Step::verify}});
  set(Step::archive, {"auditor"}, {});
  result.steps[static_cast<std::size_t>(Step::approve)].escalate = {{30min, {"auditor"}},
                                                                    {2h, {"technician"}}};
  result.steps[static_cast<std::size_t>(Step::repair)].escalate = {{1h, {"engineer"}}};
  result.steps[static_cast<std::size_t>(Step::approve)].countersign = {"auditor"};
  result.steps[static_cast<std::size_t>(Step::verify)].escalate = {{1h, {"technician"}}};
  result.steps[static_cast<std::size_t>(Step::accept)].countersign = {"chief", "engineer"};
  result.around_the_clock = {"critical"};
  result.policies.confirm_system = false;
  result.policies.approval_runs = 2;
  return result;
}

World::World(bool by_timer, sop::Sop by) : sop(std::move(by)) {
  const bool small = sop.roles.contains("operator");
  now = *parse_instant("2026-11-24T08:00:00.000Z");  // a Tuesday, at work
  const bool other = sop.roles.contains("technician");
  const auto add_person = [&](const std::string& id, std::vector<std::string> roles) {
    registry::Person entry;
    entry.id = id;
    for (std::string role : roles) {
      if (small && role == "staff") role = "operator";
      if (small && role.ends_with("_head")) role = "lead";
      if (other && role == "staff") role = "technician";
      if (other && role == "section_head") role = "engineer";
      if (other && role == "division_head") {
        entry.roles.emplace_back("auditor");
        role = "chief";
      }
      if (std::find(entry.roles.begin(), entry.roles.end(), role) == entry.roles.end())
        entry.roles.push_back(role);
    }
    entry.machine = id == "timer";
    registry::Key key;
    key.fingerprint = key_of(id);
    entry.keys.push_back(key);
    registered.people.emplace(id, entry);
  };
  add_person("staff", {"staff"});
  add_person("staff-2", {"staff"});
  add_person("section-head", {"section_head", "admin"});
  add_person("section-head-2", {"section_head"});
  add_person("division-head", {"division_head"});
  add_person("boss", {"section_head", "division_head", "staff"});
  add_person("timer", {"system"});
  if (other) registered.people.at("section-head-2").roles.emplace_back("auditor");
  chain.name = record::ChainName::incident("20261124-web01-k7f3q2");
  Monitor monitor{.source = FaultSource::probe,
                  .round = sha256("round"),
                  .fault_key = "web01/disk-full/%2Fvar",
                  .host = "web01",
                  .results = failing()};
  monitor.decisions_carry = {std::string(kCarried)};
  const std::string who = by_timer ? "timer" : "staff";
  add({who, by_timer ? "system" : small ? "operator" : other ? "technician" : "staff"}, key_of(who), monitor);
}

Person World::person(const std::string& id) const {
  const registry::Person* entry = registered.find_person(id);
  REQUIRE(entry != nullptr);
  return {id, registered.roles_of(*entry, now), key_of(id)};
}

Digest World::add(const record::By& by, const std::string& key, const Body& body) {
  now += 1min;
  record::Record record;
  record.envelope.chain = chain.name;
  record.envelope.seq = static_cast<std::uint32_t>(chain.records.size() + 1);
  record.envelope.prev = {chain.records.empty() ? sha256("root") : chain.heads.front()};
  record.envelope.kind = kind_of(body);
  for (const record::Note& note : notes)
    if (std::none_of(chain.records.begin(), chain.records.end(), [&](const record::Record& one) {
          const auto& named = one.envelope.notes;
          return std::find(named.begin(), named.end(), note.digest) != named.end();
        }))
      record.envelope.notes.push_back(note.digest);
  record.envelope.at = now;
  record.envelope.register_head = registered.head;
  record.envelope.by = by;
  record.envelope.key = key;
  record.body = to_node(body);
  record.digest = sha256("record " + std::to_string(record.envelope.seq) + record.envelope.kind);
  chain.heads = {record.digest};
  chain.records.push_back(record);
  return record.digest;
}

Digest World::write(const std::string& who, Body body) {
  const Decision decision =
      decide(state(), notes, sop, &registered, person(who), std::move(body), now + 1min);
  const Digest digest = add(decision.by, key_of(who), decision.body);
  const State after = state();
  if (!after.violations.empty()) FAIL(after.violations.back().what.render(Language::english));
  return digest;
}

Digest World::write_run(const std::string& who, Body body) {
  Person runner = person(who);
  runner.key = fingerprint_of(kRunKey);
  const Decision decision = decide(state(), notes, sop, &registered, runner, std::move(body), now + 1min);
  const Digest digest = add(decision.by, runner.key, decision.body);
  const State after = state();
  if (!after.violations.empty()) FAIL(after.violations.back().what.render(Language::english));
  return digest;
}

std::string World::refusal(const std::string& who, const Body& body) const {
  try {
    decide(state(), notes, sop, &registered, person(who), body, now + 1min);
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::not_permitted);
    return error.message().render(Language::english) + " | " + error.hint().render(Language::english);
  }
  return {};
}

Digest World::forge(const record::By& by, const std::string& key, const Body& body) {
  return add(by, key, body);
}

Digest World::measure(std::vector<Result> results) {
  now += 1min;
  record::Note note;
  note.kind = "measure";
  note.at = now;
  note.id = "note" + std::to_string(notes.size());
  note.body = to_node(Measure{sha256("later"), std::move(results)});
  note.digest = sha256(note.id);
  notes.push_back(note);
  return note.digest;
}

void World::import(const Digest& record) {
  record::Note note;
  note.kind = record::name(record::NoteKind::import);
  note.at = now;
  note.id = "note" + std::to_string(notes.size());
  note.cites = {record};
  note.body = yaml::Node::map();
  note.digest = sha256(note.id);
  notes.push_back(note);
}

void World::change_register(const std::function<void(registry::Register&)>& edit) {
  registers_[registered.head] = registered;
  edit(registered);
  registered.head = sha256("register " + std::to_string(registers_.size()));
}

void World::join(const std::string& id, std::vector<std::string> roles) {
  change_register([&](registry::Register& state) {
    registry::Person entry;
    entry.id = id;
    entry.roles = std::move(roles);
    registry::Key key;
    key.fingerprint = key_of(id);
    entry.keys.push_back(key);
    state.people.emplace(id, entry);
  });
}

State World::state() const {
  return replay(chain, notes, sop, [this](const Digest& head) {
    const auto before = registers_.find(head);
    return before == registers_.end() ? &registered : &before->second;
  });
}

Analyze World::analysis(const plan::Frozen& plan) const {
  Analyze body;
  body.fault = "disk-full";
  body.root = "web01";
  body.object = "/var";
  body.evidence = {"disk:/var is critical"};
  body.plan = plan::to_node(plan);
  return body;
}

void World::run(bool works) {
  RepairStart start = draft_repair_start(state(), RepairMode::run, {}, false);
  start.run_key = std::string(kRunKey);
  start.targets = {{"web01", "192.0.2.7", std::string(kRunKey), "0123456789abcdef0123456789abcdef"}};
  const Digest run = write("staff", start);
  const plan::Frozen plan = state().analysis->plan;
  for (std::size_t i = 0; i < plan.commands.size(); ++i) {
    const auto n = static_cast<std::int64_t>(i + 1);
    write_run("staff", CommandStart{.run = run,
                                    .target = "web01",
                                    .n = n,
                                    .script = plan.commands[i].script_digest(),
                                    .mark = "/home/jaga"});
    const bool fails = !works && n == 2;
    write_run(
        "staff",
        CommandEnd{.run = run, .target = "web01", .n = n, .end = CommandEnding::exit, .exit = fails ? 1 : 0});
  }
  write_run("staff", RepairEnd{.run = run,
                               .outcome = works ? RepairOutcome::done : RepairOutcome::failed,
                               .before = failing(),
                               .after = works ? healthy() : failing()});
}

void World::until(Step step) {
  if (step >= Step::analyze) write("staff", analysis(disk_plan()));
  if (step >= Step::approve) write("section-head", draft_approval(state(), sop, now));
  if (step >= Step::repair) run();
  if (step >= Step::verify) write("section-head", draft_verification(state(), notes));
  if (step >= Step::accept) write("division-head", draft_acceptance(state()));
  if (step >= Step::archive)
    write("staff", Archive{.part = PartDisposition::none, .bag = "bag", .manifest = sha256("manifest")});
}

RepairStart run_start(const World& world) {
  RepairStart start = draft_repair_start(world.state(), RepairMode::run, {}, false);
  start.run_key = std::string(kRunKey);
  start.targets = {{"web01", "192.0.2.7", std::string(kRunKey), "0123456789abcdef0123456789abcdef"}};
  return start;
}

}  // namespace jaga::incident::test
