// The sections of the collector about security, upkeep and power.
#include <doctest/doctest.h>

#include "round/collector.hpp"
#include "round/hardening.hpp"

namespace {

using namespace jaga;
using round::Reason;
using round::State;

std::string section(const std::string& name, const std::string& body, int status = 0) {
  return "nnnn begin " + name + "\n" + body + "\nnnnn status " + std::to_string(status) + "\nnnnn end " +
         name + "\n";
}

round::Collected parse(const std::string& output, const inventory::Host& host = {},
                       const std::optional<round::Heard>& heard = {}) {
  return round::parse_collector(output, "nnnn", host, heard);
}

const round::Result* find(const round::Collected& collected, const std::string& check,
                          const std::string& object = {}) {
  for (const round::Result& result : collected.results)
    if (result.check == check && result.object == object) return &result;
  return nullptr;
}

Instant at(std::int64_t seconds) {
  return Instant{std::chrono::seconds{seconds}};
}

}  // namespace

TEST_CASE("the first value of an sshd setting counts, in any letter case; unset ones have the default") {
  const auto weak =
      parse(section("sshd", "source file\nPermitRootLogin YES\npermitrootlogin no\nStrictModes=no"));
  CHECK(find(weak, "sshd")->state == State::warning);
  CHECK(round::number(*find(weak, "sshd"), "weak") == 2);
  CHECK(round::text(*find(weak, "sshd", "permitrootlogin"), "value") == "YES");
  CHECK(find(weak, "sshd", "strictmodes") != nullptr);
  const auto good = parse(section("sshd", "source effective\npermitrootlogin without-password"));
  CHECK(find(good, "sshd")->state == State::ok);
  CHECK(find(parse(section("sshd", "PermitRootLogin no")), "sshd")->reason == Reason::bad_output);
  CHECK(find(parse(section("sshd", "source file", 77)), "sshd")->reason == Reason::needs_root);
  CHECK(find(parse(section("sshd", "", 127)), "sshd") == nullptr);
  // Every default of the table is one that it does not call weak itself.
  for (const auto& entry : round::sshd_ladders())
    CHECK(entry.second.of(entry.second.usual) != round::Worth::weak);
}

TEST_CASE("weak kernel settings, and ones that could be stronger") {
  const auto got =
      parse(section("sysctl", "kernel/randomize_va_space 1\nnet/ipv4/tcp_syncookies 0\nno/such 1"));
  CHECK(round::number(*find(got, "sysctl"), "weak") == 1);
  CHECK(round::number(*find(got, "sysctl"), "medium") == 1);
  CHECK(find(got, "sysctl", "net.ipv4.tcp_syncookies")->state == State::warning);
}

TEST_CASE(
    "what listens is held to the list, if there is one; loopback and clients of UDP are nobody's business") {
  const std::string told =
      "tcp 0.0.0.0:22\ntcp 127.0.0.1:3306\ntcp [::1]:25\nudp 127.0.0.53%lo:53\ntcp *:4444\nudp "
      "0.0.0.0:41731\n"
      "udp [::]:6001\ntcp 0.0.0.0:8080\nudp 0.0.0.0:99999\nrange 32768 60999";
  inventory::Host host;
  inventory::TcpCheck web;
  web.port = 8080;
  host.checks = {web};
  CHECK(find(parse(section("listen", told), host), "listen")->state == State::ok);
  CHECK(find(parse(section("listen", told), host), "listen", "tcp:4444") == nullptr);
  host.listen = {*inventory::parse_sockets("udp:6000-6010")};
  const auto got = parse(section("listen", told), host);
  CHECK(find(got, "listen")->state == State::warning);
  CHECK(round::text(*find(got, "listen", "tcp:4444"), "address") == "*");
  std::size_t others = 0;
  for (const auto& result : got.results) others += result.check == "listen" ? 1 : 0;
  CHECK(others == 2);
}

