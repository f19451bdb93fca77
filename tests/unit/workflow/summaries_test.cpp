// Summaries of days, from rounds in the directory to the availability of hosts. The office is at +08:00.
#include "workflow/summaries.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <stop_token>

#include "audit/audit.hpp"
#include "base/error.hpp"
#include "document/json.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "office.hpp"
#include "record/seal.hpp"
#include "round/round.hpp"
#include "store/directory.hpp"
#include "store/rounds.hpp"
#include "store/summaries.hpp"
#include "workflow/availability.hpp"
#include "workflow/board.hpp"
#include "workflow/damage_report.hpp"
#include "workflow/incidents.hpp"
#include "workflow/seal.hpp"

namespace {

using namespace jaga;
using namespace jaga::workflow;
using namespace std::chrono_literals;
using jaga::workflow::test::TestOffice;
using round::State;

constexpr const char* kInstallation = "inst-1";

Instant at(const char* local) {
  const auto time = parse_time(local, 8h);
  REQUIRE(time.has_value());
  return *time;
}

class Measured {
 public:
  Measured() { office.join("timer", {"system"}); }

  ActingContext as(const std::string& person, const char* local) {
    ActingContext context = office.as(person);
    context.now = [time = at(local)] { return time; };
    context.installation = kInstallation;
    return context;
  }
  // A round every ten minutes of [from, until).
  void rounds(const char* from, const char* until, State state,
              const std::string& installation = kInstallation) {
    const ActingContext context = office.as("staff");
    for (Instant when = at(from); when < at(until); when += 10min) {
      round::Round round;
      round.installation = installation;
      round.at = when;
      round.inventory = sha256("inventory");
      round::Result result;
      result.host = "web01";
      result.check = "disk";
      result.object = "/var";
      result.state = state;
      result.since = when;
      result.history = std::string(1, round::letter(state));
      if (state != State::ok) result.reason = round::Reason::limit_reached;
      round.results.push_back(result);
      store::write_round(*context.directory, installation, when, round::write(round));
    }
  }
  audit::Report audit() {
    const ActingContext context = office.as("staff");
    return audit::audit_directory(*context.directory, context.settings->repo, {});
  }
  TestOffice office;
};

std::string findings(const audit::Report& report) {
  std::string out;
  for (const audit::Finding& one : report.findings)
    out += one.file + ": " + one.what.render(Language::english) + "\n";
  return out;
}

void overwrite(const std::filesystem::path& file, const std::string& from, const std::string& to) {
  std::ifstream in(file);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::size_t place = text.find(from);
  REQUIRE(place != std::string::npos);
  text.replace(place, from.size(), to);
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  std::ofstream(file) << text;
}

}  // namespace

TEST_CASE("the day that is over is summarised once, by the machine, and is sealed and audited") {
  Measured measured;
  measured.rounds("2026-11-24 00:00", "2026-11-24 12:00", State::ok);
  measured.rounds("2026-11-24 12:00", "2026-11-24 13:00", State::critical);
  measured.rounds("2026-11-24 13:00", "2026-11-25 00:20", State::ok);
  // Not before the day has settled, and not by a person.
  CHECK(write_summaries(measured.as("timer", "2026-11-25 00:04")).empty());
  CHECK(write_summaries(measured.as("staff", "2026-11-25 00:10")).empty());
  CHECK(write_summaries(measured.as("timer", "2026-11-25 00:10")) ==
        std::vector<std::string>{"summaries/inst-1/2026/11/24.yaml"});
  CHECK(write_summaries(measured.as("timer", "2026-11-25 00:20")).empty());
  const ActingContext context = measured.as("timer", "2026-11-25 00:20");
  const auto names = store::list_summaries(*context.directory).names;
  REQUIRE(names.size() == 1);
  const auto summary = store::read_summary(*context.directory, names[0], context.settings->repo);
  REQUIRE(summary.hosts.size() == 1);
  CHECK(summary.rounds == 144);
  CHECK(summary.utc_offset == 480);
  CHECK(summary.hosts[0].ok == 1380);
  CHECK(summary.hosts[0].critical == 60);
  CHECK(summary.hosts[0].failed == std::vector<std::string>{"disk:/var"});
  CHECK(summary.by == record::By{"timer", "system"});

  CHECK(findings(measured.audit()) == "");
  CHECK(measured.audit().summaries == 1);
  const std::size_t newer = measured.audit().newer;
  const auto sealed = seal(measured.as("section-head", "2026-11-25 08:00"));
  REQUIRE(sealed.has_value());
  const record::Seal body = record::parse_seal(sealed->record.body, "seal");
  CHECK(std::any_of(body.files.begin(), body.files.end(),
                    [](const auto& file) { return file.path == "summaries/inst-1/2026/11/24.yaml"; }));
  CHECK(measured.audit().newer == 0);
  CHECK(newer > 0);
  CHECK(findings(measured.audit()) == "");
}

