#include <doctest/doctest.h>

#include "base/error.hpp"
#include "inventory/inventory.hpp"
#include "inventory/window.hpp"

using namespace jaga;
using namespace jaga::inventory;
using namespace std::chrono_literals;

namespace {

Inventory load_one(const std::string& bytes) {
  return load({"hosts.yaml", bytes}, {});
}

std::string refusal(const std::string& bytes, const std::vector<File>& more = {}) {
  try {
    load({"hosts.yaml", bytes}, more);
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::config);
    return std::string(error.what()) + " | " + error.hint().render(Language::english);
  }
  return "accepted";
}

bool says(const std::string& message, std::string_view part) {
  return message.find(part) != std::string::npos;
}

constexpr const char* kOffice = R"(
defaults:
  login: {measure: "watch"}
  checks:
    - icmp: {count: 3, warn: {loss: "10%"}}
    - ssh
groups:
  web:
    checks: [{tcp: {port: 443, timeout: "2s"}}]
    thresholds: {disk_used: {warn: "70%"}}
    periods: {updates: 1d, all: 2h}
  far:
    checks: [{icmp: {timeout: "3s"}}]
hosts:
  - name: web01
    address: 10.10.1.11
    groups: [web, far]
    parents: {any: [sw]}
    checks:
      - icmp: {count: 9}
      - tcp: {port: 80, unit: nginx.service}
  - name: sw
    address: "10.10.1.1"
    kind: switch
    checks: [{ssh: "off"}]
)";

}  // namespace

TEST_CASE("a jump host must be in the inventory, and jump hosts must not form a cycle") {
  const Inventory inventory = load_one(
      "defaults: {jump: gate}\nhosts:\n  - {name: gate, address: 192.0.2.1}\n"
      "  - {name: inner, address: 192.0.2.2}\n  - {name: web01, address: 192.0.2.3, jump: inner}\n");
  CHECK(inventory.at("gate").jump.empty());
  CHECK(inventory.at("inner").jump == "gate");
  CHECK(inventory.at("web01").jump == "inner");
  CHECK(load({"hosts.yaml", "hosts: [{name: gate, address: 192.0.2.1}]\n"},
             std::vector<File>{{"hosts.d/inner.yaml", host_yaml(inventory.at("inner"))}})
            .at("inner")
            .jump == "gate");
  CHECK(says(
      refusal("hosts:\n  - {name: a, address: 192.0.2.1, jump: gat}\n  - {name: gate, address: 192.0.2.2}\n"),
      "did you mean 'gate'?"));
  CHECK(says(
      refusal(
          "hosts:\n  - {name: a, address: 192.0.2.1, jump: b}\n  - {name: b, address: 192.0.2.2, jump: a}\n"),
      "a -> b -> a"));
}

TEST_CASE("settings merge field by field: host over group over defaults") {
  const Inventory inventory = load_one(kOffice);
  const Host& web = inventory.at("web01");
  REQUIRE(web.checks.size() == 4);
  const auto& icmp = std::get<IcmpCheck>(web.checks[0]);
  CHECK(icmp.count == 9);
  CHECK(icmp.warn_loss == 10);
  CHECK(icmp.timeout == 3s);
  CHECK(std::get<TcpCheck>(web.checks[1]).port == 80);
  CHECK(std::get<TcpCheck>(web.checks[1]).unit == "nginx.service");
  CHECK(std::get<TcpCheck>(web.checks[2]).timeout == 2s);
  CHECK(web.has_check("ssh"));
  CHECK(web.login.measure == "watch");
  CHECK(web.login.repair == "jaga-repair");
  CHECK(web.thresholds().disk_used == Limit{70, 95});
  CHECK(web.period("updates") == std::chrono::hours{24});
  CHECK(web.period("smart") == std::chrono::hours{2});
  CHECK(web.thresholds().inode_used == default_thresholds().inode_used);
  const Host& sw = inventory.at("sw");
  CHECK_FALSE(sw.logs_in());
  CHECK(sw.checks.size() == 1);
  CHECK(inventory.below("sw") == std::vector<std::string>{"web01"});
}