TEST_CASE("the kernel's socket table gives the same result as ss") {
  inventory::Host host;
  host.listen = {*inventory::parse_sockets("tcp:443")};
  const auto got = parse(
      section("listen",
              "tcp hex 00000000:0016\ntcp hex 0100007F:0CEA\ntcp6 hex 00000000000000000000000000000000:115C\n"
              "tcp6 hex 00000000000000000000000001000000:0019\n"
              "tcp6 hex 0000000000000000FFFF00000100007F:1F90\ntcp hex xyz:1\ntcp hex 0:0:0"),
      host);
  CHECK(find(got, "listen", "tcp:4444") != nullptr);
  CHECK(find(got, "listen", "tcp:3306") == nullptr);
  CHECK(find(got, "listen", "tcp:25") == nullptr);
  CHECK(find(got, "listen", "tcp:8080") == nullptr);
  CHECK(find(got, "listen", "tcp:22") == nullptr);
}

TEST_CASE("failed logins by number, and refused sudo commands by user") {
  const auto got = parse(section("login", "source 203.0.113.9\x1b 431\ndenied bob 2\nfailed 1431 sources 3"));
  CHECK(find(got, "login")->state == State::critical);
  CHECK(round::number(*find(got, "login"), "most") == 431);
  CHECK(round::text(*find(got, "login"), "source")->find('\x1b') == std::string::npos);
  CHECK(find(got, "sudo", "bob")->state == State::warning);
  CHECK(find(parse(section("login", "failed 5 sources 1")), "login")->state == State::ok);
  CHECK(find(parse(section("login", "nonsense")), "login")->reason == Reason::bad_output);
}

TEST_CASE("an expiring account, one that expired long ago, and without root only the own account") {
  const auto got = parse(section("expiry",
                                 "today 20000\naccount a 20005 -\naccount b 19000 -\naccount c - 20400\n"
                                 "account d 20400 19999\naccount e x y\naccount f 9223372036854775807 -"));
  CHECK(find(got, "expiry", "a")->state == State::warning);
  CHECK(find(got, "expiry", "b") == nullptr);
  CHECK(find(got, "expiry", "c")->state == State::ok);
  CHECK(find(got, "expiry", "d")->summary == "the password has expired");
  CHECK(find(got, "expiry", "e") == nullptr);
  const auto own = parse(section("expiry", "today 20000\nown\naccount jaga 20005 -"));
  CHECK(find(own, "expiry", "jaga")->state == State::warning);
  const auto never = parse(section("expiry", "today 20000\nown\naccount jaga - -"));
  CHECK(find(never, "expiry")->state == State::ok);
  CHECK(find(never, "expiry")->summary.text().find("other accounts need root") != std::string::npos);
  CHECK(find(parse(section("expiry", "today 20000", 77)), "expiry")->reason == Reason::needs_root);
}

TEST_CASE("timers that hang, were never started, or are late") {
  const auto timer = [](const std::string& id, const std::string& rest) {
    return "Id=" + id + ".timer\n" + rest + "\n\n";
  };
  const auto got = parse(section(
      "timer", "now 1795485600\n" +
                   timer("a",
                         "UnitFileState=enabled\nActiveState=active\nSubState=running\nLastTriggerUSec=Sat "
                         "2026-11-21 23:00:00 UTC") +
                   timer("b", "UnitFileState=enabled\nActiveState=inactive") +
                   timer("c", "UnitFileState=disabled\nActiveState=inactive") +
                   timer("d",
                         "ActiveState=active\nSubState=waiting\nNextElapseUSecRealtime=Tue 2026-11-24 "
                         "00:00:00 UTC") +
                   timer("e",
                         "ActiveState=active\nSubState=waiting\nNextElapseUSecRealtime=Wed 2026-11-25 "
                         "00:00:00 UTC") +
                   timer("f", "ActiveState=failed\nResult=resources") +
                   timer("g", "ActiveState=active\nSubState=running\nLastTriggerUSec=rubbish")));
  CHECK(round::number(*find(got, "timer", "a.timer"), "hours") == 51);
  CHECK(find(got, "timer", "b.timer")->state == State::warning);
  CHECK(find(got, "timer", "c.timer") == nullptr);
  CHECK(find(got, "timer", "d.timer")->summary == "overdue by 2 hours");
  CHECK(find(got, "timer", "e.timer") == nullptr);
  CHECK(find(got, "timer", "f.timer") != nullptr);
  CHECK(find(got, "timer", "g.timer") == nullptr);
  CHECK(find(got, "timer") == nullptr);
  CHECK(
      find(parse(section("timer", "now 1795485600\n" + timer("e", "ActiveState=active"))), "timer")->state ==
      State::ok);
}