TEST_CASE("days that were missed are made up for; a day without rounds has no summary") {
  Measured measured;
  measured.rounds("2026-11-20 08:00", "2026-11-20 10:00", State::ok);
  measured.rounds("2026-11-23 08:00", "2026-11-23 10:00", State::ok);
  measured.rounds("2026-11-10 08:00", "2026-11-10 10:00", State::ok);  // too long ago
  CHECK(write_summaries(measured.as("timer", "2026-11-25 09:00")) ==
        std::vector<std::string>{"summaries/inst-1/2026/11/20.yaml", "summaries/inst-1/2026/11/23.yaml"});
}

TEST_CASE("audit names a summary that was edited, is not signed, is gone, or lies elsewhere") {
  Measured measured;
  measured.rounds("2026-11-24 08:00", "2026-11-24 10:00", State::critical);
  REQUIRE(write_summaries(measured.as("timer", "2026-11-25 09:00")).size() == 1);
  (void)seal(measured.as("section-head", "2026-11-25 10:00"));
  const auto folder = measured.office.path / "summaries/inst-1/2026/11";
  const auto copy = measured.office.path.parent_path() / "kept";
  std::filesystem::copy(folder, copy);
  const auto restore = [&] {
    std::filesystem::remove_all(folder);
    std::filesystem::copy(copy, folder);
  };
  SUBCASE("edited") {
    overwrite(folder / "24.yaml", "critical: ", "ok: ");
    CHECK(findings(measured.audit()).find("24.yaml: its signature is invalid") != std::string::npos);
    CHECK(findings(measured.audit()).find("24.yaml: it differs from what was sealed") != std::string::npos);
  }
  SUBCASE("without its signature") {
    std::filesystem::remove(folder / "24.yaml.sig");
    CHECK(findings(measured.audit()).find("24.yaml: its signature is missing") != std::string::npos);
  }
  SUBCASE("gone") {
    std::filesystem::remove(folder / "24.yaml");
    CHECK(findings(measured.audit()).find("24.yaml: it was sealed but is missing") != std::string::npos);
  }
  SUBCASE("of another day") {
    std::filesystem::rename(folder / "24.yaml", folder / "23.yaml");
    std::filesystem::rename(folder / "24.yaml.sig", folder / "23.yaml.sig");
    CHECK(findings(measured.audit()).find("belongs to another day, installation or repo") !=
          std::string::npos);
  }
  SUBCASE("a symbolic link") {
    std::filesystem::remove(folder / "24.yaml");
    std::filesystem::create_symlink(copy / "24.yaml", folder / "24.yaml");
    CHECK(findings(measured.audit()).find("24.yaml: it is a symbolic link") != std::string::npos);
  }
  SUBCASE("a file of another kind") {
    std::ofstream(folder / "24.txt") << "x";
    std::filesystem::create_directory(folder / "more");
    const audit::Report report = measured.audit();
    CHECK(findings(report).find("more: jaga does not create directories here") != std::string::npos);
    CHECK(std::any_of(report.unchecked.begin(), report.unchecked.end(), [](const Message& one) {
      return one.render(Language::english).find("24.txt") != std::string::npos;
    }));
  }
  restore();
  CHECK(findings(measured.audit()) == "");
}

