#include "fleet/order.hpp"

#include <doctest/doctest.h>

#include <string>

#include "../expect.hpp"
#include "inventory/inventory.hpp"
#include "keys.hpp"
#include "yaml/read.hpp"

using namespace jaga;
using namespace std::chrono_literals;
using expect::code_of;
using expect::has;

namespace {

fleet::OrderHead head() {
  fleet::OrderHead head;
  head.office = "office";
  head.installation = "0123456789abcdefghjkmnpqrs";
  head.site = "kecamatan-a";
  head.id = "0123456789abcdefghjkmnpqrs";
  head.at = *parse_instant("2026-12-01T08:00:00.000Z");
  head.until = *parse_instant("2026-12-01T08:01:00.000Z");
  return head;
}

constexpr std::string_view kHosts = R"(
hosts:
  - name: "sw-a"
    address: "10.10.1.2"
    kind: "switch"
    parents: {any: ["sw-core"]}
    checks: [{icmp: {}}]
  - name: "jump-a"
    address: "10.10.1.3"
    checks: [icmp]
  - name: "sw-core"
    address: "10.10.0.1"
    checks: [icmp]
  - name: "web01"
    address: "web01.example.go.id"
    parents: {any: ["sw-a"]}
    needs: ["jump-a"]
    jump: "jump-a"
    login: {measure: "lihat", port: 2222}
    place: {site: "kecamatan-a"}
    hardware: {model: "R740", serial: "X1"}
    checks:
      - icmp: {count: 7, warn: {loss: "10%"}}
      - tcp: {port: 443, unit: "nginx.service"}
      - ssh
      - http: {url: "https://{address}/", status: [200, 204], body: "Buleleng"}
      - plugin: {command: ["/usr/lib/nagios/plugins/check_ntp_time", "-H", "10.10.1.2"], via: "local"}
    thresholds: {disk_used: {warn: "70%", crit: "off"}}
    periods: {updates: "12h"}
)";

probe::Request asked() {
  const inventory::Inventory all = inventory::load({"hosts.yaml", std::string(kHosts)}, {});
  probe::Request request;
  request.hosts = {all.at("sw-a"), all.at("web01")};
  request.inventory = all.digest;
  request.kinds = {"icmp", "ssh"};
  request.count = 3;
  request.timeout = 1500ms;
  request.rate = 200;
  const sshkey::PublicKey key = test::key(1)->public_key();
  request.pins["web01"] = {{key}, "0123456789abcdef0123456789abcdef"};
  auto jump = std::make_shared<ssh::Target>();
  jump->name = "jump-a";
  jump->address = "10.10.1.3";
  jump->user = "jaga";
  jump->known = {test::key(2)->public_key()};
  ssh::Target way;
  way.name = "web01";
  way.address = "web01.example.go.id";
  way.port = 2222;
  way.user = "lihat";
  way.known = {key};
  way.jump = jump;
  request.ways["web01"] = way;
  request.looks["web01"].sections = {"load", "disk"};
  return request;
}

}  // namespace

TEST_CASE("the head of an order comes back") {
  fleet::OrderHead once = head();
  CHECK(fleet::read_order_head(fleet::to_node(once), "order") == once);
  fleet::OrderHead standing = head();
  standing.kind = fleet::OrderHead::Kind::standing;
  standing.every = 5min;
  standing.part = 2;
  standing.parts = 3;
  CHECK(fleet::read_order_head(fleet::to_node(standing), "order") == standing);
}

TEST_CASE("a head that is wrong, or of a newer format, is refused") {
  const auto with = [](const char* key, const char* value) {
    yaml::Node node = yaml::Node::map();
    const yaml::Node whole = fleet::to_node(head());
    for (const yaml::Node::Entry& entry : whole.entries()) {
      if (entry.key == key)
        node.set(entry.key, value);
      else
        node.set(entry.key, entry.value);
    }
    return node;
  };
  const auto refused = [](const yaml::Node& node) {
    return code_of([&] { fleet::read_order_head(node, "order"); }) == ExitCode::data;
  };
  CHECK(refused(with("format", "jaga/order@2")));
  CHECK(refused(with("format", "jaga/batch@1")));
  CHECK(refused(with("site", "../kecamatan-a")));
  CHECK(refused(with("site", "kecamatan-a.>")));
  CHECK(refused(with("order", "1")));
  CHECK(refused(with("kind", "always")));
  CHECK(refused(with("until", "tomorrow")));
  yaml::Node more = fleet::to_node(head());
  CHECK(refused(more.set("every", "5m")));
}

