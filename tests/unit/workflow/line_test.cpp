#include <doctest/doctest.h>

#include <fstream>

#include "office.hpp"
#include "store/chain.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/decision.hpp"
#include "workflow/lookup.hpp"
#include "workflow/repair.hpp"
#include "workflow/request.hpp"

using namespace jaga;
using namespace jaga::workflow;
using test::TestOffice;

namespace {

ExitCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    MESSAGE(std::string(error.what()));
    return error.code();
  }
  return ExitCode::ok;
}

}  // namespace

TEST_CASE("from the fault to the accepted report") {
  TestOffice office;
  const std::string id = office.open();
  CHECK(code_of([&] { repair(office.as("staff"), id, {}); }) == ExitCode::not_permitted);
  CHECK(code_of([&] { prepare(office.as("staff"), Command::approve, id, {}); }) == ExitCode::not_permitted);
  office.approve(id);
  office.host->well = true;
  const Repaired repaired = repair(office.as("staff"), id, {});
  CHECK(repaired.outcome == incident::RepairOutcome::done);
  CHECK(office.host->sent == std::vector<std::string>{"echo one", "echo two"});
  REQUIRE(repaired.commands.size() == 2);
  CHECK(repaired.commands[0].end.out.has_value());
  CHECK(office.host->marks.size() == 1);
  commit(office.as("section-head"), prepare(office.as("section-head"), Command::verify, id, {}));
  commit(office.as("division-head"), prepare(office.as("division-head"), Command::accept, id, {}));
  const Incident incident = load_incident(office.as("staff"), id);
  CHECK(incident.state.violations.empty());
  CHECK(incident.state.phase == sop::Step::archive);
  CHECK(find_incident(office.as("staff"), "web01") == id);
  CHECK(find_incident(office.as("staff"), id.substr(0, 12)) == id);
  CHECK(code_of([&] { find_incident(office.as("staff"), "web02"); }) == ExitCode::no_input);
}

TEST_CASE("the first failure stops a run; it is resumed where it failed") {
  TestOffice office;
  const std::string id = office.open();
  office.approve(id);
  office.host->answer = [](const Order& order) {
    Answer answer;
    answer.end = Answer::End::exited;
    answer.code = order.script == "echo two" ? 1 : 0;
    return answer;
  };
  CHECK(repair(office.as("staff"), id, {}).outcome == incident::RepairOutcome::failed);
  CHECK(code_of([&] { repair(office.as("staff"), id, {}); }) == ExitCode::not_permitted);
  office.host->answer = {};
  office.host->well = true;
  RepairOptions resume;
  resume.resume = true;
  CHECK(repair(office.as("staff"), id, resume).outcome == incident::RepairOutcome::done);
  CHECK(office.host->sent == std::vector<std::string>{"echo one", "echo two", "echo two"});
  CHECK(office.host->marks.size() == 2);
}

TEST_CASE("another host under the same address is not touched") {
  TestOffice office;
  const std::string id = office.open();
  office.approve(id);
  SUBCASE("machine-id") {
    office.host->machine_id = "ffffffffffffffffffffffffffffffff";
  }
  SUBCASE("host key") {
    office.host->host_key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
  }
  CHECK(code_of([&] { repair(office.as("staff"), id, {}); }) == ExitCode::not_permitted);
  CHECK(office.host->sent.empty());
  CHECK(load_incident(office.as("staff"), id).state.runs.empty());
}

TEST_CASE("a revocation stops a run between two commands") {
  TestOffice office;
  const std::string id = office.open();
  office.approve(id);
  office.host->answer = [&](const Order&) {
    DecisionOptions wish;
    wish.reason = "stop";
    commit(office.as("section-head"), prepare(office.as("section-head"), Command::reject, id, wish));
    Answer answer;
    answer.end = Answer::End::exited;
    return answer;
  };
  const Repaired repaired = repair(office.as("staff"), id, {});
  CHECK(repaired.outcome == incident::RepairOutcome::failed);
  CHECK(office.host->sent.size() == 1);
  CHECK(load_incident(office.as("staff"), id).state.phase == sop::Step::analyze);
}

