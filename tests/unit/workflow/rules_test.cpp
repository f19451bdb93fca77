#include <doctest/doctest.h>

#include <fstream>

#include "base/secrets.hpp"
#include "office.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/archive.hpp"
#include "workflow/decision.hpp"
#include "workflow/inbox.hpp"
#include "workflow/marks.hpp"
#include "workflow/opening.hpp"
#include "workflow/repair.hpp"

using namespace jaga;
using namespace jaga::workflow;
using test::PlayedHost;
using test::TestOffice;

namespace {

constexpr std::string_view kPlan =
    "format: \"jaga/plan@1\"\n"
    "title: {id: \"Dua langkah\", en: \"Two steps\"}\n"
    "run: ssh\n"
    "commands:\n"
    "  - {title: {id: \"satu\", en: \"one\"}, script: \"echo one\", timeout: 10s}\n"
    "  - {title: {id: \"dua\", en: \"two\"}, script: \"echo two\", timeout: 10s}\n"
    "rollback:\n"
    "  - {title: {id: \"balik satu\", en: \"back one\"}, script: \"echo back one\", timeout: 10s}\n"
    "  - {title: {id: \"balik dua\", en: \"back two\"}, script: \"echo back two\", timeout: 10s}\n"
    "before:\n"
    "  - {check: ssh}\n";

// Remembers what was probed, and may refuse to take a mark.
class Watched : public PlayedHost {
 public:
  Answer run(plan::Run how, const plan::Target& target, const Order& order, std::stop_token stop) override {
    const bool mark = order.script == mark_order(Digest{}, 1, Digest{}, false).script;
    if (!mark || !refuses_marks) return PlayedHost::run(how, target, order, stop);
    Answer refused;
    refused.end = Answer::End::unknown;
    refused.why = msg("the connection ended before it did");
    return refused;
  }
  std::vector<incident::Result> probe(const std::vector<RepeatedProbe>& wishes,
                                      std::stop_token stop) override {
    probed.push_back(wishes);
    return PlayedHost::probe(wishes, stop);
  }
  bool refuses_marks = false;
  std::vector<std::vector<RepeatedProbe>> probed;
};

std::shared_ptr<Watched> watch(TestOffice& office) {
  auto host = std::make_shared<Watched>();
  host->host_key = office.host->host_key;
  host->machine_id = office.host->machine_id;
  office.host = host;
  return host;
}

std::function<Answer(const Order&)> failing_at(const std::string& script) {
  return [script](const Order& order) {
    Answer answer;
    answer.end = Answer::End::exited;
    answer.code = order.script == script ? 1 : 0;
    return answer;
  };
}

ExitCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    MESSAGE(std::string(error.what()));
    return error.code();
  }
  return ExitCode::ok;
}

RepairOptions resuming() {
  RepairOptions wish;
  wish.resume = true;
  return wish;
}

}  // namespace

TEST_CASE("a failed rollback is resumed where it failed, by --resume and by --rollback") {
  TestOffice office;
  office.as("staff").directory->replace("plans/two-steps.yaml", kPlan);
  const std::string id = office.open();
  office.approve(id);
  office.host->answer = failing_at("echo two");
  CHECK(repair(office.as("staff"), id, {}).outcome == incident::RepairOutcome::failed);
  RepairOptions back;
  back.rollback = true;
  office.host->answer = failing_at("echo back two");
  CHECK(repair(office.as("staff"), id, back).outcome == incident::RepairOutcome::failed);
  office.host->sent.clear();
  SUBCASE("--resume") {
    office.host->answer = {};
    CHECK(preview_repair(office.as("staff"), id, resuming()).rollback);
    CHECK(repair(office.as("staff"), id, resuming()).outcome == incident::RepairOutcome::done);
    CHECK(office.host->sent == std::vector<std::string>{"echo back two"});
  }
  SUBCASE("--rollback") {
    office.host->answer = {};
    CHECK(repair(office.as("staff"), id, back).outcome == incident::RepairOutcome::done);
    CHECK(office.host->sent == std::vector<std::string>{"echo back two"});
  }
  SUBCASE("--from") {
    office.host->answer = {};
    RepairOptions from = resuming();
    from.from = 1;
    CHECK(repair(office.as("staff"), id, from).outcome == incident::RepairOutcome::done);
    CHECK(office.host->sent == std::vector<std::string>{"echo back one", "echo back two"});
  }
  CHECK(load_incident(office.as("staff"), id).state.phase == sop::Step::analyze);
}