TEST_CASE("a plugin of a group takes the host's own words, and is known by its name") {
  const Inventory inventory = load_one(R"(
defaults:
  checks: [{plugin: {name: ntp, timeout: 7s}}]
groups:
  clocks:
    checks:
      - plugin: {name: ntp, command: ["/p/check_ntp_time", "-H", "{address}", "-t", 5], via: ssh}
      - plugin: {command: [/p/check_load, "{name}{name} {other}"]}
hosts:
  - {name: a, address: 192.0.2.1, groups: [clocks]}
  - {name: b, address: 192.0.2.2, groups: [clocks], checks: [plugin: {name: check_load, off: true}]}
  - {name: c, address: 192.0.2.3, checks: [plugin: {name: ntp, off: true}]}
)");
  const Host& a = inventory.at("a");
  REQUIRE(a.checks.size() == 2);
  const auto& load = std::get<PluginCheck>(a.checks[0]);
  CHECK(load.name == "check_load");
  CHECK(load.command == std::vector<std::string>{"/p/check_load", "aa {other}"});
  CHECK(load.via == PluginCheck::Via::local);
  CHECK(load.timeout == 30s);
  const auto& ntp = std::get<PluginCheck>(a.checks[1]);
  CHECK(ntp.command == std::vector<std::string>{"/p/check_ntp_time", "-H", "192.0.2.1", "-t", "5"});
  CHECK(ntp.via == PluginCheck::Via::ssh);
  CHECK(ntp.timeout == 7s);
  CHECK(a.logs_in());
  CHECK(inventory.at("b").checks.size() == 1);
  CHECK(inventory.at("c").checks.empty());

  const std::string host = "hosts:\n  - {name: h, address: h, checks: [";
  CHECK(says(refusal(host + "plugin]}\n"), "requires a command"));
  CHECK(says(refusal(host + "plugin: {command: check_load}]}\n"), "hosts.yaml:2"));
  CHECK(says(refusal(host + "plugin: {command: []}]}\n"), "requires a command"));
  CHECK(says(refusal(host + "plugin: {command: [check_load]}]}\n"), "must be an absolute path"));
  CHECK(
      says(refusal(host + "plugin: {command: [/p/check_SNMP]}]}\n"), "requires a valid name: 'check_SNMP'"));
  CHECK(says(refusal(host + "plugin: {command: [/p/a], via: nrpe}]}\n"), "local or ssh"));
  CHECK(says(refusal(host + "plugin: {name: x}]}\n"), "'x' of 'h' has no command"));
  CHECK(says(refusal(host + "plugin: {command: [/p/a]}, plugin: {command: [/q/a]}]}\n"), "hosts.yaml:2"));
}