TEST_CASE("the end of a release from the table, from os-release, and by this machine's clock") {
  const auto left = [](const std::string& body, const std::optional<round::Heard>& heard = {}) {
    return round::number(*find(parse(section("release", body), {}, heard), "release"), "days");
  };
  CHECK(left("now 1719705600\nID=debian\nVERSION_ID=\"10\"") == 0);
  CHECK(left("now 1719705600\nID=rocky\nVERSION_ID=\"9.4\"") == 2892);
  CHECK(left("now 1719705600\nID=fedora\nVERSION_ID=40\nSUPPORT_END=2024-07-30") == 30);
  CHECK(left("now 0\nID=debian\nVERSION_ID=\"10\"", round::Heard{at(1719705600), at(1719792000)}) == -1);
  CHECK(find(parse(section("release", "now 1719705600\nID=arch")), "release") == nullptr);
  CHECK(find(parse(section("release", "now 1719705600\nID=debian\nVERSION_ID=\"99\"")), "release")->reason ==
        Reason::absent);
}

TEST_CASE("services with outdated libraries, and world-writable files") {
  const auto got = parse(section("restart", "tool maps\nservice ssh.service\nprocess a.out\n") +
                         section("writable", "/etc/x\nfind: something"));
  CHECK(round::text(*find(got, "restart"), "names") == "a.out, ssh.service");
  CHECK(find(got, "writable")->state == State::warning);
  CHECK(find(got, "writable", "/etc/x") != nullptr);
  CHECK(find(parse(section("restart", "tool maps")), "restart")->state == State::ok);
  CHECK(find(parse(section("restart", "")), "restart")->reason == Reason::bad_output);
}

TEST_CASE("power supplies, a UPS by NUT or apcupsd, batteries of controllers by their tools") {
  const auto got = parse(
      section("power", "supply AC0 0\nsupply AC1 1") +
      section("ipmi",
              "PS1 Status | C8h | ok | 10.1 | Presence detected\nPS2 Status | C9h | ok | 10.2 | Presence "
              "detected, "
              "Failure detected\nPS3 Status | C9h | ns | 10.3 | No Reading") +
      section("ups",
              "ups a\nups.status: OL CHRG\nbattery.charge: 100\nups b\nups.status: OB LB\nups c\nError: Data "
              "stale\n"
              "ups apcupsd\nSTATUS   : ONBATT\nBCHARGE  : 85.0 Percent\nTIMELEFT : 12.5 Minutes") +
      section("battery",
              "tool storcli\nController = 0\nBBU Optimal 0 hour(s) 30C\nController = 1\nCVPM02 Failed 28C\n"
              "tool megacli\nBBU status for Adapter: 0\nBattery State: Optimal\n  Battery Replacement "
              "required : Yes\n"
              "tool ssacli\nSmart Array P420i in Slot 3 (Embedded)\n   Battery/Capacitor Status: OK"));
  CHECK(find(got, "power", "AC0")->state == State::critical);
  CHECK(find(got, "power", "AC1")->state == State::ok);
  CHECK(find(got, "power", "PS1 Status")->state == State::ok);
  CHECK(find(got, "power", "PS2 Status")->state == State::critical);
  CHECK(find(got, "power", "PS3 Status") == nullptr);
  CHECK(find(got, "ups", "a")->state == State::ok);
  CHECK(find(got, "ups", "b")->state == State::critical);
  CHECK(find(got, "ups", "c")->state == State::unknown);
  CHECK(round::number(*find(got, "ups", "apcupsd"), "charge_percent") == 85);
  CHECK(round::number(*find(got, "ups", "apcupsd"), "runtime_s") == 750);
  CHECK(find(got, "battery", "storcli/0")->state == State::ok);
  CHECK(find(got, "battery", "storcli/1")->state == State::critical);
  CHECK(find(got, "battery", "megacli/0")->state == State::critical);
  CHECK(find(got, "battery", "ssacli/3")->state == State::ok);
}

