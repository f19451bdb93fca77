#include <doctest/doctest.h>

#include "base/error.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"

using namespace jaga;
using namespace jaga::inventory;
using namespace std::chrono_literals;

TEST_CASE("a host's file reads back to the same host") {
  Host host;
  host.name = "db01";
  host.address = "2001:db8::7";
  host.kind = "server";
  host.login = {"watch", "mend", 2222};
  host.place = {"dc1", "R1", "ups-a", ""};
  host.hardware = {"R740", "ABC\"1", "Vendor", "2027-01-01"};
  IcmpCheck icmp;
  icmp.count = 9;
  icmp.warn_rtt = 200ms;
  HttpCheck http;
  http.url = "https://db01.example.org/";
  http.status = {200, 204};
  http.body = "ok";
  http.redirects = 1;
  http.expires_warn = std::nullopt;
  http.verify = false;
  http.ca = "/etc/ca.pem";
  DnsCheck dns;
  dns.name = "example.org";
  dns.type = "MX";
  dns.expect = {"10 mail.example.org"};
  dns.port = 5353;
  host.checks = {icmp, TcpCheck{5432, 2s, "postgresql.service"}, SshCheck{},
                 PluginCheck{"ntp", {"/p/check_ntp_time", "-H", "it's"}, PluginCheck::Via::ssh, 9s}};
  host.change_thresholds().load.crit = std::nullopt;
  host.set_period("updates", std::chrono::hours{24});
  host.change_thresholds().disk_used.warn = 50;
  const Inventory inventory =
      load({"hosts.yaml", ""}, std::vector<File>{{"hosts.d/db01.yaml", host_yaml(host)}});
  const Host& back = inventory.at("db01");
  CHECK(back.address == host.address);
  CHECK(back.login == host.login);
  CHECK(back.place == host.place);
  CHECK(back.hardware == host.hardware);
  CHECK(back.checks == host.checks);
  CHECK(back.thresholds() == host.thresholds());
  CHECK(back.periods() == host.periods());
  CHECK(host_yaml(back) == host_yaml(host));
}

TEST_CASE("jaga.yaml reads back") {
  Settings settings;
  settings.repo = "3f0c9a";
  settings.organisation = "Dinas";
  settings.language = Language::english;
  settings.keep_rounds = 24h * 30;
  settings.record = Settings::Rounds::changes;
  const Settings back = parse_settings(settings_yaml(settings), "jaga.yaml");
  CHECK(back.repo == settings.repo);
  CHECK(back.language == Language::english);
  CHECK(back.keep_rounds == settings.keep_rounds);
  CHECK(back.record == Settings::Rounds::changes);
  const std::string least = "format: jaga/settings@1\nrepo: a\norganisation: b\n";
  CHECK(parse_settings(least, "jaga.yaml").record == Settings::Rounds::full);
  CHECK(parse_settings(least + "record: full\n", "jaga.yaml").record == Settings::Rounds::full);
  CHECK(parse_settings(least + "board: reports/board.html\n", "jaga.yaml").board == "reports/board.html");
  for (const char* wrong : {"board.txt", "../board.html", "/board.html", "rounds/board.html", "a//b.html"})
    CHECK_THROWS_AS(parse_settings(least + "board: " + wrong + "\n", "jaga.yaml"), Error);
  CHECK_THROWS_AS(parse_settings(least + "record: some\n", "jaga.yaml"), Error);
  CHECK_THROWS_AS(parse_settings(least + "keeping: {rounds: 1h}\n", "jaga.yaml"), Error);
  CHECK_THROWS_AS(
      parse_settings("format: jaga/settings@1\nrepo: a\norganisation: b\nlanguage: fr\n", "jaga.yaml"),
      Error);
  CHECK_THROWS_AS(parse_settings("format: jaga/settings@9\nrepo: a\norganisation: b\n", "jaga.yaml"), Error);
}