TEST_CASE("availability: from summaries of all installations, and of the newest days from rounds") {
  Measured measured;
  measured.rounds("2026-11-23 00:00", "2026-11-24 00:00", State::critical);
  measured.rounds("2026-11-24 00:00", "2026-11-25 00:00", State::ok);
  measured.rounds("2026-11-25 00:00", "2026-11-25 06:00", State::ok);
  REQUIRE(write_summaries(measured.as("timer", "2026-11-25 06:00")).size() == 2);
  // Another installation measured it for a shorter time: what this one says counts.
  measured.rounds("2026-11-23 00:00", "2026-11-23 03:00", State::ok, "inst-2");
  {
    ActingContext other = measured.as("timer", "2026-11-24 09:00");
    other.installation = "inst-2";
    REQUIRE(write_summaries(other).size() == 1);
  }
  const ActingContext context = measured.as("staff", "2026-11-25 06:00");
  const auto report = availability_of(context, {}, at("2026-11-23 12:00"), Language::english);
  CHECK(report.first == "2026-11-23");
  CHECK(report.last == "2026-11-25");
  const statistics::HostDays& days = report.hosts.at("web01");
  CHECK(days.at("2026-11-23").critical == 1440);
  CHECK(days.at("2026-11-24").ok == 1440);
  CHECK(days.at("2026-11-25").ok == 360);  // today, from its rounds
  const Json values = document::json_of(document::values(report));
  CHECK(values["hosts"][0]["available_hundredths"] == 5555);
  CHECK(values["hosts"][0]["available"] == "55.55 %");
  CHECK(values["hosts"][0]["days"].size() == 3);
  const document::Document paper = document::availability_report(report);
  const std::string text = document::to_text(paper);
  CHECK(text.find("55.55 %") != std::string::npos);
  CHECK(text.find("in confirmed critical state") != std::string::npos);
  CHECK(document::to_csv(paper).find("web01,2026-11-23,0,0,1440,0,0,disk:/var\r\n") != std::string::npos);
  CHECK(document::to_html(paper).find("<svg") != std::string::npos);
  CHECK_THROWS_AS((void)availability_of(context, {"nobody"}, at("2026-11-23 12:00"), Language::english),
                  Error);
  CHECK_THROWS_AS((void)availability_of(context, {}, at("2026-11-26 12:00"), Language::english), Error);

  // What nobody signed is not believed, and named.
  overwrite(measured.office.path / "summaries/inst-1/2026/11/23.yaml", "critical: 1440", "ok: 1440");
  const auto edited = availability_of(measured.as("staff", "2026-11-25 06:00"), {}, at("2026-11-23 12:00"),
                                      Language::english);
  REQUIRE(edited.remarks.size() == 1);
  CHECK(edited.remarks[0].render(Language::english).find("its signature is missing or invalid") !=
        std::string::npos);
  // Its rounds are still here.
  CHECK(edited.hosts.at("web01").at("2026-11-23").critical == 1440);
}

TEST_CASE("a day on which no round began is not counted again, nor one on which no host was measured") {
  Measured measured;
  measured.rounds("2026-11-23 23:00", "2026-11-24 00:00", State::ok);
  REQUIRE(write_summaries(measured.as("timer", "2026-11-24 09:00")).size() == 1);
  // The 24th has no round, though what was measured at the end of the 23rd reaches into it: nothing is read,
  // which a run that is asked to stop would refuse.
  std::stop_source stop;
  stop.request_stop();
  ActingContext stopped = measured.as("timer", "2026-11-25 09:00");
  stopped.stop = stop.get_token();
  CHECK(write_summaries(stopped).empty());
  CHECK(
      availability_of(measured.as("staff", "2026-11-25 09:00"), {}, at("2026-11-24 12:00"), Language::english)
          .hosts.at("web01")
          .empty());
  // Rounds without a host make a summary without one, once.
  const ActingContext context = measured.as("timer", "2026-11-26 09:00");
  round::Round round;
  round.installation = kInstallation;
  round.at = at("2026-11-25 10:00");
  round.inventory = sha256("inventory");
  store::write_round(*context.directory, kInstallation, round.at, round::write(round));
  CHECK(write_summaries(context) == std::vector<std::string>{"summaries/inst-1/2026/11/25.yaml"});
  CHECK(write_summaries(context).empty());
  CHECK(findings(measured.audit()) == "");
  const auto empty = store::read_summary(
      *context.directory, store::list_summaries(*context.directory).names.back(), context.settings->repo);
  CHECK(empty.rounds == 1);
  CHECK(empty.hosts.empty());
}

