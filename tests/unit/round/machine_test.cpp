// The sections of the collector that only some hosts have: arrays, disks, sensors, what the kernel says.
#include <doctest/doctest.h>

#include "round/collector.hpp"
#include "round/trend.hpp"

namespace {

using namespace jaga;
using round::Reason;
using round::State;

inventory::Host host() {
  inventory::Host host{};
  host.name = "web01";
  return host;
}

std::string section(const std::string& name, const std::string& body, int status = 0) {
  return "nnnn begin " + name + "\n" + body + "\nnnnn status " + std::to_string(status) + "\nnnnn end " +
         name + "\n";
}

round::Collected parse(const std::string& output, const std::optional<round::Heard>& heard = {}) {
  return round::parse_collector(output, "nnnn", host(), heard);
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

TEST_CASE("a degraded array, one that is being rebuilt, and a complete one") {
  const auto got = parse(section(
      "raid",
      "Personalities : [raid1] [raid6] [raid5] [raid4]\n"
      "md0 : active raid1 sdb1[1](F) sda1[0]\n"
      "      1046528 blocks super 1.2 [2/1] [U_]\n"
      "md1 : active raid5 sdd1[3] sdc1[1] sdb2[0]\n"
      "      2093056 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/3] [UUU]\n"
      "      [==>..................]  resync = 12.6% (132096/1046528) finish=0.1min speed=132096K/sec\n"
      "md2 : active raid1 sdf1[1] sde1[0]\n"
      "      1046528 blocks super 1.2 [2/2] [UU]\n"
      "      bitmap: 0/1 pages [0KB], 65536KB chunk\n"
      "md3 : inactive sdg1[0](S)\n"
      "unused devices: <none>\n"));
  REQUIRE(find(got, "raid", "md0") != nullptr);
  CHECK(find(got, "raid", "md0")->state == State::critical);
  CHECK(round::number(*find(got, "raid", "md0"), "disks_up") == 1);
  CHECK(round::number(*find(got, "raid", "md0"), "disks_wanted") == 2);
  CHECK(round::number(*find(got, "raid", "md0"), "disks_failed") == 1);
  CHECK(find(got, "raid", "md1")->state == State::warning);
  CHECK(round::number(*find(got, "raid", "md1"), "recovering") == 1);
  CHECK(find(got, "raid", "md2")->state == State::ok);
  CHECK(find(got, "raid", "md3")->state == State::critical);
}

TEST_CASE(
    "a container of a firmware's metadata is judged by its arrays, and what has no counts by its members") {
  const auto got = parse(section("raid",
                                 "Personalities : [raid1] [raid0]\n"
                                 "md126 : active raid1 sda[1] sdb[0]\n"
                                 "      976759808 blocks super external:/md127/0 [2/2] [UU]\n"
                                 "md127 : inactive sdb[1](S) sda[0](S)\n"
                                 "      5288 blocks super external:imsm\n"
                                 "md125 : inactive sde[2](S) sdd[1](S) sdc[0](S)\n"
                                 "      97676 blocks super external:ddf\n"
                                 "md124 : inactive sdf[0](S)\n"
                                 "      5288 blocks super external:/md123/0\n"
                                 "md10 : active raid0 sdg1[0] sdh1[1]\n"
                                 "      314159265 blocks 64k chunks\n"
                                 "md11 : active (auto-read-only) linear sdi1[0] sdj1[1] sdk1[2]\n"
                                 "md12 : broken raid0 sdl1[0]\n"
                                 "unused devices: <none>\n"));
  CHECK(find(got, "raid", "md126")->state == State::ok);
  CHECK(find(got, "raid", "md127")->state == State::ok);
  CHECK(find(got, "raid", "md127")->summary == "container of 2 disks");
  CHECK(find(got, "raid", "md125")->state == State::ok);
  CHECK(find(got, "raid", "md124")->state == State::critical);
  CHECK(round::number(*find(got, "raid", "md10"), "disks_up") == 2);
  CHECK(round::number(*find(got, "raid", "md10"), "disks_wanted") == 2);
  CHECK(find(got, "raid", "md10")->state == State::ok);
  CHECK(find(got, "raid", "md11")->summary == "3 of 3 disks");
  CHECK(find(got, "raid", "md12")->state == State::critical);
}

TEST_CASE("a failed smartctl command does not hide the other findings of the disk") {
  const std::string passed = "SMART overall-health self-assessment test result: PASSED\n";
  const auto got = parse(section(
      "smart",
      "disk sda status 12\nSMART overall-health self-assessment test result: FAILED!\n"
      "disk sdb status 4\n" +
          passed + "disk sdc status 4\n" + "disk sdd status 68\n" + passed + "disk sde status 20\n" +
          "disk sdf status 4\nSMART overall-health self-assessment test result: UNKNOWN!\n"
          "disk sdg status 4\nSMART Health Status: FAILURE PREDICTION THRESHOLD EXCEEDED [asc=5d, ascq=10]\n"
          "disk sdh status 2\nDevice is in STANDBY mode, exit(2)\n"
          "disk sdi status 4\nSMART Health Status: OK\n"
          "disk sdj status 10\n"));
  CHECK(find(got, "smart", "sda")->state == State::critical);
  CHECK(find(got, "smart", "sdb")->state == State::ok);
  CHECK(find(got, "smart", "sdc")->state == State::unknown);
  CHECK(find(got, "smart", "sdd")->state == State::warning);
  CHECK(find(got, "smart", "sde")->state == State::critical);
  CHECK(find(got, "smart", "sdf")->state == State::unknown);
  CHECK(find(got, "smart", "sdg")->state == State::critical);
  CHECK(round::number(*find(got, "smart", "sdg"), "failing") == 1);
  CHECK(find(got, "smart", "sdh")->state == State::unknown);
  CHECK(find(got, "smart", "sdh")->summary == "the disk is in standby and was not woken");
  CHECK(find(got, "smart", "sdi")->state == State::ok);
  CHECK(find(got, "smart", "sdj")->state == State::unknown);
}

TEST_CASE("smartctl's exit status is a bit mask; the first two bits mean that nothing was measured") {
  const auto got =
      parse(section("smart",
                    "disk sda status 0\nDevice Model:     ST4000NM\nSerial Number:    Z1\n"
                    "disk sdb status 8\nSerial Number:    Z2\n"
                    "disk sdc status 64\ndisk sdd status 2\ndisk sde status 16\ndisk sdf status 300\n"));
  CHECK(find(got, "smart", "sda")->state == State::ok);
  CHECK(round::text(*find(got, "smart", "sda"), "model") == "ST4000NM");
  CHECK(round::text(*find(got, "smart", "sda"), "serial") == "Z1");
  CHECK(find(got, "smart", "sdb")->state == State::critical);
  CHECK(round::number(*find(got, "smart", "sdb"), "failing") == 1);
  CHECK(find(got, "smart", "sdc")->state == State::warning);
  CHECK(find(got, "smart", "sdd")->state == State::unknown);
  CHECK(find(got, "smart", "sde")->state == State::critical);
  CHECK(find(got, "smart", "sdf") == nullptr);
}

TEST_CASE("the limits of a sensor precede ours, and an unconnected sensor has no result") {
  const auto got = parse(section("sensor",
                                 "temp coretemp 99000 84000 98000 Package id 0\n"
                                 "temp acpitz 81000 - - temp1\n"
                                 "temp nct6775 0 80000 - temp9\n"
                                 "temp nct6775 - - - temp8\n"
                                 "temp nct6793 127000 0 - SYSTIN\n"
                                 "temp w83627 127500 80000 - temp3\n"
                                 "temp amdgpu 126000 - - edge\n"
                                 "fan nct6775 0 300 0 fan2\n"
                                 "fan nct6775 1200 300 0 fan1\n"
                                 "fan nct6775 900 - 1 fan3\n"));
  CHECK(find(got, "temperature", "coretemp/Package id 0")->state == State::critical);
  CHECK(round::number(*find(got, "temperature", "coretemp/Package id 0"), "crit_celsius") == 98);
  CHECK(find(got, "temperature", "acpitz/temp1")->state == State::warning);
  CHECK(find(got, "temperature", "nct6775/temp9") == nullptr);
  CHECK(find(got, "temperature", "nct6775/temp8") == nullptr);
  CHECK(find(got, "temperature", "nct6793/SYSTIN") == nullptr);
  CHECK(find(got, "temperature", "w83627/temp3") == nullptr);
  CHECK(find(got, "temperature", "amdgpu/edge")->state == State::critical);
  CHECK(find(got, "fan", "nct6775/fan2")->state == State::critical);
  CHECK(find(got, "fan", "nct6775/fan1")->state == State::ok);
  CHECK(find(got, "fan", "nct6775/fan3")->state == State::critical);
}

TEST_CASE(
    "two chips, supplies or modules of one name each keep their own result, and the round is read again") {
  const auto got =
      parse(section("sensor",
                    "temp nvme@nvme0 40850 81850 84850 Composite\n"
                    "temp nvme@nvme1 95850 81850 84850 Composite\n"
                    "temp drivetemp@sda 41000 - - temp1\n"
                    "temp coretemp@coretemp.0 50000 - 90000 Core 0\n"
                    "temp coretemp@coretemp.1 95000 - 90000 Core 0\n"
                    "fan nct6775@nct6775.656 1200 300 0 fan1\n"
                    "temp nct6775@nct6775.656 30000 - - fan1\n") +
            section("ipmi",
                    "Status           | 85h | ok  | 10.1 | Presence detected\n"
                    "Status           | 86h | ok  | 10.2 | Presence detected, Power Supply AC lost\n"
                    "PS Redundancy    | 77h | ok  |  7.1 | Presence detected\n") +
            section("edac", "mc0/dimm0 0 0 DIMMA\nmc0/dimm1 7 0 DIMMA\nmc1/dimm0 0 0 -"));
  CHECK(find(got, "temperature", "nvme/Composite") == nullptr);
  REQUIRE(find(got, "temperature", "nvme/Composite (nvme0)") != nullptr);
  CHECK(find(got, "temperature", "nvme/Composite (nvme0)")->state == State::ok);
  CHECK(find(got, "temperature", "nvme/Composite (nvme1)")->state == State::critical);
  CHECK(find(got, "temperature", "coretemp/Core 0 (coretemp.0)")->state == State::ok);
  CHECK(find(got, "temperature", "coretemp/Core 0 (coretemp.1)")->state == State::critical);
  // A unique name is kept, so that histories and incidents continue. A fan is not a temperature.
  CHECK(find(got, "temperature", "drivetemp/temp1") != nullptr);
  CHECK(find(got, "fan", "nct6775/fan1") != nullptr);
  CHECK(find(got, "temperature", "nct6775/fan1") != nullptr);
  CHECK(find(got, "power", "Status (85h)")->state == State::ok);
  CHECK(find(got, "power", "Status (86h)")->state == State::critical);
  CHECK(find(got, "power", "PS Redundancy") != nullptr);
  CHECK(round::number(*find(got, "kernel", "memory:DIMMA (mc0/dimm1)"), "errors") == 7);
  CHECK(round::text(*find(got, "kernel", "memory:DIMMA (mc0/dimm1)"), "slot") == "DIMMA (mc0/dimm1)");
  CHECK(round::number(*find(got, "kernel", "memory:DIMMA (mc0/dimm0)"), "errors") == 0);
  CHECK(find(got, "kernel", "memory:mc1/dimm0") != nullptr);
  round::Round round;
  round.installation = "here";
  round.results = got.results;
  round::follow(round, nullptr);
  CHECK(round.results.size() == got.results.size());
  CHECK(round::read(round::write(round), "again") == round);
}

TEST_CASE("a power supply keeps its number when the other bay becomes empty") {
  const auto got = parse(section("ipmi",
                                 "Status           | 85h | ok  | 10.1 | Presence detected\n"
                                 "Status           | 86h | ns  | 10.2 | No Reading\n"));
  CHECK(find(got, "power", "Status (85h)") != nullptr);
  CHECK(find(got, "power", "Status (86h)") == nullptr);
}

TEST_CASE("indistinguishable objects are numbered") {
  const auto got =
      parse(section("sensor",
                    "temp nvme 40000 - 80000 Composite\ntemp nvme 90000 - 80000 Composite\n"
                    "temp nvme 41000 - 80000 Composite") +
            section("interface",
                    "eth0 up rx_errors 1 tx_errors 0 rx_dropped 0 tx_dropped 0 carrier_changes 1\n"
                    "eth0 up rx_errors 2 tx_errors 0 rx_dropped 0 tx_dropped 0 carrier_changes 1"));
  CHECK(find(got, "temperature", "nvme/Composite")->state == State::ok);
  CHECK(find(got, "temperature", "nvme/Composite (2)")->state == State::critical);
  CHECK(find(got, "temperature", "nvme/Composite (3)")->state == State::ok);
  CHECK(round::number(*find(got, "interface", "eth0 (2)"), "rx_errors") == 2);
}

TEST_CASE("each kernel error is a result, and no error is a result, too") {
  const auto got = parse(section("kernel", "oom 2 mysqld\nio 0\nfilesystem 1\nmemory 0\nhung 0"));
  CHECK(find(got, "kernel", "oom")->state == State::warning);
  CHECK(round::text(*find(got, "kernel", "oom"), "process") == "mysqld");
  CHECK(round::text(*find(parse(section("kernel", "oom 1 Web Content")), "kernel", "oom"), "process") ==
        "Web Content");
  CHECK(find(got, "kernel", "filesystem")->state == State::critical);
  CHECK(find(got, "kernel", "io") == nullptr);
  CHECK(find(got, "kernel") == nullptr);
  CHECK(find(parse(section("kernel", "oom 0 \nio 0\nfilesystem 0\nmemory 0\nhung 0")), "kernel")->state ==
        State::ok);
  CHECK(find(parse(section("kernel", "", 77)), "kernel")->reason == Reason::needs_root);
  CHECK(find(parse(section("kernel", "nothing of ours")), "kernel")->reason == Reason::bad_output);
}

TEST_CASE("a missing object has no result, but a missing section has one") {
  const auto got = parse(section("raid", "", 127) + section("smart", "", 77));
  CHECK(find(got, "raid") == nullptr);
  CHECK(find(got, "smart")->reason == Reason::needs_root);
  CHECK(find(got, "sensor")->reason == Reason::lost);
}

TEST_CASE("the clock error is what the duration of the query cannot explain") {
  const round::Heard heard{at(1'000'000), at(1'000'004)};
  CHECK(round::number(*find(parse(section("clock", "epoch 1000002"), heard), "clock"), "offset_s") == 0);
  const auto late = parse(section("clock", "epoch 999000\nntp no"), heard);
  CHECK(round::number(*find(late, "clock"), "offset_s") == 1'000);
  CHECK(find(late, "clock")->summary == "clock is 1000 s slow, not synchronized");
  CHECK(round::number(*find(late, "clock"), "synchronized") == 0);
  CHECK(find(late, "clock")->state == State::critical);
  CHECK(round::number(*find(parse(section("clock", "epoch 1000064"), heard), "clock"), "offset_s") == 60);
  CHECK_FALSE(round::number(*find(parse(section("clock", "epoch 1000064")), "clock"), "offset_s"));
  CHECK(find(parse(section("clock", "epoch 1000003\nntp no"), heard), "clock")->state == State::warning);
  CHECK(find(parse(section("clock", "epoch yesterday"), heard), "clock")->reason == Reason::bad_output);
}

TEST_CASE("an installed kernel that is not running requires a reboot, except in a container") {
  const auto kernels = [](const std::string& running, const std::string& installed) {
    return round::number(*find(parse(section("reboot", "no\nrunning " + running + installed)), "reboot"),
                         "kernel_outdated");
  };
  CHECK(kernels("6.1.0-9-amd64", "\ninstalled 6.1.0-10-amd64\ninstalled 6.1.0-9-amd64") == 1);
  CHECK(kernels("6.1.0-10-amd64", "\ninstalled 6.1.0-10-amd64\ninstalled 6.1.0-9-amd64") == 0);
  CHECK(kernels("6.8.0-1-host", "\ninstalled 6.1.0-10-amd64") == 0);
  CHECK(kernels("6.8.0", "") == 0);
}

TEST_CASE("tables of the kernel, processes, accounts") {
  const auto got =
      parse(section("handles", "1434\t0\t2466160") + section("conntrack", "262000 262144") +
            section("process", "total 213 zombies 60 blocked 1") + section("account", "root\ntoor\x1b[31m"));
  CHECK(round::number(*find(got, "handles"), "used_percent") == 0);
  CHECK(round::number(*find(got, "conntrack"), "used_percent") == 99);
  CHECK(round::number(*find(got, "process"), "zombies") == 60);
  bool seen = false;
  for (const round::Result& result : got.results)
    if (result.check == "account") {
      seen = true;
      CHECK(result.state == State::critical);
      CHECK(result.object.find('\x1b') == std::string::npos);
    }
  CHECK(seen);
  CHECK(find(parse(section("account", "root")), "account")->state == State::ok);
}

TEST_CASE("interface errors are counted since an earlier round") {
  const auto round_of = [](const std::string& counters) {
    round::Round round;
    round.results =
        parse(section("interface", "eth0 up " + counters + " rx_dropped 0 tx_dropped 0 carrier_changes 1"))
            .results;
    return round;
  };
  round::Round first = round_of("rx_errors 100 tx_errors 5");
  round::judge_trends(first, nullptr, {});
  round::follow(first, nullptr);
  CHECK_FALSE(round::number(*round::find(first, "web01", "interface", "eth0"), "new_errors"));
  round::Round second = round_of("rx_errors 400 tx_errors 6");
  round::judge_trends(second, &first, {});
  round::follow(second, &first);
  CHECK(round::number(*round::find(second, "web01", "interface", "eth0"), "new_errors") == 301);
  round::Round third = round_of("rx_errors 3 tx_errors 0");  // the host was started again
  round::judge_trends(third, &second, {});
  round::follow(third, &second);
  CHECK_FALSE(round::number(*round::find(third, "web01", "interface", "eth0"), "new_errors"));
}