TEST_CASE("a resumed run that was interrupted before its mark can be resumed") {
  TestOffice office;
  const auto host = watch(office);
  const std::string id = office.open();
  office.approve(id);
  host->answer = failing_at("echo two");
  CHECK(repair(office.as("staff"), id, {}).outcome == incident::RepairOutcome::failed);
  host->answer = {};
  host->refuses_marks = true;
  CHECK(repair(office.as("staff"), id, resuming()).outcome == incident::RepairOutcome::failed);
  host->refuses_marks = false;
  host->well = true;
  CHECK(repair(office.as("staff"), id, resuming()).outcome == incident::RepairOutcome::done);
  CHECK(host->sent == std::vector<std::string>{"echo one", "echo two", "echo two"});
  CHECK(host->marks.size() == 2);
}

TEST_CASE("the checks that a plan names for before are measured before, and again after") {
  TestOffice office;
  const auto host = watch(office);
  office.as("staff").directory->replace("plans/two-steps.yaml", kPlan);
  const std::string id = office.open();
  office.approve(id);
  host->well = true;
  const Repaired repaired = repair(office.as("staff"), id, {});
  CHECK(repaired.outcome == incident::RepairOutcome::done);
  REQUIRE(host->probed.size() == 2);
  for (const auto& wishes : host->probed) {
    REQUIRE(wishes.size() == 2);
    CHECK(wishes[0].check == "disk");
    CHECK(wishes[1].check == "ssh");
  }
  const incident::State state = load_incident(office.as("staff"), id).state;
  REQUIRE(state.runs.back().end->before.size() == 2);
  CHECK(state.runs.back().end->before[1].check == "ssh");
}

TEST_CASE("on a damaged chain every way of repairing is a refusal") {
  TestOffice office;
  const std::string id = office.open();
  office.approve(id);
  const auto folder = office.path / record::ChainName::incident(id).directory();
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename().string().find("-analyze.") == std::string::npos) continue;
    if (entry.path().extension() != ".yaml") continue;
    std::filesystem::permissions(entry.path(), std::filesystem::perms::owner_write,
                                 std::filesystem::perm_options::add);
    std::ofstream(entry.path(), std::ios::app) << "x";
  }
  RepairOptions vendor;
  vendor.mode = incident::RepairMode::vendor;
  vendor.vendor = "vendor";
  RepairOptions reply;
  reply.vendor_reply = true;
  RepairOptions give_up;
  give_up.give_up = true;
  for (const RepairOptions& wish : {RepairOptions{}, vendor, reply, give_up})
    CHECK(code_of([&] { repair(office.as("staff"), id, wish); }) == ExitCode::not_permitted);
}

TEST_CASE("archive seals and packs by itself") {
  TestOffice office;
  const std::string id = office.open();
  office.approve(id);
  office.host->well = true;
  repair(office.as("staff"), id, {});
  commit(office.as("section-head"), prepare(office.as("section-head"), Command::verify, id, {}));
  commit(office.as("division-head"), prepare(office.as("division-head"), Command::accept, id, {}));
  ActingContext context = office.as("staff");
  context.installation = "0123456789abcdef";
  ArchiveOptions wish;
  wish.part = incident::PartDisposition::none;
  const Archived done = archive(context, id, wish);
  REQUIRE(done.sealed.has_value());
  CHECK(done.sealed->files > 0);
  CHECK(std::filesystem::exists(office.path / done.sealed->path));
  CHECK(done.packed == done.bag + ".tar.zst");
  CHECK(std::filesystem::exists(done.packed));
  CHECK_FALSE(seal(context).has_value());
}

TEST_CASE("the inbox is sorted: the longest waiting first") {
  TestOffice office;
  const std::string first = office.open();
  office.now += std::chrono::minutes{1};
  const OpenedIncident second = open_report(office.as("staff"), {"web01", "high-latency", "slow", {}});
  const auto list = inbox(office.as("staff"), workflow::FinishedIncidents::none);
  REQUIRE(list.size() == 2);
  CHECK(list[0].id == first);
  CHECK(list[1].id == second.id);
}

TEST_CASE("no record may hold what a terminal would obey, or a secret") {
  CHECK(code_of([] { require_recordable("-m", "only the logs\nand \"no\" more"); }) == ExitCode::ok);
  for (const char* text : {"\x1b[31m", "a\rb", "\xff", "password=hunter2", "use token: abc",
                           "-----BEGIN OPENSSH PRIVATE KEY-----\nx"})
    CHECK(code_of([&] { require_recordable("-m", text); }) == ExitCode::usage);
}