TEST_CASE("files of days that are not believed are named by every report, and stop none") {
  Measured measured;
  measured.rounds("2026-11-18 00:00", "2026-11-19 00:00", State::ok);
  measured.rounds("2026-11-19 00:00", "2026-11-20 00:00", State::critical);
  measured.rounds("2026-11-20 00:00", "2026-11-21 00:00", State::ok);
  measured.rounds("2026-11-21 00:00", "2026-11-22 00:00", State::ok);
  REQUIRE(write_summaries(measured.as("timer", "2026-11-22 06:00")).size() == 4);
  const auto folder = measured.office.path / "summaries/inst-1/2026/11";
  overwrite(folder / "19.yaml", "critical: 1440", "ok: 1440");  // its signature is another's
  overwrite(folder / "20.yaml", "ok: 1440", "ok: 9999");        // damaged
  std::filesystem::rename(folder / "21.yaml", folder.parent_path() / "kept.yaml");
  std::filesystem::create_symlink(folder.parent_path() / "kept.yaml", folder / "21.yaml");
  REQUIRE(::mkfifo((folder / "17.yaml").c_str(), 0600) == 0);
  std::filesystem::create_directory_symlink(folder, folder.parent_path() / "10");
  const std::vector<std::string> files = {
      "10' is not counted: it is a symbolic link",
      "11/17.yaml' is not counted: it is a symbolic link or not a regular file",
      "11/21.yaml' is not counted: it is a symbolic link",
      "11/20.yaml' is not counted: ", "11/19.yaml' is not counted: its signature is missing or invalid"};
  const ActingContext context = measured.as("staff", "2026-11-30 06:00");
  const auto named = [&](const std::string& text) {
    for (const std::string& file : files) {
      CAPTURE(file);
      CHECK(text.find("'summaries/inst-1/2026/" + file) != std::string::npos);
    }
  };
  PaperWish wish;
  wish.kind = "monthly";
  wish.period = "2026-11";
  wish.language = Language::english;
  wish.printed = at("2026-11-30 06:00");
  const MadePaper paper = make_paper(context, wish);
  named(document::to_text(paper.document));
  CHECK(document::to_text(paper.document).find("The availability of devices is incomplete") !=
        std::string::npos);
  CHECK(document::json_of(paper.values)["remarks"].size() == files.size());
  // Only the 18th is left.
  CHECK(document::json_of(paper.values)["devices"].empty());
  const document::Board board = board_of(context, Language::english);
  named(document::to_text(document::board_document(board)));
  REQUIRE(board.sites.size() == 1);
  CHECK(board.sites[0].hosts[0].days.size() == 1);
  const auto report = availability_of(context, {}, at("2026-10-01 12:00"), Language::english);
  named(document::to_text(document::availability_report(report)));
  CHECK(report.hosts.at("web01").size() == 1);
  // What lies in the place of a summary keeps the other days from nothing.
  measured.rounds("2026-11-22 08:00", "2026-11-22 10:00", State::ok);
  CHECK(write_summaries(measured.as("timer", "2026-11-24 06:00")) ==
        std::vector<std::string>{"summaries/inst-1/2026/11/22.yaml"});
}

TEST_CASE("a damaged round is named where its day is computed from rounds") {
  Measured measured;
  measured.rounds("2026-11-25 00:00", "2026-11-25 06:00", State::ok);
  const auto file = measured.office.path / "rounds/inst-1/2026/11/24/T175000.000Z.yaml";
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  std::ofstream(file) << "x";
  const ActingContext context = measured.as("staff", "2026-11-25 06:00");
  const auto report = availability_of(context, {}, at("2026-11-25 03:00"), Language::english);
  REQUIRE(report.remarks.size() == 1);
  CHECK(report.remarks[0]
            .render(Language::english)
            .find("'rounds/inst-1/2026/11/24/T175000.000Z.yaml' is not counted: ") == 0);
  CHECK(report.hosts.at("web01").at("2026-11-25").ok == 360);
  const document::Board board = board_of(context, Language::english);
  REQUIRE(board.remarks.size() == 1);
  CHECK(board.remarks[0] == report.remarks[0]);
}