TEST_CASE("a UPS with an alarm, and a controller battery that needs replacement") {
  const auto got =
      parse(section("ups",
                    "ups a\nups.status: ALARM OL\nups.alarm: Replace battery!\nups b\nups.status: ALARM\n"
                    "ups c\nups.status: OL TRIM\nups d\nups.status: ALARM OB\n") +
            section("battery",
                    "tool megacli\nBBU status for Adapter: 0\nBattery State     : Operational\n"
                    "  Battery Pack Missing                    : No\n"
                    "  Battery Replacement required            : Yes\n"
                    "BBU status for Adapter: 1\nBattery State     : Optimal\n"
                    "  Pack is about to fail & should be replaced : Yes\n"
                    "BBU status for Adapter: 2\nBattery State     : Operational\n"
                    "  Battery Pack Missing                    : Yes\n"
                    "BBU status for Adapter: 3\nBattery State     : Operational\n"
                    "  Battery Pack Missing                    : No\n"
                    "  Pack is about to fail & should be replaced : No\n"));
  CHECK(find(got, "ups", "a")->state == State::warning);
  CHECK(find(got, "ups", "a")->summary == "reports an alarm (Replace battery!)");
  CHECK(round::text(*find(got, "ups", "a"), "alarm") == "Replace battery!");
  CHECK(find(got, "ups", "b")->state == State::warning);
  CHECK(find(got, "ups", "c")->state == State::ok);
  CHECK(find(got, "ups", "d")->state == State::critical);
  CHECK(round::text(*find(got, "battery", "megacli/0"), "state") == "Replacement required");
  CHECK(find(got, "battery", "megacli/0")->state == State::critical);
  CHECK(find(got, "battery", "megacli/1")->state == State::critical);
  CHECK(find(got, "battery", "megacli/2")->state == State::critical);
  CHECK(find(got, "battery", "megacli/3")->state == State::ok);
}