TEST_CASE("a lost connection leaves an unknown end") {
  TestOffice office;
  const std::string id = office.open();
  office.approve(id);
  office.host->answer = [](const Order&) {
    Answer answer;
    answer.end = Answer::End::unknown;
    answer.why = msg("the connection ended before it did");
    return answer;
  };
  CHECK(repair(office.as("staff"), id, {}).commands[0].end.end == incident::CommandEnding::unknown);
  RepairOptions resume;
  resume.resume = true;
  CHECK(code_of([&] { repair(office.as("staff"), id, resume); }) == ExitCode::not_permitted);
  office.host->answer = {};
  resume.from = 2;
  CHECK(repair(office.as("staff"), id, resume).outcome == incident::RepairOutcome::done);
}

TEST_CASE("a command that was not sent is distinguished, and the run resumes there") {
  TestOffice office;
  const std::string id = office.open();
  office.approve(id);
  office.host->answer = [](const Order& order) {
    Answer answer;
    answer.end = order.script == "echo two" ? Answer::End::not_sent : Answer::End::exited;
    answer.why = msg("connection refused");
    return answer;
  };
  const Repaired failed = repair(office.as("staff"), id, {});
  CHECK(failed.outcome == incident::RepairOutcome::failed);
  CHECK(failed.why.render(Language::english) == "command 2 was not sent to 'web01': connection refused");
  CHECK(failed.commands[1].end.end == incident::CommandEnding::not_sent);
  CHECK(load_incident(office.as("staff"), id).state.runs.back().commands[1].end->end ==
        incident::CommandEnding::not_sent);
  office.host->answer = {};
  office.host->sent.clear();
  office.host->well = true;
  RepairOptions resume;
  resume.resume = true;
  CHECK(repair(office.as("staff"), id, resume).outcome == incident::RepairOutcome::done);
  CHECK(office.host->sent == std::vector<std::string>{"echo two"});
}

TEST_CASE("a stop before the repair-start records nothing; after it, how far the run got") {
  TestOffice office;
  const std::string id = office.open();
  office.approve(id);
  std::stop_source stop;
  ActingContext context = office.as("staff");
  context.stop = stop.get_token();
  SUBCASE("before") {
    stop.request_stop();
    CHECK(code_of([&] { repair(context, id, {}); }) == ExitCode::interrupted);
    CHECK(load_incident(office.as("staff"), id).state.runs.empty());
    CHECK(office.host->sent.empty());
    CHECK(office.host->marks.empty());
  }
  SUBCASE("while a command runs") {
    office.host->answer = [&](const Order&) {
      stop.request_stop();
      Answer answer;
      answer.end = Answer::End::exited;
      return answer;
    };
    const Repaired repaired = repair(context, id, {});
    CHECK(repaired.outcome == incident::RepairOutcome::failed);
    CHECK(office.host->sent == std::vector<std::string>{"echo one"});
    const incident::State state = load_incident(office.as("staff"), id).state;
    CHECK(state.runs.back().end->outcome == incident::RepairOutcome::failed);
    CHECK(state.runs.back().commands.back().end->exit == 0);
  }
}

TEST_CASE("by hand, and the vendor") {
  TestOffice office;
  const std::string id = office.open();
  office.approve(id);
  RepairOptions wish;
  SUBCASE("by hand") {
    wish.mode = incident::RepairMode::hand;
    wish.reason = "part replaced";
    wish.parts = {{"OLD", "NEW"}};
    office.host->well = true;
    CHECK(repair(office.as("staff"), id, wish).outcome == incident::RepairOutcome::done);
  }
  SUBCASE("vendor") {
    wish.mode = incident::RepairMode::vendor;
    wish.vendor = "vendor";
    CHECK_FALSE(repair(office.as("staff"), id, wish).outcome);  // a vendor was asked for
    RepairOptions reply;
    reply.vendor_reply = true;
    reply.technician = "technician";
    reply.parts = {{"OLD", "NEW"}};
    reply.letter = "scan";
    reply.arrived = office.now;
    reply.left = office.now;
    office.host->well = true;
    CHECK(repair(office.as("staff"), id, reply).outcome == incident::RepairOutcome::done);
  }
  CHECK(load_incident(office.as("staff"), id).state.phase == sop::Step::verify);
}

