// The routine report on types of damage, held against tests/statistics/damage.py, which computes the same
// figures from the files alone.
#include "workflow/damage_report.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include "../expect.hpp"
#include "base/error.hpp"
#include "document/document.hpp"
#include "document/json.hpp"
#include "incident_mix.hpp"
#include "process/run.hpp"
#include "register/register.hpp"
#include "sop/sop.hpp"
#include "workflow/papers.hpp"
#include "workflow/registering.hpp"

namespace {

using namespace jaga;
using namespace jaga::workflow;
using jaga::expect::has;
using jaga::workflow::test::IncidentMix;
using jaga::workflow::test::TestOffice;

// What `of` has and `in` has not, or has otherwise, by its path; empty: `in` holds all of `of`.
std::string missing(const Json& of, const Json& in, const std::string& path = "") {
  if (of.is_object() && in.is_object()) {
    for (const auto& [key, value] : of.items()) {
      if (!in.contains(key)) return path + "." + key + ": missing";
      if (std::string why = missing(value, in.at(key), path + "." + key); !why.empty()) return why;
    }
    return {};
  }
  if (of.is_array() && in.is_array()) {
    if (of.size() != in.size())
      return path + ": " + std::to_string(in.size()) + " entries, not " + std::to_string(of.size());
    for (std::size_t at = 0; at < of.size(); ++at)
      if (std::string why = missing(of[at], in[at], path + "[" + std::to_string(at) + "]"); !why.empty())
        return why;
    return {};
  }
  return of == in ? std::string() : path + ": " + in.dump() + ", not " + of.dump();
}

MadePaper printed(TestOffice& office, const std::string& kind, const std::string& period, const char* at,
                  Language language = Language::english) {
  PaperWish wish;
  wish.kind = kind;
  wish.period = period;
  wish.language = language;
  wish.printed = *parse_instant(at);
  return make_paper(office.as("staff"), wish);
}

// What the other program says; nullopt: Python or its YAML is not here.
std::optional<Json> independent(const TestOffice& office, const std::string& period, const char* at) {
  process::Command command;
  command.argv = {"python3", JAGA_SOURCE "/tests/statistics/damage.py", office.path.string(), period, at};
  command.timeout = std::chrono::minutes{5};
  const process::Outcome outcome = process::run(command);
  const bool absent = outcome.end == process::Outcome::End::not_started ||
                      outcome.err.find("No module named 'yaml'") != std::string::npos;
  if (absent) {
    MESSAGE("not tested: python3-yaml is not installed");
    return std::nullopt;
  }
  INFO(outcome.err);
  REQUIRE(outcome.ok());
  return Json::parse(outcome.out);
}

ExitCode code_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.code();
  }
  return ExitCode::ok;
}

constexpr const char* kPrinted = "2026-12-15T02:00:00.000Z";

// The figures of so many incidents, made at random, are those of an independent program. Each kind of
// incident comes at least `least` times among them.
void check_figures(std::size_t incidents, int least) {
  TestOffice office;
  IncidentMix mix(office);
  mix.make(incidents, *parse_instant("2026-10-12T00:00:00.000Z"), *parse_instant("2026-12-08T00:00:00.000Z"),
           1);
  for (const char* what :
       {"analysed again", "archived", "emergency", "incomplete reply", "merge", "paper", "part", "planned",
        "rejected", "relapse", "vendor", "withdrawal rejected", "withdrawn"}) {
    CAPTURE(what);
    CHECK(mix.seen[what] >= least);
  }
  struct Period {
    const char* kind;
    const char* text;
    const char* printed;
  };
  for (const Period& period :
       {Period{"monthly", "2026-10", kPrinted}, Period{"monthly", "2026-11", kPrinted},
        Period{"monthly", "2026-12", kPrinted}, Period{"monthly", "2026-11", "2026-11-30T15:59:59.999Z"},
        Period{"yearly", "2026", kPrinted}}) {
    CAPTURE(period.text);
    CAPTURE(period.printed);
    const MadePaper paper = printed(office, period.kind, period.text, period.printed);
    const Json ours = document::json_of(paper.values);
    CHECK(ours.at("not_counted").empty());
    CHECK(ours.at("summary").at("faults").get<int>() > incidents / 15);
    const std::optional<Json> theirs = independent(office, period.text, period.printed);
    if (theirs) CHECK(missing(*theirs, ours) == "");
  }
}

}  // namespace

TEST_CASE("60 incidents of every kind: the figures are those of an independent program") {
  check_figures(60, 1);
}

TEST_CASE("300 incidents of every kind: the figures are those of an independent program" *
          doctest::test_suite("long")) {
  check_figures(300, 5);
}