TEST_CASE("what to measure comes back as the office knows it") {
  const probe::Request request = asked();
  const std::string text = fleet::write_asked(request);
  const probe::Request read = fleet::read_asked(text, "order");
  CHECK(read.inventory == request.inventory);
  CHECK(read.kinds == request.kinds);
  CHECK(read.count == 3);
  CHECK(read.timeout == 1500ms);
  CHECK(read.rate == 200);
  REQUIRE(read.hosts.size() == 2);
  const inventory::Host& web = read.hosts[1];
  const inventory::Host& given = request.hosts[1];
  CHECK(web.name == "web01");
  CHECK(web.checks.size() == 5);
  CHECK(web.checks == given.checks);
  CHECK(web.login == given.login);
  CHECK(web.place == given.place);
  CHECK(web.thresholds() == given.thresholds());
  CHECK(web.periods() == given.periods());
  CHECK(web.parents.any == std::vector<std::string>{"sw-a"});
  CHECK(read.ways.at("web01") == request.ways.at("web01"));
  CHECK(read.pins.at("web01").keys == request.pins.at("web01").keys);
  CHECK(read.pins.at("web01").machine_id == request.pins.at("web01").machine_id);
  CHECK(read.looks.at("web01").sections == request.looks.at("web01").sections);
  // Written again it is the same text.
  CHECK(fleet::write_asked(read) == text);
}

TEST_CASE("an order says nothing of what lies beyond its hosts") {
  const std::string text = fleet::write_asked(asked());
  const probe::Request read = fleet::read_asked(text, "order");
  CHECK(read.hosts[0].parents.any.empty());
  CHECK(read.hosts[1].needs.empty());
  CHECK_FALSE(has(text, "sw-core"));
  CHECK_FALSE(has(text, "R740"));
}

TEST_CASE("what is asked for is checked in every value") {
  const std::string text = fleet::write_asked(asked());
  const auto refused = [&](std::string_view old, std::string_view other) {
    std::string changed = text;
    const std::size_t at = changed.find(old);
    REQUIRE(at != std::string::npos);
    changed.replace(at, old.size(), other);
    return code_of([&] { fleet::read_asked(changed, "order"); }) == ExitCode::data;
  };
  CHECK(refused("\"lihat\"", "\"-oProxyCommand=x\""));
  CHECK(refused("\"10.10.1.3\"", "\"-x\""));
  CHECK(refused("port: 2222, user", "port: 0, user"));
  CHECK(refused("\"disk\"", "\"disk; reboot\""));
  CHECK(refused("ssh-ed25519 ", "ssh-none "));
  CHECK(refused("rate: 200", "rate: 99999999"));
  CHECK(refused("count: 3", "count: 1000"));
  CHECK(refused("count: 3\n", "count: 3\nmore: 1\n"));
  CHECK(refused("hosts:", "hosts: []\nothers:"));
}

TEST_CASE("an order is for at most so many hosts") {
  probe::Request request;
  for (std::size_t i = 0; i <= fleet::kMostOrderHosts; ++i) {
    inventory::Host host;
    host.name = "host" + std::to_string(i);
    host.address = "10.0.0.1";
    host.checks = {inventory::IcmpCheck{}};
    request.hosts.push_back(host);
  }
  CHECK(code_of([&] { fleet::read_asked(fleet::write_asked(request), "order"); }) == ExitCode::data);
  request.hosts.pop_back();
  CHECK(fleet::read_asked(fleet::write_asked(request), "order").hosts.size() == fleet::kMostOrderHosts);
  request.hosts.clear();
  CHECK(code_of([&] { fleet::read_asked(fleet::write_asked(request), "order"); }) == ExitCode::data);
}