TEST_CASE("a request is published only signed, once, and while the chain stands") {
  TestOffice office;
  const std::string id = office.open();
  ActingContext context = office.as("staff");
  context.wanted_person = "section-head";
  const Prepared prepared = prepare(context, Command::approve, id, {}, signing_person(context));
  const auto folder = office.path.parent_path() / "request";
  std::filesystem::create_directory(folder);
  const Requested requested = request(context, prepared, folder.string());
  CHECK(code_of([&] { import_request(office.as("staff"), folder.string()); }) == ExitCode::not_permitted);
  const store::Folder out(folder.string());
  const std::string bytes = out.require(requested.record_file);
  SUBCASE("by another person") {
    out.create(requested.record_file + ".sig",
               acting_person(office.as("staff")).signer->sign(bytes, sign::kRecordNamespace));
    CHECK(code_of([&] { import_request(office.as("staff"), folder.string()); }) == ExitCode::not_permitted);
  }
  SUBCASE("by whom it names") {
    out.create(requested.record_file + ".sig",
               acting_person(office.as("section-head")).signer->sign(bytes, sign::kRecordNamespace));
    CHECK(import_request(office.as("staff"), folder.string()).record.bytes == bytes);
    CHECK(load_incident(office.as("staff"), id).state.phase == sop::Step::repair);
    CHECK(code_of([&] { import_request(office.as("staff"), folder.string()); }) == ExitCode::not_permitted);
  }
  SUBCASE("too late") {
    out.create(requested.record_file + ".sig",
               acting_person(office.as("section-head")).signer->sign(bytes, sign::kRecordNamespace));
    office.approve(id);
    CHECK(code_of([&] { import_request(office.as("staff"), folder.string()); }) == ExitCode::not_permitted);
  }
}

TEST_CASE(
    "what a target reports of its mark, or why it leaves none, is not part of a record unless it is short "
    "and "
    "plain") {
  TestOffice office;
  const std::string id = office.open();
  office.approve(id);
  SUBCASE("what a terminal would obey") {
    office.host->place = "/\x1b[2J/.jaga-runs";
  }
  SUBCASE("a place of a megabyte") {
    office.host->place = "/" + std::string(std::size_t{1} << 20U, 'a') + "/.jaga-runs";
  }
  SUBCASE("a flood instead of a reason") {
    office.host->refusal = std::string(std::size_t{4} << 20U, '\x1b');
  }
  const Repaired repaired = repair(office.as("staff"), id, {});
  CHECK(repaired.outcome == incident::RepairOutcome::failed);
  CHECK(repaired.why.render(Language::english)
            .starts_with("cannot create the marker file of the run on 'web01': "));
  CHECK(repaired.why.render(Language::english).size() < 10'000);
  CHECK(office.host->sent.empty());
  const incident::State state = load_incident(office.as("staff"), id).state;
  CHECK(state.violations.empty());
  CHECK(state.runs.back().end->outcome == incident::RepairOutcome::failed);
}

TEST_CASE("how a command ended is told where it cannot be recorded, and how to go on") {
  TestOffice office;
  const std::string id = office.open();
  office.approve(id);
  const auto chain = std::filesystem::path(office.path) / record::ChainName::incident(id).directory();
  office.host->answer = [&](const Order&) {
    std::filesystem::rename(chain, office.path / "elsewhere");
    std::ofstream(chain) << "in its way";
    Answer answer;
    answer.end = Answer::End::exited;
    answer.code = 7;
    return answer;
  };
  std::vector<std::int64_t> told;
  try {
    repair(office.as("staff"), id, {}, [&](const CommandDone& command, bool ended) {
      if (ended) told.push_back(command.end.exit.value_or(-1));
    });
    FAIL("it cannot be recorded");
  } catch (const Error& error) {
    CHECK(error.hint().render(Language::english).find("--resume") != std::string::npos);
  }
  CHECK(told == std::vector<std::int64_t>{7});
}
