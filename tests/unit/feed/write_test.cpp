#include <doctest/doctest.h>

#include "feed/prometheus.hpp"
#include "feed/status_line.hpp"

using namespace jaga;
using namespace jaga::feed;
using round::State;

namespace {

round::Result result(std::string host, std::string check, std::string object, State state,
                     std::string summary, round::Facts facts = {}) {
  round::Result result;
  result.host = std::move(host);
  result.check = std::move(check);
  result.object = std::move(object);
  result.state = state;
  result.summary = std::move(summary);
  result.facts = std::move(facts);
  return result;
}

round::Round sample() {
  round::Round round;
  round.at = Instant{std::chrono::milliseconds{1'000'500}};
  round.results = {
      result("db01", "disk", "/v\"a\\r", State::warning, "90% used",
             {{"used_percent", std::int64_t{7}}, {"total_kib", std::int64_t{2}}}),
      result("web01", "icmp", "", State::ok, "fine",
             {{"rtt_us", std::int64_t{1'500}}, {"icmp_type", std::int64_t{3}}}),
      result("web01", "plugin", "net", State::critical, "a|b \x1b[31m\nc",
             {{"perfdata", std::string("in=7c 'a b'=5ms x=1.5 x2=20%")}, {"exit_status", std::int64_t{2}}})};
  return round;
}

}  // namespace

TEST_CASE("plugin output is one line, worst result first, with one pipe") {
  const std::string line = status_line(sample());
  CHECK(
      line ==
      "JAGA CRITICAL: 2 of 3 checks on 2 hosts are not ok: web01 plugin:net critical, a/b \\x1b[31m\\nc; "
      "db01 disk:/v\"a\\r warning, 90% used | hosts=2;;;0 checks=3;;;0 ok=1;;;0 warning=1;;;0 "
      "critical=1;;;0 "
      "unknown=0;;;0 'db01 disk:/v\"a\\r total'=2048B 'db01 disk:/v\"a\\r used'=7% 'web01 icmp rtt'=0.0015s "
      "'web01 plugin:net in'=7c 'web01 plugin:net a b'=0.005s 'web01 plugin:net x'=1.5 "
      "'web01 plugin:net x2'=20%\n");
  CHECK(unknown_line("a|b\nc") == "JAGA UNKNOWN: a/b\\nc\n");
  CHECK(status_line({}).starts_with("JAGA OK: 0 checks on 0 hosts are ok | hosts=0;;;0"));
  round::Round one;
  one.results = {result("web01", "icmp", "", State::ok, "", {})};
  CHECK(status_line(one).starts_with("JAGA OK: 1 check on 1 host is ok |"));
}

TEST_CASE("labels in plugin output are unique, and values of earlier rounds are not repeated") {
  round::Round round;
  round.results = {result("a", "conntrack", "", State::ok, "",
                          {{"used", std::int64_t{52}}, {"used_percent", std::int64_t{2}}}),
                   result("a", "disk", "/", State::ok, "",
                          {{"used_percent", std::int64_t{31}},
                           {"before_kib", std::int64_t{9}},
                           {"before_s", std::int64_t{60}},
                           {"recent_s", std::int64_t{60}}})};
  CHECK(
      status_line(round).ends_with("unknown=0;;;0 'a conntrack used'=52 'a conntrack used_percent'=2% 'a "
                                   "disk:/ used'=31%\n"));
  CHECK(write_metrics(round, Exposition::prometheus).find("before") == std::string::npos);
}

TEST_CASE("plugin output is limited in length for any number of results") {
  round::Round round;
  for (int i = 0; i < 10'000; ++i)
    round.results.push_back(result("host" + std::to_string(i), "tcp", "1", State::critical,
                                   std::string(600, 'x'), {{"connect_us", std::int64_t{i}}}));
  const std::string line = status_line(round);
  CHECK(line.size() <= kMostStatusLine);
  CHECK(line.find("; and 9") != std::string::npos);
  CHECK(line.find(" | hosts=10000;;;0 checks=10000;;;0 ok=0;;;0") != std::string::npos);
}

TEST_CASE("plugin output is cut between characters") {
  round::Round round;
  round.results = {result("a", "plugin", "p", State::critical, std::string(299, 'x') + "\u00e9\u00e9", {})};
  CHECK(status_line(round).find("\\x") == std::string::npos);
  CHECK(status_line(round).find(std::string(299, 'x') + " |") != std::string::npos);
}

TEST_CASE("gauges have base units and no reserved suffix") {
  round::Round round;
  round.results = {
      result("a", "disk", "/", State::ok, "", {{"full_in_h", std::int64_t{2}}}),
      result("a", "http", "https://a/", State::ok, "", {{"certificate_days", std::int64_t{2}}}),
      result("a", "kernel", "oom", State::warning, "", {{"count", std::int64_t{2}}}),
      result(
          "a", "nagios", "Disk", State::ok, "",
          {{"perfdata", std::string("total_days=3 in=7c")}, {"total_days_thousandths", std::int64_t{3'000}}}),
      result("a", "process", "", State::ok, "", {{"total", std::int64_t{213}}, {"zombies", std::int64_t{0}}}),
      result("a", "release", "", State::ok, "", {{"days", std::int64_t{10}}}),
      result("a", "timer", "x", State::ok, "", {{"hours", std::int64_t{3}}})};
  const std::string text = write_metrics(round, Exposition::prometheus);
  for (const char* line : {
           "jaga_disk_full_in_seconds{host=\"a\",object=\"/\"} 7200\n",
           "jaga_http_certificate_seconds{host=\"a\",object=\"https://a/\"} 172800\n",
           "jaga_kernel_number{host=\"a\",object=\"oom\"} 2\n",
           "jaga_nagios_value{host=\"a\",object=\"Disk\",label=\"total_days\"} 3\n",
           "# TYPE jaga_nagios_total counter\njaga_nagios_total{host=\"a\",object=\"Disk\",label=\"in\"} 7\n",
           "jaga_process_number{host=\"a\",object=\"\"} 213\n",
           "jaga_process_zombies{host=\"a\",object=\"\"} 0\n",
           "jaga_release_span_seconds{host=\"a\",object=\"\"} 864000\n",
           "jaga_timer_span_seconds{host=\"a\",object=\"x\"} 10800\n",
       })
    CHECK_MESSAGE(text.find(line) != std::string::npos, line);
  // promtool rejects units that are not base units and gauges with the suffix of a counter.
  for (std::size_t at = text.find("# TYPE "); at != std::string::npos; at = text.find("# TYPE ", at + 1)) {
    const std::string type = text.substr(at, text.find('\n', at) - at);
    for (const char* bad : {"_days", "_hours", "_h ", "_total gauge", "_count gauge", "_sum gauge"})
      CHECK_MESSAGE(type.find(bad) == std::string::npos, type);
  }
}

TEST_CASE("metrics for Prometheus") {
  const std::string text = write_metrics(sample(), Exposition::prometheus);
  for (const char* line : {
           "# TYPE jaga_check_state gauge\n",
           "jaga_check_state{host=\"db01\",check=\"disk\",object=\"/v\\\"a\\\\r\"} 1\n",
           "jaga_disk_used_ratio{host=\"db01\",object=\"/v\\\"a\\\\r\"} 0.07\n",
           "jaga_disk_total_bytes{host=\"db01\",object=\"/v\\\"a\\\\r\"} 2048\n",
           "jaga_icmp_rtt_seconds{host=\"web01\",object=\"\"} 0.0015\n",
           "# TYPE jaga_plugin_total counter\n",
           "jaga_plugin_total{host=\"web01\",object=\"net\",label=\"in\"} 7\n",
           "jaga_plugin_seconds{host=\"web01\",object=\"net\",label=\"a b\"} 0.005\n",
           "jaga_plugin_value{host=\"web01\",object=\"net\",label=\"x\"} 1.5\n",
           "jaga_plugin_ratio{host=\"web01\",object=\"net\",label=\"x2\"} 0.2\n",
           "jaga_round_checks{state=\"critical\"} 1\n",
           "jaga_round_timestamp_seconds 1000.5\n",
       })
    CHECK_MESSAGE(text.find(line) != std::string::npos, line);
  CHECK(text.find("icmp_type") == std::string::npos);
  CHECK(text.find("# EOF") == std::string::npos);
}

TEST_CASE("OpenMetrics names a counter without its suffix and ends with # EOF") {
  const std::string text = write_metrics(sample(), Exposition::openmetrics);
  CHECK(text.find("# TYPE jaga_plugin counter\njaga_plugin_total{") != std::string::npos);
  CHECK(text.ends_with("# EOF\n"));
}