TEST_CASE("http and dns checks merge by URL and by name and type") {
  const Inventory inventory = load_one(R"(
groups:
  web:
    checks:
      - http: {url: "https://{name}.example.org/", status: [200, 401], expires: {warn: 60d}, body: "I am {name}"}
      - dns: {name: "{name}.example.org", expect: ["{address}"], server: 192.0.2.53}
      - dns: {name: example.org, type: MX}
  strict:
    checks: [{http: {url: "https://{name}.example.org/", timeout: 3s, redirects: 0}}]
hosts:
  - {name: a, address: 192.0.2.1, groups: [web, strict], checks: [dns: {name: example.org, type: MX, off: true}]}
  - {name: b, address: "2001:db8::1", checks: [http: {url: "http://{address}:8080/x", expires: {crit: "off"}, verify: false}]}
)");
  const Host& a = inventory.at("a");
  REQUIRE(a.checks.size() == 2);
  HttpCheck http;
  http.url = "https://a.example.org/";
  http.status = {200, 401};
  http.body = "I am a";
  http.redirects = 0;
  http.timeout = 3s;
  http.expires_warn = 24h * 60;
  CHECK(std::get<HttpCheck>(a.checks[0]) == http);
  CHECK(object(a.checks[0]) == "https://a.example.org/");
  DnsCheck dns;
  dns.name = "a.example.org";
  dns.expect = {"192.0.2.1"};
  dns.server = "192.0.2.53";
  CHECK(std::get<DnsCheck>(a.checks[1]) == dns);
  CHECK(object(a.checks[1]) == "a.example.org/A");
  const auto& b = std::get<HttpCheck>(inventory.at("b").checks[0]);
  CHECK(b.url == "http://[2001:db8::1]:8080/x");
  CHECK_FALSE(b.expires_crit);
  CHECK_FALSE(b.verify);

  const std::string host = "hosts:\n  - {name: h, address: h, checks: [";
  CHECK(says(refusal(host + "http]}\n"), "requires a url"));
  CHECK(says(refusal(host + "http: {url: \"ftp://x/\"}]}\n"), "invalid http or https URL"));
  CHECK(says(refusal(host + "http: {url: \"http://x/\", status: [99]}]}\n"), "hosts.yaml:2"));
  CHECK(
      says(refusal(host + "http: {url: \"http://x/\", status: []}]}\n"), "expected a list of HTTP statuses"));
  CHECK(says(refusal(host + "http: {url: \"http://x/\", expires: {warn: 1d}}]}\n"),
             "below the critical limit"));
  CHECK(says(refusal(host + "http: {url: \"http://x/\", ca: x.pem}]}\n"), "must be an absolute path"));
  CHECK(says(refusal(host + "http: {url: \"http://x/\", verify: maybe}]}\n"), "expected true or false"));
  CHECK(says(refusal(host + "http: {url: \"http://h/\"}, http: {url: \"http://{name}/\"}]}\n"),
             "duplicate check"));
  CHECK(says(refusal(host + "dns]}\n"), "requires a name"));
  CHECK(says(refusal(host + "dns: {name: x, type: SRV}]}\n"), "unknown DNS record type 'SRV'"));
  CHECK(says(refusal(host + "dns: {name: \"a b\"}]}\n"), "invalid DNS name"));
  CHECK(says(refusal(host + "dns: {name: a, server: \"a b\"}]}\n"), "invalid name server"));
}

TEST_CASE("hosts are chosen by name and group") {
  const Inventory inventory = load_one(kOffice);
  CHECK(inventory.select({}).size() == 2);
  const std::vector<std::string> wanted = {"@web", "web01"};
  CHECK(inventory.select(wanted).size() == 1);
  CHECK_THROWS_AS(inventory.at("web1"), Error);
  const std::vector<std::string> nobody = {"@nobody"};
  CHECK_THROWS_AS(inventory.select(nobody), Error);
}

TEST_CASE("an entry may stand for many hosts") {
  const Inventory inventory = load_one(R"(
hosts:
  - {name: "web[01-12]", address: "10.1.0.[1-12]", checks: [http: {url: "http://{name}.example.org/"}]}
  - {name: "db[1-2]", address: "{name}.example.org"}
  - {name: "cam[1-3]", address: 10.2.0.5-7}
  - {name: one, address: "{name}.example.org"}
)");
  CHECK(inventory.hosts.size() == 18);
  CHECK(inventory.at("web09").address == "10.1.0.9");
  CHECK(object(inventory.at("web12").checks[0]) == "http://web12.example.org/");
  CHECK(inventory.at("db2").address == "db2.example.org");
  CHECK(inventory.at("cam3").address == "10.2.0.7");
  CHECK(inventory.at("one").address == "one.example.org");
  CHECK(inventory.at("cam3").mark.line == 5);
  CHECK(says(refusal("hosts:\n  - {name: \"a[1-3]\", address: \"10.0.0.[1-2]\"}\n"),
             "2 addresses for 3 names"));
  CHECK(says(refusal("hosts:\n  - {name: \"a[1-3]\", address: 10.0.0.1}\n"), "hosts.yaml:2"));
  CHECK(says(refusal("hosts:\n  - {name: \"a[3-1]\", address: x}\n"), "contain no numbers"));
  CHECK(says(refusal("hosts:\n  - {name: \"A[1-2]\", address: \"{name}\"}\n"), "invalid name 'A1'"));
  CHECK(says(refusal("hosts:\n  - {name: \"a[1-2]\", address: \"{name}\"}\n  - {name: a2, address: b}\n"),
             "duplicate host 'a2'"));
}

TEST_CASE("groups that disagree need the host's word") {
  const std::string both = R"(
groups: {a: {login: {port: 22}}, b: {login: {port: 2222}}}
hosts:
  - {name: h, address: h, groups: [a, b])";
  CHECK(says(refusal(both + "}\n"), "'a' and 'b' of 'h' disagree about 'login/port'"));
  CHECK(load_one(both + ", login: {port: 24}}\n").at("h").login.port == 24);
}