TEST_CASE("the routine report has the availability of devices") {
  Measured measured;
  measured.rounds("2026-11-24 00:00", "2026-11-24 06:00", State::critical);
  measured.rounds("2026-11-24 06:00", "2026-11-25 00:00", State::ok);
  REQUIRE(write_summaries(measured.as("timer", "2026-11-25 06:00")).size() == 1);
  PaperWish wish;
  wish.kind = "monthly";
  wish.period = "2026-11";
  wish.language = Language::english;
  wish.printed = at("2026-12-10 06:00");
  const MadePaper paper = make_paper(measured.as("staff", "2026-12-10 06:00"), wish);
  const Json values = document::json_of(paper.values);
  REQUIRE(values["devices"].size() == 1);
  CHECK(values["devices"][0]["name"] == "web01");
  CHECK(values["devices"][0]["available_hundredths"] == 7500);
  CHECK(values["devices"][0]["faults"] == 0);
  CHECK(document::to_text(paper.document).find("75.00 %") != std::string::npos);
  CHECK(document::to_csv(paper.document).find("device,web01,available_hundredths,7500\r\n") !=
        std::string::npos);
}

TEST_CASE("what a silent site measured by itself counts, and another site stays unknown") {
  Measured measured;
  constexpr const char* kHosts =
      "hosts:\n"
      "  - {name: web01, address: 192.0.2.7, place: {site: kecamatan-a}, checks: [ssh]}\n"
      "  - {name: web02, address: 192.0.2.8, place: {site: kecamatan-b}, checks: [ssh]}\n";
  const auto write = [&](const std::string& installation, Instant when, std::vector<round::Result> results) {
    round::Round round;
    round.installation = installation;
    round.at = when;
    round.inventory = sha256("inventory");
    round.partial = installation != kInstallation;
    round.results = std::move(results);
    const ActingContext context = measured.office.as("staff");
    store::write_round(*context.directory, installation, when, round::write(round));
  };
  const auto result = [&](const char* host, const char* check, State state, round::Reason reason,
                          Instant when) {
    round::Result one;
    one.host = host;
    one.check = check;
    one.state = state;
    one.reason = reason;
    one.since = when;
    return one;
  };
  using round::Reason;
  for (Instant when = at("2026-11-24 00:00"); when < at("2026-11-24 12:00"); when += 10min) {
    const bool cut = when >= at("2026-11-24 06:00");
    const State state = cut ? State::unknown : State::ok;
    const Reason reason = cut ? Reason::site_silent : Reason::none;
    std::vector<round::Result> results;
    for (const char* host : {"web01", "web02"}) {
      results.push_back(result(host, "ssh", state, reason, when));
      results.push_back(result(host, "updates", State::ok, Reason::none, when));  // carried
      results.back().measured = at("2026-11-24 00:00");
    }
    write(kInstallation, when, std::move(results));
    // It was silent for more than ten minutes before the first slot; its web01 is down from 08:00.
    if (when >= at("2026-11-24 06:10"))
      write(
          "site.kecamatan-a", when + 2min,
          {when < at("2026-11-24 08:00") ? result("web01", "ssh", State::ok, Reason::none, when)
                                         : result("web01", "ssh", State::critical, Reason::timed_out, when)});
  }
  ActingContext context = measured.as("staff", "2026-11-24 12:00");
  context.inventory =
      std::make_shared<const inventory::Inventory>(inventory::load({"hosts.yaml", kHosts}, {}));
  const Days days = read_days(context, "2026-11-24", "2026-11-24");
  const record::HostDay& one = days.hosts.at("web01").at("2026-11-24");
  CHECK(one.ok == 482);
  CHECK(one.critical == 238);
  CHECK(one.unknown == 0);
  const record::HostDay& other = days.hosts.at("web02").at("2026-11-24");
  CHECK(other.ok == 360);
  CHECK(other.unknown == 360);
}