TEST_CASE("power as ipmitool 1.8.19, upsc 2.8.0 and apcaccess 3.14.14 print it") {
  const auto got = parse(
      // Of OpenIPMI's simulator: one whose cord is out, and a bay without a supply.
      section("ipmi",
              "PS1 Status       | 01h | ok  | 10.1 | Presence detected\n"
              "PS2 Status       | 02h | ok  | 10.2 | Presence detected, Power Supply AC lost\n"
              "PS3 Status       | 03h | ok  | 10.3 | ") +
      section("ups", "ups rack1\nbattery.charge: 31\nbattery.runtime: 420\nups.status: OB DISCHRG LB"));
  CHECK(find(got, "power", "PS1 Status")->state == State::ok);
  CHECK(find(got, "power", "PS2 Status")->state == State::critical);
  CHECK(find(got, "power", "PS3 Status") == nullptr);
  CHECK(find(got, "ups", "rack1")->state == State::critical);
  CHECK(round::number(*find(got, "ups", "rack1"), "runtime_s") == 420);
  const auto apc = [](const std::string& status) {
    return *find(parse(section("ups", "ups apcupsd\nSTATUS   : " + status +
                                          "\nBCHARGE  : 96.0 Percent\nTIMELEFT : 27.5 Minutes")),
                 "ups", "apcupsd");
  };
  CHECK(apc("ONLINE SLAVE ").state == State::ok);
  CHECK(apc("TRIM ONLINE SLAVE ").state == State::ok);
  CHECK(round::number(apc("ONLINE "), "runtime_s") == 1'650);
  CHECK(apc("ONBATT SLAVE ").state == State::critical);
  CHECK(apc("ONBATT LOWBATT SLAVE ").summary.text().starts_with("on battery, battery low"));
  CHECK(apc("ONLINE OVERLOAD SLAVE ").state == State::warning);
  CHECK(apc("SHUTTING DOWN").state == State::critical);
  CHECK(apc("COMMLOST ").state == State::unknown);
}

TEST_CASE("the run time of the script is not part of the possible clock error") {
  const round::Heard heard{at(1'000'000), at(1'000'030)};
  const auto offset = [&](const std::string& body) {
    return round::number(*find(parse(section("clock", body), {}, heard), "clock"), "offset_s");
  };
  CHECK(offset("epoch 1000030\nstarted 1000001") == 0);
  CHECK(offset("epoch 1000010\nstarted 999981") == 19);
  CHECK(offset("epoch 1000045\nstarted 1000016") == 15);
  // Without a start that can be, as before.
  CHECK(offset("epoch 1000010") == 0);
  CHECK(offset("epoch 1000010\nstarted 2000000") == 0);
}

TEST_CASE("a summary about one object is in the singular") {
  struct Said {
    std::string check;
    std::string object;
    std::string section;
    std::string body;
    std::string summary;
  };
  const std::string debian = "ID=debian\nVERSION_ID=\"10\"\nSUPPORT_END=2024-06-30";
  for (const Said& one : {
           Said{"load", "", "load", "loadavg 1.00 0.50 1.00 1/2 3\ncpus 1", "load 0.50 on 1 processor"},
           Said{"load", "", "load", "loadavg 1.00 0.50 1.00 1/2 3\ncpus 2", "load 0.50 on 2 processors"},
           Said{"uptime", "", "uptime", "90000.00 1.0", "up for 1 day"},
           Said{"uptime", "", "uptime", "172900.00 1.0", "up for 2 days"},
           Said{"unit", "", "unit", "a.service loaded failed failed A", "1 failed unit"},
           Said{"unit", "", "unit", "a.service loaded failed failed A\nb.service loaded failed failed B",
                "2 failed units"},
           Said{"process", "", "process", "total 213 zombies 1 blocked 1",
                "213 processes, 1 zombie, 1 waiting for a device"},
           Said{"process", "", "process", "total 213 zombies 0 blocked 2",
                "213 processes, 0 zombies, 2 waiting for a device"},
           Said{"updates", "", "updates", "lists 1000 now 2000\nInst a [1] (2 Debian:12/stable [all])",
                "1 pending update, 0 of them for security"},
           Said{"updates", "", "updates", "lists 1000 now 2000", "0 pending updates, 0 of them for security"},
           Said{"sysctl", "", "sysctl", "net/ipv4/tcp_syncookies 0", "1 weak setting, 0 could be stronger"},
           Said{"listen", "", "listen", "tcp 0.0.0.0:4444", "1 open port"},
           Said{"login", "", "login", "source 203.0.113.9 1\nfailed 1 sources 1",
                "1 failed login within the hour, 1 of them from 203.0.113.9"},
           Said{"sudo", "bob", "login", "denied bob 1\nfailed 0 sources 0",
                "sudo refused 1 command within the hour"},
           Said{"writable", "", "writable", "/etc/cron.d/x",
                "1 file that root runs or reads is world-writable"},
           Said{"writable", "", "writable", "/etc/cron.d/x\n/etc/cron.d/y",
                "2 files that root runs or reads are world-writable"},
           Said{"expiry", "bob", "expiry", "today 20000\naccount bob 20001 -",
                "the account expires in 1 day"},
           Said{"timer", "", "timer", "now 1795485600\nId=e.timer\nActiveState=active",
                "1 timer on schedule"},
           Said{
               "timer", "d.timer", "timer",
               "now 1795485600\nId=d.timer\nActiveState=active\nSubState=waiting\nNextElapseUSecRealtime=Tue "
               "2026-11-24 00:59:00 UTC",
               "overdue by 1 hour"},
           Said{"release", "", "release", "now 1719619200\n" + debian,
                "debian 10 gets security updates for another 1 day"},
           Said{"release", "", "release", "now 1719792000\n" + debian,
                "debian 10 has had no security updates for 1 day"},
           Said{"raid", "md0", "raid", "md0 : active raid1 sda[0]\n      976759808 blocks [1/1] [U]",
                "1 of 1 disk"},
           Said{"fan", "chip/fan1", "sensor", "fan chip 1 300 0 fan1", "1 rpm"},
           Said{"kernel", "memory:DIMMA", "edac", "mc0/dimm0 1 0 DIMMA",
                "1 error corrected, 0 not, since boot"},
       }) {
    CAPTURE(one.section);
    CAPTURE(one.body);
    const auto got = parse(section(one.section, one.body));
    REQUIRE(find(got, one.check, one.object) != nullptr);
    CHECK(find(got, one.check, one.object)->summary == one.summary);
  }
}
