#include "feed/reports.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "round/facts.hpp"

using namespace jaga;
using namespace jaga::feed;
using round::Reason;
using round::Result;
using round::State;

namespace {

const Instant kNow = *parse_instant("2026-11-24T04:00:00.000Z");

const inventory::Inventory& office() {
  static const inventory::Inventory inventory = inventory::load(
      {"hosts.yaml",
       "hosts:\n  - {name: web01, address: 10.0.0.1}\n  - {name: db01, address: db01.example.org}\n"
       "  - {name: twin1, address: 10.0.0.9}\n  - {name: twin2, address: 10.0.0.9}\n"
       "  - {name: six, address: \"2001:db8::6\"}\n"},
      {});
  return inventory;
}

Reported read(Reporter reporter, const std::string& bytes) {
  Reported got = parse_reports(reporter, bytes, "file", office(), kNow);
  for (const Result& result : got.round.results)
    for (const auto& fact : result.facts) CHECK(round::known_fact(result.check, fact.first) != nullptr);
  return got;
}
const Result& result_of(const Reported& got, const char* host, const char* check, const char* object) {
  const Result* result = round::find(got.round, host, check, object);
  REQUIRE(result != nullptr);
  return *result;
}
std::string refusal(Reporter reporter, const std::string& bytes) {
  try {
    read(reporter, bytes);
  } catch (const Error& error) {
    if (error.code() == ExitCode::data || error.code() == ExitCode::no_input)
      return error.message().render(Language::english);
  }
  return "taken";
}
std::string remarks(const Reported& got) {
  std::string out;
  for (const Message& remark : got.remarks) out += remark.render(Language::english) + "\n";
  return out;
}

const char* const kStatus = R"(########################################
#          NAGIOS STATUS FILE
########################################

info {
	created=1795492800
	version=4.4.6
	}

programstatus {
	enable_notifications=1
	}

hoststatus {
	host_name=WEB01
	has_been_checked=1
	current_state=0
	state_type=1
	plugin_output=PING OK - Packet loss = 0%, RTA = 0.05 ms
	performance_data=rta=0.05ms;3000;5000;0 pl=0%;80;100;0
	last_state_change=1795400000
	scheduled_downtime_depth=0
	}

hoststatus {
	host_name=db01.example.org
	has_been_checked=1
	current_state=1
	state_type=1
	plugin_output=CRITICAL - Host Unreachable (10.0.0.2)
	last_state_change=1795492000
	}

servicestatus {
	host_name=web01
	service_description=Disk /var
	current_state=2
	state_type=0
	has_been_checked=1
	plugin_output=DISK CRITICAL = 3% free
	long_plugin_output=line two\nline three
	performance_data=/var=970MB;900;950;0;1000
	last_state_change=0
	}

servicestatus {
	host_name=web01
	service_description=Never
	current_state=0
	has_been_checked=0
	}

servicestatus {
	host_name=web01
	service_description=Planned
	current_state=2
	has_been_checked=1
	scheduled_downtime_depth=1
	}

servicestatus {
	host_name=printer
	service_description=Toner
	current_state=1
	has_been_checked=1
	plugin_output=low
	}
)";

std::string alert(const std::string& labels, const std::string& status = "firing",
                  const std::string& fingerprint = "aa",
                  const std::string& starts = "2026-11-24T03:00:00.123456789Z") {
  return R"({"status":")" + status + R"(","labels":{)" + labels +
         R"(},"annotations":{"summary":"it is \u001b[31mred"},"startsAt":")" + starts +
         R"(","endsAt":"2026-11-24T03:30:00Z","generatorURL":"","fingerprint":")" + fingerprint + "\"}";
}
std::string body(const std::string& alerts, const std::string& more = "") {
  return R"({"receiver":"jaga","status":"firing","alerts":[)" + alerts +
         R"(],"groupLabels":{},"commonLabels":{},"commonAnnotations":{},"externalURL":"","version":"4","groupKey":"{}")" +
         more + "}\n";
}

}  // namespace