TEST_CASE("what is wrong in hosts.yaml is named with its place") {
  const std::string host = "hosts:\n  - {name: h, address: h";
  CHECK(says(refusal(host + ", parents: {any: [web1]}}\n  - {name: web01, address: w}\n"),
             "did you mean 'web01'"));
  CHECK(says(refusal("hosts:\n  - {name: a, address: a, parents: {any: [b]}}\n  - {name: b, address: b, "
                     "parents: {all: [a]}}\n"),
             "a -> b -> a"));
  CHECK(says(refusal(host + "}\n", {{"hosts.d/h.yaml", "hosts: [{name: h, address: i}]\n"}}),
             "duplicate host 'h', also at hosts.yaml:2"));
  CHECK(says(refusal(host + ", checks: [snmp]}\n"), "known names: icmp, tcp, ssh, local, http, dns, plugin"));
  CHECK(says(refusal(host + ", checks: [tcp]}\n"), "requires a port"));
  CHECK(says(refusal(host + ", checks: [{tcp: {port: 70000}}]}\n"), "hosts.yaml:2"));
  CHECK(says(refusal(host + ", checks: [ssh, ssh]}\n"), "duplicate check 'ssh'"));
  CHECK(says(refusal(host + ", checks: [{icmp: {coutn: 2}}]}\n"), "did you mean 'count'"));
  CHECK(says(refusal(host + ", thresholds: {disk_used: {warn: \"120%\"}}}\n"), "(at most 100)"));
  CHECK(says(refusal(host + ", periods: {disk: 1h}}\n"), "unknown setting 'disk'"));
  CHECK(says(refusal(host + ", periods: {smart: 500ms}}\n"), "invalid period '500ms' (1s to 30d)"));
  CHECK(says(refusal(host + ", periods: {smart: 31d}}\n"), "invalid period '31d'"));
  CHECK(says(refusal(host + ", thresholds: {disk_usd: {warn: \"20%\"}}}\n"), "disk_used"));
  CHECK(says(refusal(host + ", groups: [x]}\n"), "unknown group 'x'"));
  CHECK(says(refusal(host + ", pace: {site: s}}\n"), "unknown setting 'pace'"));
  CHECK(says(refusal(host + ", pace: {site: s}}\n"), "did you mean 'place'"));
  CHECK(says(refusal(host + ", place: {sight: s}}\n"), "unknown setting 'place/sight'"));
  CHECK(says(refusal(host + ", place: {site: {name: s}}}\n"), "unknown setting 'place/site/name'"));
  // A value, or a list, where a setting has further ones.
  for (const char* key : {"login", "place", "hardware", "thresholds", "periods"}) {
    CAPTURE(key);
    CHECK(says(refusal(host + ", " + key + ": 6h}\n"), "'" + std::string(key) + "' must be a map"));
    CHECK(says(refusal(host + ", " + key + ": [6h]}\n"), "known names: "));
  }
  CHECK(says(refusal(host + ", hardware: {warranty: 2030-01-01}}\n"), "known names: vendor, until"));
  CHECK(says(refusal(host + ", thresholds: {disk_used: 5}}\n"), "'disk_used' must be a map"));
  CHECK(says(refusal("hosts:\n  - {name: Web, address: h}\n"), "hosts.yaml:2"));
  CHECK(says(refusal("hosts:\n  - {name: h, address: \"h; id\"}\n"), "give an IPv4 or IPv6 address, or a host name"));
  CHECK(says(refusal("hosts:\n  - {name: " + std::string(41, 'a') + ", address: h}\n"), "hosts.yaml:2"));
  CHECK(says(refusal("defaults: {login: {port: x}}\n"), "hosts.yaml:1"));
  CHECK(says(refusal("hosts: []\n", {{"hosts.d/x.yaml", "defaults: {}\n"}}), "hosts.d/x.yaml:1"));
}