TEST_CASE("each part of the report, in both languages and all formats") {
  TestOffice office;
  IncidentMix mix(office);
  mix.make(25, *parse_instant("2026-11-02T00:00:00.000Z"), *parse_instant("2026-11-27T00:00:00.000Z"), 7);
  CHECK(mix.seen["paper"] > 0);
  registry::Person head = office.as("section-head").registered->people.at("section-head");
  head.name = "Kepala Seksi Satu";
  (void)write_person(office.as("section-head"), head);
  const MadePaper english = printed(office, "monthly", "2026-11", kPrinted);
  std::vector<std::string> names;
  for (const document::Part& part : english.document.parts) names.push_back(part.name);
  CHECK(names == std::vector<std::string>{"letterhead", "title", "introduction", "summary", "types",
                                          "devices", "steps", "vendors", "parts", "decisions", "open",
                                          "conclusions", "definitions", "signature"});
  const std::string text = document::to_text(english.document);
  CHECK(has(text, "MONTH OF NOVEMBER 2026"));
  // Who decided on paper, by name.
  CHECK(has(text, "Kepala Seksi Satu  "));
  CHECK_FALSE(has(text, "section-head  "));
  CHECK(has(text, "Mean time to repair"));
  CHECK(has(text, "A. Basis and data"));
  CHECK(has(text, "K. Definitions"));
  CHECK(has(text, "Fault: an incident that began in the period"));
  const MadePaper indonesian = printed(office, "monthly", "2026-11", kPrinted, Language::indonesian);
  const std::string html = document::to_html(indonesian.document);
  CHECK(has(html, "BULAN NOVEMBER 2026"));
  CHECK(has(html, "<svg"));
  CHECK(has(html, "Kepala Seksi Jaringan &amp; Data Center"));
  CHECK(has(html, "Kepala Bidang Infrastruktur"));
  CHECK_FALSE(has(html, "<script"));
  CHECK(has(document::to_markdown(indonesian.document), "| No |"));
  const std::string csv = document::to_csv(english.document);
  CHECK(csv.starts_with("part,item,figure,value\r\n"));
  CHECK(has(csv, "summary,2026-11,faults," +
                     std::to_string(document::json_of(english.values)["summary"]["faults"].get<int>()) +
                     "\r\n"));
  CHECK(has(csv, "step,approve,standard_minutes,15\r\n"));
  // The same date gives the same bytes.
  CHECK(document::to_html(printed(office, "monthly", "2026-11", kPrinted, Language::indonesian).document) ==
        html);
}

TEST_CASE("CSV has the minutes that the report prints") {
  using namespace std::chrono_literals;
  const sop::Sop procedure = sop::parse(sop::builtin("form"), "sop.yaml");
  document::DamageReport report{{}, procedure};
  report.office.calendar = {Language::english, 8h};
  report.period = "2026-11";
  report.printed = *parse_instant(kPrinted);
  const statistics::Period period = *statistics::parse_month("2026-11", 8h);
  statistics::IncidentFacts one;
  one.id = "a";
  one.host = "web01";
  one.type = "disk-full";
  one.opened = period.from + 1h;
  one.repaired = statistics::Repaired{one.opened + 1h, 65min + 30s, 29s};
  report.damage = statistics::damage_of(std::vector{one}, period, report.printed, &procedure);
  const document::Document paper = document::damage_report(report);
  const std::string text = document::to_text(paper);
  const std::string csv = document::to_csv(paper);
  CHECK(has(text, "1 h 6 min"));
  CHECK(has(csv, "summary,2026-11,mean_repair_minutes,66\r\n"));
  CHECK(has(csv, "device,web01,mean_repair_minutes,66\r\n"));
  CHECK(has(text, "less than a minute"));
  CHECK(has(csv, "summary,2026-11,mean_repair_work_minutes,0\r\n"));
  // A step without a pass has the standard of the procedure in both.
  CHECK(has(csv, "step,approve,standard_minutes,15\r\n"));
  CHECK(has(csv, "step,approve,in_time,0\r\n"));
}

TEST_CASE("a month without incidents, and one that has not begun") {
  TestOffice office;
  const MadePaper empty = printed(office, "monthly", "2026-11", "2026-11-24T01:00:00.000Z");
  const std::string text = document::to_text(empty.document);
  CHECK(has(text, "No fault began or was repaired in this period."));
  CHECK(has(text, "The period is not over"));
  CHECK_FALSE(has(document::to_html(empty.document), "<svg"));
  for (const char* wrong : {"2027-01", "2026-13", "2026-1", "2026", "", "2026-11-01"}) {
    CAPTURE(wrong);
    CHECK(code_of([&] { (void)printed(office, "monthly", wrong, kPrinted); }) == ExitCode::usage);
  }
  CHECK(code_of([&] { (void)printed(office, "yearly", "2026-11", kPrinted); }) == ExitCode::usage);
}

TEST_CASE("a damaged incident is named and in none of the figures") {
  TestOffice office;
  const std::string good = office.open();
  office.now += std::chrono::hours{1};
  const ActingContext context = office.as("staff");
  CHECK(count_incidents(context, {}).facts.size() == 1);
  for (const auto& file :
       std::filesystem::directory_iterator(office.path / record::ChainName::incident(good).directory()))
    if (has(file.path().string(), "0002-analyze") && file.path().extension() == ".yaml") {
      std::filesystem::permissions(file.path(), std::filesystem::perms::owner_all);
      std::ofstream(file.path(), std::ios::app) << "x";
    }
  const MadePaper paper = printed(office, "monthly", "2026-11", kPrinted);
  const Json values = document::json_of(paper.values);
  CHECK(values["summary"]["faults"] == 0);
  REQUIRE(values["not_counted"].size() == 1);
  CHECK(values["not_counted"][0]["incident"] == good);
  CHECK(has(document::to_text(paper.document), good + ": incident"));
}

TEST_CASE("an incident that was archived before the period is not read") {
  TestOffice office;
  IncidentMix mix(office);
  mix.make(20, *parse_instant("2026-10-05T00:00:00.000Z"), *parse_instant("2026-10-12T00:00:00.000Z"), 3);
  const ActingContext context = office.as("staff");
  const std::size_t all = count_incidents(context, {}).facts.size();
  CHECK(all == 20);
  CHECK(count_incidents(context, *parse_instant("2026-12-01T00:00:00.000Z")).facts.size() +
            static_cast<std::size_t>(mix.seen["archived"]) ==
        all);
}
