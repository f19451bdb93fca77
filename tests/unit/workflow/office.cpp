#include "office.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "round/check_name.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/decision.hpp"
#include "workflow/init.hpp"
#include "workflow/marks.hpp"
#include "workflow/opening.hpp"
#include "workflow/plans.hpp"
#include "workflow/registering.hpp"

namespace jaga::workflow::test {
namespace {

constexpr std::string_view kHosts =
    "hosts:\n"
    "  - {name: web01, address: 192.0.2.7, checks: [ssh]}\n";
constexpr std::string_view kPlan =
    "format: \"jaga/plan@1\"\n"
    "title: {id: \"Dua langkah\", en: \"Two steps\"}\n"
    "run: ssh\n"
    "commands:\n"
    "  - {title: {id: \"satu\", en: \"one\"}, script: \"echo one\", timeout: 10s}\n"
    "  - {title: {id: \"dua\", en: \"two\"}, script: \"echo two\", timeout: 10s}\n";
constexpr std::string_view kAsRoot =
    "format: \"jaga/plan@1\"\n"
    "title: {id: \"Sebagai root\", en: \"As root\"}\n"
    "run: ssh\n"
    "commands:\n"
    "  - {title: {id: \"satu\", en: \"one\"}, script: \"echo one\", timeout: 10s, sudo: true}\n";
constexpr std::string_view kRestarts =
    "format: \"jaga/plan@1\"\n"
    "title: {id: \"Mulai ulang\", en: \"Restart\"}\n"
    "run: ssh\n"
    "window: true\n"
    "commands:\n"
    "  - {title: {id: \"satu\", en: \"one\"}, script: \"echo restart\", timeout: 10s, reboot: true}\n"
    "  - {title: {id: \"dua\", en: \"two\"}, script: \"echo two\", timeout: 10s}\n";

}  // namespace

Answer PlayedHost::run(plan::Run, const plan::Target& target, const Order& order, std::stop_token) {
  Answer result;
  result.end = Answer::End::exited;
  result.host_key = host_key;
  result.address = target.address;
  const bool look = order.script == identity_order(Digest{}, 1).script;
  const bool mark = order.script == mark_order(Digest{}, 1, Digest{}, false).script;
  if (look) {
    if (looked) looked();
    result.host_key = host_key;
    result.out = "machine-id " + machine_id + "\nboot-id " + boot_id + "\n";
    if (marked_) result.out += "mark \n";
    for (const auto& one : marks) result.out += "mark " + one + "\n";
  } else if (mark) {
    if (marked_ && order.arguments[2] == "new") {
      result.code = kMarkThere;
      return result;
    }
    if (!refusal.empty()) {
      result.code = kMarkRefused;
      result.err = refusal;
      return result;
    }
    marked_ = true;
    marks.push_back(order.arguments[1]);
    result.out = place + "\n";
  } else {
    sent.push_back(order.script);
    if (answer) return answer(order);
    result.out = "done\n";
  }
  return result;
}

std::vector<incident::Result> PlayedHost::probe(const std::vector<RepeatedProbe>& wishes, std::stop_token) {
  std::vector<incident::Result> results;
  for (const RepeatedProbe& wish : wishes)
    results.push_back({wish.host, round::check_name(wish.check, wish.object),
                       well ? round::State::ok : round::State::critical, ""});
  return results;
}

TestOffice::TestOffice() {
  std::string name = (std::filesystem::temp_directory_path() / "jaga-office-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  path = std::filesystem::path(name) / "office";
  keys_ = std::filesystem::path(name) / "keys";
  std::filesystem::create_directory(keys_);
  now = *parse_instant("2026-11-24T01:00:00.000Z");  // 09:00 at +08:00, a Tuesday

  InitOptions wish;
  wish.path = path.string();
  wish.organisation = "office";
  init(wish, [this](std::span<std::byte> bytes) {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(++counter_);
  });
  for (const char* person : {"staff", "section-head", "division-head"})
    sign::make_key((keys_ / person).string(), person);
  const sign::PublicKey host_key = sign::make_key((keys_ / "host").string(), "host");
  host->host_key = host_key.line();
  host->machine_id = "0123456789abcdef0123456789abcdef";
  const store::Folder folder(path.string());
  folder.replace("hosts.yaml", kHosts);
  folder.create("plans/two-steps.yaml", kPlan);
  folder.create("plans/as-root.yaml", kAsRoot);
  folder.create("plans/restarts.yaml", kRestarts);

  {
    ActingContext context = as("section-head");
    begin_register(context, entry("section-head", {"section_head", "admin"}),
                   sign::find_keys(context.keys).front());
  }
  write_person(as("section-head"), entry("staff", {"staff"}));
  write_person(as("section-head"), entry("division-head", {"division_head"}));
  registry::Pin pin;
  pin.host = "web01";
  pin.host_keys = {host->host_key};
  pin.machine_id = host->machine_id;
  pin.verified = "console";
  const ActingContext head = as("section-head");
  write_pins(head, acting_person(head), {pin});
}

registry::Person TestOffice::entry(const std::string& person, std::vector<std::string> roles) const {
  registry::Person result;
  result.id = person;
  result.roles = std::move(roles);
  result.machine = result.roles == std::vector<std::string>{"system"};
  sign::Places places;
  places.key_file = (keys_ / person).string();
  const sign::PublicKey key = sign::find_keys(places).front().key;
  registry::Key known;
  known.line = key.line();
  known.fingerprint = key.fingerprint();
  result.keys.push_back(known);
  return result;
}

void TestOffice::join(const std::string& person, std::vector<std::string> roles) {
  sign::make_key((keys_ / person).string(), person);
  write_person(as("section-head"), entry(person, std::move(roles)));
}

TestOffice::~TestOffice() {
  std::error_code ignored;
  std::filesystem::remove_all(path.parent_path(), ignored);
}

ActingContext TestOffice::as(const std::string& person) {
  ActingContext context;
  context.directory = std::make_shared<store::WorkingDirectory>(
      store::WorkingDirectory::open(path.string(), {geteuid(), {}}));
  const std::string settings = context.directory->require("jaga.yaml");
  context.settings = std::make_shared<inventory::Settings>(inventory::parse_settings(settings, "jaga.yaml"));
  const std::string sop = context.directory->require("sop.yaml");
  context.sop = std::make_shared<sop::Sop>(sop::parse(sop, "sop.yaml"));
  context.sop_digest = sha256(sop);
  context.inventory = std::make_shared<inventory::Inventory>(
      inventory::load({"hosts.yaml", context.directory->require("hosts.yaml")}, {}));
  context.now = [this] { return now += std::chrono::seconds{1}; };
  context.random = [this](std::span<std::byte> bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      ++counter_;
      bytes[i] = static_cast<std::byte>((counter_ * 0x9E3779B97F4A7C15U) >> 56U);
    }
  };
  context.keys.key_file = (keys_ / person).string();
  context.transport = host;
  load_register(context);
  return context;
}

std::string TestOffice::open(const std::string& plan) {
  const ActingContext context = as("staff");
  incident::Monitor monitor;
  monitor.source = incident::FaultSource::probe;
  monitor.round = sha256("round");
  monitor.host = "web01";
  monitor.fault_key = "web01/disk-full/%2Fvar";
  monitor.results = {{"web01", "disk:/var", round::State::critical, "98 %"}};
  incident::Analyze analyze;
  analyze.fault = "disk-full";
  analyze.root = "web01";
  analyze.object = "/var";
  analyze.plan = plan::to_node(freeze_plan(context, plan, {}, "web01"));
  const OpenedIncident opened = open_incident(context, acting_person(context), monitor, analyze);
  REQUIRE(opened.is_new);
  CHECK_FALSE(open_incident(context, acting_person(context), monitor, analyze).is_new);
  return opened.id;
}

void TestOffice::approve(const std::string& id) {
  const ActingContext context = as("section-head");
  commit(context, prepare(context, Command::approve, id, {}));
}

}  // namespace jaga::workflow::test