TEST_CASE("a maintenance window covers its hosts from until") {
  const Inventory inventory = load_one(kOffice);
  const std::string bytes =
      "hosts: [\"@web\"]\nfrom: 2026-11-24 22:00\nuntil: 2026-11-24 23:00\nby: staff\nreason: new disk\n";
  const Window window = parse_window(bytes, "maintenance/w.yaml", "w", inventory, 480min);
  const std::vector<Window> windows = {window};
  const Instant from = *parse_time("2026-11-24T14:00:00Z", 0min);
  CHECK(window_of(windows, inventory.at("web01"), from) != nullptr);
  CHECK(window_of(windows, inventory.at("web01"), from + 1h) == nullptr);
  CHECK(window_of(windows, inventory.at("sw"), from) == nullptr);
  CHECK(parse_window(window_yaml(window), "w.yaml", "w", inventory, 0min).from == from);
  CHECK_THROWS_AS(parse_window("hosts: [x]\nfrom: 2026-11-24\nuntil: 2026-11-25\nby: a\nreason: b\n", "w",
                               "w", inventory, 0min),
                  Error);
}

TEST_CASE("needs: of a host, of a check; what is not there and circles are refused by name") {
  const Inventory inventory = load_one(R"(
defaults:
  needs: [dns01]
hosts:
  - {name: dns01, address: 10.0.0.1, needs: [], checks: [{tcp: {port: 53}}, ssh]}
  - name: web01
    address: 10.0.0.2
    checks:
      - tcp: {port: 80, needs: ["dns01/tcp:53", "web01/tcp:81", "dns01/unit:named.service"]}
      - tcp: {port: 81}
      - http: {url: "http://{name}/", needs: [dns01]}
)");
  CHECK(inventory.at("dns01").needs.empty());
  CHECK(inventory.at("web01").needs == std::vector<Need>{{"dns01", "", "http:http://web01/"},
                                                         {"dns01", "tcp:53", "tcp:80"},
                                                         {"web01", "tcp:81", "tcp:80"},
                                                         {"dns01", "unit:named.service", "tcp:80"},
                                                         {"dns01", "", ""}});
  Host web = inventory.at("web01");
  web.needs.pop_back();
  web.needs.erase(web.needs.begin());
  CHECK(says(host_yaml(web), "needs: [\"dns01/tcp:53\", \"web01/tcp:81\", \"dns01/unit:named.service\"]"));

  const auto hosts = [](const std::string& a, const std::string& b) {
    return "hosts:\n  - {name: a, address: 10.0.0.1, checks: [tcp: {port: 1}, tcp: {port: 2}], needs: [" + a +
           "]}\n  - {name: b, address: 10.0.0.2, checks: [tcp: {port: 1}], needs: [" + b + "]}\n";
  };
  CHECK(refusal(hosts("b", "")) == "accepted");
  CHECK(says(refusal(hosts("c", "")), "'a' needs 'c', which is not a host"));
  CHECK(says(refusal(hosts("b/tcp:3", "")), "'b' has no check 'tcp:3'"));
  CHECK(says(refusal(hosts("b/unit:x.service", "")), "has no check"));  // nobody logs in there
  CHECK(says(refusal(hosts("\"b/\"", "")), "not a host or a check of a host"));
  CHECK(says(refusal(hosts("b, b", "")), "duplicate entry"));
  CHECK(says(refusal(hosts("b", "a")), "hosts.yaml:2:"));
  CHECK(says(refusal(hosts("b", "a")), "circular dependency of 'a': a -> b -> a"));
  CHECK(says(refusal(hosts("a/tcp:1", "")), "a/tcp:1 -> a/tcp:1"));
  CHECK(says(refusal(hosts("b/tcp:1", "a/tcp:2")), "b/tcp:1 -> a/tcp:2 -> b/tcp:1"));
}

TEST_CASE("needs as deep as a hostile file makes them") {
  std::string bytes = "hosts:\n";
  for (int i = 0; i < 5000; ++i)
    bytes += "  - {name: h" + std::to_string(i) + ", address: 10.0.0.1, needs: [h" + std::to_string(i + 1) +
             "]}\n";
  CHECK(says(refusal(bytes + "  - {name: h5000, address: 10.0.0.1, needs: [h0]}\n"), "circular dependency"));
  CHECK(refusal(bytes + "  - {name: h5000, address: 10.0.0.1}\n") == "accepted");
}