TEST_CASE("status.dat") {
  const Reported got = read(Reporter::nagios, kStatus);
  CHECK(got.round.source == "nagios");
  CHECK(got.round.partial);
  CHECK(got.round.at == kNow);
  REQUIRE(got.round.results.size() == 3);
  const Result& web = result_of(got, "web01", "nagios", "");
  CHECK(web.state == State::ok);
  CHECK(web.reason == Reason::none);
  CHECK(round::number(web, "rta_us") == 50);
  CHECK(web.since == Instant{std::chrono::seconds{1'795'400'000}});
  const Result& db = result_of(got, "db01", "nagios", "");
  CHECK(db.state == State::critical);
  CHECK(db.reason == Reason::unreachable);
  CHECK(db.attempts == round::kConfirmed);
  const Result& disk = result_of(got, "web01", "nagios", "Disk /var");
  CHECK(disk.state == State::critical);
  CHECK(disk.reason == Reason::reported);
  CHECK(disk.attempts == 1);  // a soft state
  CHECK(disk.since == Instant{});
  CHECK(disk.summary == "DISK CRITICAL = 3% free");
  CHECK(round::number(disk, "exit_status") == 2);
  REQUIRE(got.round.skipped.size() == 1);
  CHECK(got.round.skipped[0] == round::Skipped{"printer", "not in the inventory"});
  const std::string said = remarks(got);
  CHECK(said.find("skipped, not checked yet: 1 check") != std::string::npos);
  CHECK(said.find("skipped, in downtime: 1 check") != std::string::npos);
  CHECK(said.find("skipped, not in the inventory: 'printer'") != std::string::npos);
}

TEST_CASE("an imported round survives writing and reading, and keeps the other monitor's times") {
  Reported got = read(Reporter::nagios, kStatus);
  got.round.installation = "here";
  round::follow(got.round, nullptr);
  const round::Round back = round::read(round::write(got.round), "x");
  CHECK(back == got.round);
  CHECK(back.source == "nagios");
  CHECK(round::find(back, "web01", "nagios", "")->since == Instant{std::chrono::seconds{1'795'400'000}});
  CHECK(round::find(back, "web01", "nagios", "Disk /var")->since == kNow);
  CHECK_FALSE(round::find(back, "web01", "nagios", "Disk /var")->hard);
  CHECK(round::find(back, "db01", "nagios", "")->hard);
}

TEST_CASE("passive results and external commands") {
  const Reported got =
      read(Reporter::nagios,
           "web01\tHTTP\t2\tno answer | time=1s\r\n"
           "web01\tHTTP\t0\tfine\\nmore | time=1s\n"
           "web01\t1\tdown\n"
           "# a comment\n\n"
           "[1795492800] PROCESS_SERVICE_CHECK_RESULT;10.0.0.1;Queue;1;42 waiting; some old\n"
           "[1795492800] PROCESS_HOST_CHECK_RESULT;db01;2;behind a switch\n"
           "[1795492800] SCHEDULE_FORCED_SVC_CHECK;web01;HTTP;1795492800\n"
           "web01\tOdd\t7\tnobody knows\n"
           "web01\tTabs\t3\ta\tb\n");
  const Result& http = result_of(got, "web01", "nagios", "HTTP");
  CHECK(http.state == State::ok);
  CHECK(http.summary == "fine");
  CHECK(round::text(http, "long_output") == "more");
  CHECK(result_of(got, "web01", "nagios", "").reason == Reason::unreachable);
  const Result& queue = result_of(got, "web01", "nagios", "Queue");
  CHECK(queue.state == State::warning);
  CHECK(queue.summary == "42 waiting; some old");
  CHECK(result_of(got, "db01", "nagios", "").state == State::unknown);
  CHECK(result_of(got, "web01", "nagios", "Odd").reason == Reason::bad_exit);
  CHECK(result_of(got, "web01", "nagios", "Odd").state == State::unknown);
  CHECK(result_of(got, "web01", "nagios", "Tabs").summary == "a b");
  CHECK(remarks(got).find("1 command that") != std::string::npos);
}

TEST_CASE("text that is not from Nagios is refused with its line") {
  for (const char* bytes :
       {"", "\n\n", "hello\n", "web01\tx\n", "web01\tHTTP\tgood\tx\n", "\t0\tx\n", "web01\t\t0\tx\n",
        "hoststatus {\n\thost_name=web01\n\tcurrent_state=0\n", "hoststatus {\n\thost_name\n\t}\n",
        "hoststatus {\n\tcurrent_state=0\n\t}\n", "hoststatus {\n\thost_name=a\n\t}\n",
        "servicestatus {\n\thost_name=web01\n\tcurrent_state=0\n\t}\n",
        "hoststatus {\n\thost_name=web01\n\tcurrent_state=99999999999999999999\n\t}\n", "<html> {\n",
        "[x] PROCESS_HOST_CHECK_RESULT;web01;0;x\n", "[1] PROCESS_HOST_CHECK_RESULT;web01\n",
        "[1 PROCESS_HOST_CHECK_RESULT;web01;0;x\n", "}\n"})
    CHECK_MESSAGE(refusal(Reporter::nagios, bytes) != "taken", bytes);
  try {
    read(Reporter::nagios, "web01\t0\tx\nhello\n");
    FAIL("taken");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("file:2:") != std::string::npos);
  }
  // Control characters in names and output are escaped.
  const Reported got = read(Reporter::nagios, "web01\tA\x1b[31m\x01\t2\t\x1b]0;title\x07\xff\n");
  REQUIRE(got.round.results.size() == 1);
  CHECK(got.round.results[0].object == "A\\x1b[31m\\x01");
  CHECK(got.round.results[0].summary.text().find('\x1b') == std::string::npos);
  CHECK_NOTHROW(round::read(round::write([&] {
                              round::Round round = got.round;
                              round.installation = "here";
                              round::follow(round, nullptr);
                              return round;
                            }()),
                            "x"));
}

TEST_CASE("Alertmanager's webhook") {
  const Reported got = read(
      Reporter::alertmanager,
      body(
          alert(
              R"("alertname":"DiskFull","instance":"web01:9100","mountpoint":"/var","severity":"critical")") +
              "," +
              alert(R"("alertname":"DiskFull","instance":"WEB01:9100","mountpoint":"/","severity":"warning")",
                    "firing", "ab") +
              "," + alert(R"("alertname":"Down","instance":"[2001:db8::6]:9100")", "firing", "ac") + "," +
              alert(R"("alertname":"Note","instance":"10.0.0.9:9100","severity":"info")", "firing", "ad") +
              "," +
              alert(R"("alertname":"Gone","host":"db01.elsewhere.net","severity":"page")", "resolved", "ae") +
              "," + alert(R"("alertname":"Watchdog","severity":"none")", "firing", "af"),
          R"(,"truncatedAlerts":3)"));
  CHECK(got.round.source == "alertmanager");
  REQUIRE(got.round.results.size() == 4);
  const Result& disk = result_of(got, "web01", "alert", "DiskFull:/var");
  CHECK(disk.state == State::critical);
  CHECK(disk.reason == Reason::reported);
  CHECK(disk.summary == "it is \\x1b[31mred");
  CHECK(disk.since == *parse_instant("2026-11-24T03:00:00.123Z"));
  CHECK(round::text(disk, "fingerprint") == "aa");
  CHECK(result_of(got, "web01", "alert", "DiskFull:/").state == State::warning);
  CHECK(result_of(got, "six", "alert", "Down").state == State::warning);
  const Result& gone = result_of(got, "db01", "alert", "Gone");
  CHECK(gone.state == State::ok);
  CHECK(gone.summary.text().starts_with("resolved: "));
  CHECK(gone.since == *parse_instant("2026-11-24T03:30:00.000Z"));
  // Two hosts have that address, so it identifies neither.
  REQUIRE(got.round.skipped.size() == 1);
  CHECK(got.round.skipped[0].host == "10.0.0.9:9100");
  const std::string said = remarks(got);
  CHECK(said.find("omitted 3 alerts") != std::string::npos);
  CHECK(said.find("1 alert") != std::string::npos);
}

TEST_CASE("severities are case-insensitive") {
  const auto state = [](const std::string& severity) {
    return read(Reporter::alertmanager,
                body(alert(R"("alertname":"X","host":"web01","severity":")" + severity + "\"")))
        .round.results.at(0)
        .state;
  };
  for (const char* word :
       {"critical", "Critical", "CRITICAL", "crit", " PAGE ", "Emergency", "emerg", "Fatal", "HIGH"})
    CHECK_MESSAGE(state(word) == State::critical, word);
  for (const char* word : {"info", "INFO", "Informational", "None", "debug"})
    CHECK_MESSAGE(state(word) == State::ok, word);
  for (const char* word : {"warning", "error", "major", "P1", ""})
    CHECK_MESSAGE(state(word) == State::warning, word);
}

TEST_CASE("the host of an alert, however its instance is spelled") {
  static const inventory::Inventory office = inventory::load(
      {"hosts.yaml",
       "hosts:\n  - {name: web01, address: web01.example.test., checks: [http: {url: "
       "\"https://www.example.test/\"}]}\n"
       "  - {name: six, address: \"2001:DB8:0::5\"}\n  - {name: four, address: 192.0.2.4}\n"
       "  - {name: shared1, address: 192.0.2.6, checks: [http: {url: \"https://both.example.test/\"}]}\n"
       "  - {name: shared2, address: 192.0.2.7, checks: [http: {url: \"https://both.example.test/a\"}]}\n"},
      {});
  const auto host = [](const std::string& instance) -> std::string {
    const Reported got =
        parse_reports(Reporter::alertmanager,
                      body(alert(R"("alertname":"X","instance":")" + instance + "\"")), "file", office, kNow);
    return got.round.results.empty() ? "" : got.round.results[0].host;
  };
  for (const char* good :
       {"https://web01.example.test/health", "https://web01.example.test:8443/x?y#z", "http://WEB01",
        "https://user:secret@web01.example.test/", "web01.example.test/health", "web01.example.test.:9100",
        "tcp://web01:22", "web01.elsewhere.test", "https://www.example.test/login"})
    CHECK_MESSAGE(host(good) == "web01", good);
  for (const char* good : {"[2001:db8:0:0::5]:9100", "2001:db8::5", "http://[2001:0db8::5]/"})
    CHECK_MESSAGE(host(good) == "six", good);
  for (const char* good : {"192.0.2.4", "192.0.2.4:9100", "[::ffff:192.0.2.4]:9100", "https://192.0.2.4/"})
    CHECK_MESSAGE(host(good) == "four", good);
  for (const char* bad :
       {"https://both.example.test/", "https://other.test/web01", "://", "https:///web01", "192.0.2"})
    CHECK_MESSAGE(host(bad).empty(), bad);
}

TEST_CASE("two alerts of one name are distinguished by the labels in which they differ") {
  const auto objects = [](const std::string& alerts) {
    std::vector<std::string> out;
    for (const Result& result : read(Reporter::alertmanager, body(alerts)).round.results)
      out.push_back(result.host + " " + result.object);
    return out;
  };
  const auto down = [](const std::string& labels, const std::string& fingerprint) {
    return alert(R"("alertname":"Down","host":"web01",)" + labels, "firing", fingerprint);
  };
  using Objects = std::vector<std::string>;
  // Labels that name a part are always used, so that the name does not depend on other alerts.
  CHECK(objects(down(R"("ifName":"Gi1/0/1","ifAlias":"to db01")", "b1")) == Objects{"web01 Down:Gi1/0/1"});
  CHECK(objects(down(R"("ifName":"Gi1/0/1")", "b1") + "," + down(R"("ifName":"Gi1/0/2")", "b2")) ==
        Objects{"web01 Down:Gi1/0/1", "web01 Down:Gi1/0/2"});
  // Other labels are used only to distinguish alerts.
  CHECK(objects(down(R"("slot":"1","severity":"page")", "b1") + "," +
                down(R"("slot":"2","job":"snmp")", "b2")) == Objects{"web01 Down::1", "web01 Down:snmp:2"});
  CHECK(objects(alert(R"("alertname":"Down","instance":"web01:9100")", "firing", "b1") + "," +
                alert(R"("alertname":"Down","instance":"10.0.0.1:9113")", "firing", "b2")) ==
        Objects{"web01 Down:10.0.0.1:9113", "web01 Down:web01:9100"});
  // Two thresholds of the same problem are one result with the worse state.
  CHECK(objects(down(R"("severity":"warning")", "b1") + "," + down(R"("severity":"critical")", "b2")) ==
        Objects{"web01 Down"});
  CHECK(read(Reporter::alertmanager,
             body(down(R"("severity":"warning")", "b1") + "," + down(R"("severity":"critical")", "b2")))
            .round.results[0]
            .state == State::critical);
}

TEST_CASE("backslashes in another monitor's text are kept") {
  const Reported got =
      read(Reporter::nagios,
           "web01\tC:\\ Drive\t0\tC:\\ 45% used\nweb01\tEscaped\t1\tC:\\\\new\\nmore\n"
           "servicestatus {\n\thost_name=web01\n\tservice_description=Disk\n\tcurrent_state=1\n"
           "\tplugin_output=D:\\ 9%\n\tlong_plugin_output=E:\\ 1%\n\t}\n");
  CHECK(result_of(got, "web01", "nagios", "C:\\ Drive").summary == "C:\\ 45% used");
  CHECK(result_of(got, "web01", "nagios", "Escaped").summary == "C:\\new");
  CHECK(round::text(result_of(got, "web01", "nagios", "Escaped"), "long_output") == "more");
  CHECK(result_of(got, "web01", "nagios", "Disk").summary == "D:\\ 9%");
  CHECK(round::text(result_of(got, "web01", "nagios", "Disk"), "long_output") == "E:\\ 1%");
}

TEST_CASE("an alert is identified by fingerprint and startsAt") {
  const std::string labels = R"("alertname":"X","host":"web01","severity":"critical")";
  const auto state = [&](const std::string& bytes) {
    const Reported got = read(Reporter::alertmanager, bytes);
    REQUIRE(got.round.results.size() == 1);
    return got.round.results[0].state;
  };
  const std::string firing = body(alert(labels));
  const std::string resolved = body(alert(labels, "resolved"));
  CHECK(state(firing + firing) == State::critical);
  CHECK(state(firing + resolved) == State::ok);
  CHECK(state(resolved + firing) == State::ok);  // delivered late
  const std::string anew = body(alert(labels, "firing", "aa", "2026-11-24T03:50:00Z"));
  CHECK(state(resolved + anew) == State::critical);
  CHECK(state(anew + resolved) == State::critical);
  // Two alerts that cannot be distinguished here: the worse one.
  CHECK(state(body(alert(labels, "resolved", "bb") + "," + alert(labels))) == State::critical);
}

TEST_CASE("a body that is not a webhook of version 4 is refused") {
  const std::string good = alert(R"("alertname":"X","host":"web01")");
  CHECK(refusal(Reporter::alertmanager, body(good)) == "taken");
  const auto replaced = [](std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
  };
  const std::string deep = std::string(100'000, '[');
  for (const std::string& bytes :
       {std::string(),
        std::string(" \n"),
        std::string("[]"),
        std::string("{}"),
        std::string("null"),
        good,
        deep,
        "{\"a\":" + deep,
        body(good) + "x",
        body(good).substr(0, 100),
        body("5"),
        body("{}"),
        replaced(body(good), "\"4\"", "\"3\""),
        replaced(body(good), "\"4\"", "4"),
        replaced(body(good), "firing\",\"labels", "burning\",\"labels"),
        replaced(body(good), "\"aa\"", "\"\""),
        replaced(body(good), "\"aa\"", "\"../x\""),
        replaced(body(good), "\"aa\"", "7"),
        replaced(body(good), "2026-11-24T03:00", "yesterday"),
        replaced(body(good), "\"alertname\":\"X\"", "\"alertname\":\"\""),
        replaced(body(good), "\"alertname\":\"X\"", "\"alertname\":[]"),
        replaced(body(good), "\"alertname\":\"X\"", "\"alertname\":\"X\",\"alertname\":\"Y\""),
        replaced(body(good), "\"X\"", "\"\xff\"")})
    CHECK_MESSAGE(refusal(Reporter::alertmanager, bytes) != "taken", bytes.substr(0, 300));
}
