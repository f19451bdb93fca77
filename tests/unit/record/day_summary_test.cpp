#include "record/day_summary.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/error.hpp"

using namespace jaga;
using namespace jaga::record;

namespace {

DaySummary sample() {
  DaySummary one;
  one.repo = std::string(32, 'a');
  one.installation = "inst-1";
  one.date = "2026-11-24";
  one.utc_offset = 480;
  one.id = std::string(26, '0');
  one.register_head = sha256("register");
  one.at = *parse_instant("2026-11-24T16:05:00.000Z");
  one.by = {"timer", "system"};
  one.key = "SHA256:abc";
  one.rounds = 288;
  HostDay good{"db01"};
  good.ok = kMinutesOfDay;
  HostDay bad{"web01"};
  bad.ok = 1200;
  bad.critical = 200;
  bad.unknown = 1;
  bad.maintenance = 39;
  bad.failed = {"disk:/var", "tcp:443"};
  bad.more = 2;
  one.hosts = {good, bad};
  return one;
}

std::string refusal(const std::string& bytes) {
  try {
    (void)parse_day_summary(bytes, "day.yaml");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::data);
    return error.message().render(Language::english);
  }
  return {};
}

std::string with(const std::string& from, const std::string& to) {
  std::string text = make_day_summary(sample()).bytes;
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a summary has one form, and is read as it was written") {
  const DaySummary made = make_day_summary(sample());
  const DaySummary read = parse_day_summary(made.bytes, "day.yaml");
  CHECK(read.hosts == sample().hosts);
  CHECK(read.rounds == 288);
  CHECK(read.by == sample().by);
  CHECK(read.digest == sha256(made.bytes));
  CHECK(make_day_summary(read).bytes == made.bytes);
  CHECK(made.bytes.find("    - {host: \"db01\", ok: 1440}\n") != std::string::npos);
  CHECK(made.bytes.find(
            "critical: 200, unknown: 1, maintenance: 39, failed: [\"disk:/var\", \"tcp:443\"], more: 2}\n") !=
        std::string::npos);
}

TEST_CASE("what is not a summary is refused with its place") {
  CHECK(refusal(with("jaga/summary@1", "jaga/summary@2")) != "");
  CHECK(refusal(with("2026-11-24", "2026-11-31")) != "");
  CHECK(refusal(with("ok: 1440", "ok: 1441")) != "");
  CHECK(refusal(with("ok: 1440", "ok: 0")) != "");
  CHECK(refusal(with("rounds: 288", "rounds: 0")) != "");
  CHECK(refusal(with("\"db01\"", "\"zz01\"")).find("not in order") != std::string::npos);
  CHECK(refusal(with("\"db01\"", "\"web01\"")).find("not in order") != std::string::npos);
  CHECK(refusal(with("ok: 1440", "ok:  1440")) != "");
  CHECK(refusal(with("ok: 1440", "good: 1440")).find("good") != std::string::npos);
  CHECK(refusal(with("...\n", "")) != "");
  const std::string good = make_day_summary(sample()).bytes;
  for (std::size_t length = 0; length < good.size(); ++length) CHECK(refusal(good.substr(0, length)) != "");
}

TEST_CASE("paths") {
  CHECK(summary_path("inst-1", "2026-11-24") == "summaries/inst-1/2026/11/24.yaml");
  const auto name = parse_summary_path("summaries/inst-1/2026/11/24.yaml");
  REQUIRE(name.has_value());
  CHECK(name->date == "2026-11-24");
  CHECK(name->installation == "inst-1");
  for (const char* wrong : {"summaries/inst-1/2026/11/31.yaml", "summaries/inst-1/2026/11/24.yml",
                            "summaries/2026/11/24.yaml", "summaries/inst-1/2026/11/x/24.yaml",
                            "rounds/inst-1/2026/11/24.yaml", "summaries/A B/2026/11/24.yaml",
                            "summaries/inst-1/26/11/24.yaml", "summaries/inst-1/2026/1/24.yaml", ""}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_summary_path(wrong));
  }
}

TEST_CASE("a host takes little room: 100 bytes without a fault, a kilobyte with any") {
  const std::size_t empty = [] {
    DaySummary one = sample();
    one.hosts.clear();
    return make_day_summary(one).bytes.size();
  }();
  DaySummary one = sample();
  HostDay good{std::string(40, 'h')};
  good.ok = kMinutesOfDay - 60;
  good.maintenance = 60;
  one.hosts = {good};
  CHECK(make_day_summary(one).bytes.size() - empty <= 100);
  HostDay bad{std::string(40, 'h')};
  bad.ok = bad.warning = bad.critical = bad.unknown = bad.maintenance = 288;
  bad.more = 1'000'000;
  std::size_t bytes = 0;
  while (bytes + 44 <= kMostFailedBytes) {
    bad.failed.push_back(std::string(40, 'c'));
    bytes += 44;
  }
  one.hosts = {bad};
  CHECK(make_day_summary(one).bytes.size() - empty <= 1024);
}

TEST_CASE("a day of more failures than a file may hold is kept with fewer names of them") {
  DaySummary one = sample();
  one.hosts.clear();
  for (int n = 10'000; n < 16'000; ++n) {
    HostDay day{"host-" + std::to_string(n)};
    day.critical = kMinutesOfDay;
    for (int check = 10; check < 42; ++check)
      day.failed.push_back("tcp:" + std::to_string(check) + std::string(12, 'x'));
    day.more = 1;
    one.hosts.push_back(day);
  }
  CHECK_THROWS_AS((void)make_day_summary(one), Error);
  fit_summary(one);
  const DaySummary made = make_day_summary(one);
  CHECK(made.bytes.size() <= kMostSummaryBytes);
  CHECK(made.bytes.size() > kMostSummaryBytes / 2);
  REQUIRE(made.hosts.size() == 6'000);
  for (const HostDay& day : made.hosts) {
    if (day.critical != kMinutesOfDay || day.failed.empty() || day.failed.front() != "tcp:10xxxxxxxxxxxx" ||
        static_cast<std::int64_t>(day.failed.size()) + day.more != 33)
      FAIL(day.host);
  }
  // One that fits stays as it is.
  DaySummary small = sample();
  fit_summary(small);
  CHECK(small.hosts == sample().hosts);
}

TEST_CASE("names of failed checks are cut at their bytes, and the rest is counted") {
  HostDay day{"web01"};
  day.failed = {"disk:/var", "tcp:443", "tcp:80"};  // 9, 7 and 6 bytes, and 4 for each
  day.more = 1;
  HostDay cut = day;
  limit_failed(cut, 34);
  CHECK(cut == day);
  limit_failed(cut, 33);
  CHECK(cut.failed == std::vector<std::string>{"disk:/var", "tcp:443"});
  CHECK(cut.more == 2);
  limit_failed(cut, 0);
  CHECK(cut.failed.empty());
  CHECK(cut.more == 4);
}
