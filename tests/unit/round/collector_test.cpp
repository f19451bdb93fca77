#include "round/collector.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace jaga;
using round::Reason;
using round::State;

inventory::Host host() {
  inventory::Host host{};
  host.name = "web01";
  host.change_thresholds().disk_used = {80, 90};
  host.change_thresholds().inode_used = {80, 90};
  host.change_thresholds().memory_available = {10, 5};
  host.change_thresholds().failed_units = {1, 10};
  host.change_thresholds().load = {200, 400};
  host.change_thresholds().reboot_required = {1, std::nullopt};
  host.change_thresholds().security_updates = {1, std::nullopt};
  return host;
}

std::string section(const std::string& name, const std::string& body, int status = 0) {
  return "nnnn begin " + name + "\n" + body + "\nnnnn status " + std::to_string(status) + "\nnnnn end " +
         name + "\n";
}

const round::Result* find(const round::Collected& collected, const std::string& check,
                          const std::string& object = {}) {
  for (const round::Result& result : collected.results)
    if (result.check == check && result.object == object) return &result;
  return nullptr;
}

}  // namespace

TEST_CASE("a full disk, a tmpfs with data; pseudo file systems are ignored") {
  const auto got =
      round::parse_collector(section("disk",
                                     "Filesystem 1024-blocks Used Available Capacity Mounted on\n"
                                     "/dev/vda1 1000 500 500 50% /\n"
                                     "tmpfs 1000 950 50 95% /srv/data\n"
                                     "tmpfs 1000 999 1 99% /run/user/0\n"
                                     "tmpfs 1000 1000 0 100% /run\n"
                                     "tmpfs 1000 10 990 1% /dev/shm\n"
                                     "udev 1000 1000 0 100% /dev\n"
                                     "/dev/vdb 1000 100 900 10% /mnt/a b\n"),
                             "nnnn", host());
  REQUIRE(find(got, "disk", "/srv/data") != nullptr);
  CHECK(find(got, "disk", "/srv/data")->state == State::critical);
  CHECK(find(got, "disk", "/srv/data")->reason == Reason::limit_reached);
  CHECK(round::number(*find(got, "disk", "/srv/data"), "available_kib") == 50);
  CHECK(find(got, "disk", "/")->state == State::ok);
  CHECK(find(got, "disk", "/mnt/a b") != nullptr);
  CHECK(find(got, "disk", "/run/user/0") == nullptr);
  CHECK(find(got, "disk", "/run")->state == State::critical);
  CHECK(find(got, "disk", "/dev/shm")->state == State::ok);
  CHECK(find(got, "disk", "/dev") == nullptr);
}

TEST_CASE("file systems without an inode limit are ok, and malformed output is unknown") {
  const std::string head = "Filesystem Inodes IUsed IFree IUse% Mounted on\n";
  const auto tell = [&](const std::string& lines) {
    return round::parse_collector(section("inode", lines), "nnnn", host());
  };
  CHECK(find(tell(head + "/dev/vda2 0 0 0 - /\n/dev/vda2 - - - - /home\n"), "inode")->state == State::ok);
  CHECK(find(tell(head + "/dev/vda2 0 0 0 - /\n/dev/vdb 100 95 5 95% /srv\n"), "inode", "/srv")->state ==
        State::critical);
  CHECK(find(tell(head), "inode")->reason == Reason::bad_output);
  CHECK(find(tell("what is this\n"), "inode")->reason == Reason::bad_output);
}

TEST_CASE("a mount that does not answer is reported and does not hide the others") {
  const auto got = round::parse_collector(
      section("disk",
              "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda1 1000 990 10 99% /\n") +
          section("inode", "Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/vda1 1000 10 990 1% /\n") +
          section("remote",
                  "hangs nas:/ex\\040port /mnt/n a\nfails s3fs /mnt/s3: Transport endpoint is not connected\n"
                  "blocks nas2:/x 1000 960 40 96% /mnt/well\ninodes nas2:/x 1000 10 990 1% /mnt/well\n"
                  "inodes \n") +
          section("mount", "source mountinfo\n"),
      "nnnn", host());
  REQUIRE(find(got, "mount", "/mnt/n a") != nullptr);
  CHECK(find(got, "mount", "/mnt/n a")->state == State::critical);
  CHECK(find(got, "mount", "/mnt/n a")->reason == Reason::timed_out);
  CHECK(round::text(*find(got, "mount", "/mnt/n a"), "source") == "nas:/ex port");
  CHECK(find(got, "mount", "/mnt/s3")->summary == "does not answer: Transport endpoint is not connected");
  CHECK(find(got, "mount")->state == State::ok);
  CHECK(find(got, "disk", "/")->state == State::critical);
  CHECK(find(got, "disk", "/mnt/well")->state == State::critical);
  CHECK(find(got, "inode", "/mnt/well")->state == State::ok);
  CHECK(find(got, "disk", "/mnt/n a") == nullptr);
}

TEST_CASE("only mounts that are read-only against fstab are reported") {
  const auto got =
      round::parse_collector(section("mount",
                                     "fstab /srv/fixed\nfstab /mnt/a\\040b\nsource mountinfo\n"
                                     "ro /srv/fixed ext4 /dev/vdb\nro /mnt/a\\040b ext4 /dev/vdc\n"
                                     "ro /srv/data ext4 /dev/vdd\nro /snap/x squashfs /dev/loop1\n"
                                     "ro /x tmpfs none\nro /run/y ext4 /dev/vde\n"),
                             "nnnn", host());
  CHECK(find(got, "mount", "/srv/data")->state == State::warning);
  std::size_t count = 0;
  for (const auto& result : got.results) count += result.check == "mount" ? 1 : 0;
  CHECK(count == 1);
}

TEST_CASE("devices and mount points may contain spaces") {
  const auto got =
      round::parse_collector(section("disk",
                                     "Filesystem 1024-blocks Used Available Capacity Mounted on\n"
                                     "//nas/my share 1024 1024 0 100% /srv/docs\n"
                                     "//nas/disk 2 1000 950 50 95% /srv/two\n"
                                     "user @ host:/a 1000 100 900 10% /mnt/a 5 6 7 8% /b\n"
                                     "/dev/vdb 1000 999 -10 101% /srv/over\n"
                                     "none 0 0 0 - /sys/fs/x\n"
                                     "/dev/vdc 1000 10% /srv/torn\n"),
                             "nnnn", host());
  REQUIRE(find(got, "disk", "/srv/docs") != nullptr);
  CHECK(find(got, "disk", "/srv/docs")->state == State::critical);
  CHECK(round::number(*find(got, "disk", "/srv/docs"), "total_kib") == 1024);
  CHECK(round::number(*find(got, "disk", "/srv/two"), "total_kib") == 1000);
  CHECK(find(got, "disk", "/mnt/a 5 6 7 8% /b")->state == State::ok);
  CHECK(round::number(*find(got, "disk", "/srv/over"), "used_percent") == 100);
  CHECK(find(got, "disk", "/srv/torn") == nullptr);
}

TEST_CASE("a name keeps its backslash, and is cut between characters") {
  const std::string unit = "systemd-fsck@dev-disk-by\\x2duuid-1.service";
  std::string folder = "/srv/" + std::string(194, 'a');
  const auto got =
      round::parse_collector(section("unit", unit + " loaded failed failed A disk\n") +
                                 section("disk",
                                         "Filesystem 1024-blocks Used Available Capacity Mounted on\n"
                                         "/dev/vda1 1000 500 500 50% " +
                                             folder + "\u00e9\u00e9\n"),
                             "nnnn", host());
  CHECK(find(got, "unit", unit) != nullptr);
  CHECK(find(got, "disk", folder) != nullptr);
}

TEST_CASE("the archive, not the package name, makes an update a security update") {
  const auto security = [](const std::string& lines) {
    const auto got =
        round::parse_collector(section("updates", "lists 1000 now 2000\n" + lines), "nnnn", host());
    return round::number(*find(got, "updates"), "security");
  };
  CHECK(security("Inst libapache2-mod-security2 [2.9.3-3] (2.9.3-4 Debian:11.3/stable [amd64])\n"
                 "Inst debian-security-support [1:11] (1:11+deb11u1 Debian:11.3/stable [all])") == 0);
  CHECK(security("Inst x [1] (1-security Debian:12.4/stable [amd64])\nInst y-security") == 0);
  CHECK(security("Inst libc6 [1] (2 Debian:12.4/stable, Debian-Security:12/stable-security [amd64]) []") ==
        1);
  CHECK(security("Inst a (2 Debian-Security:10/oldstable [amd64])\nInst b [1] (2 Ubuntu:22.04/jammy-security "
                 "[amd64])\n"
                 "Inst c [1] (2 UbuntuESMApps:22.04/jammy-apps-security [all])") == 3);
}

TEST_CASE(
    "who judges no failed units is not told that there is no systemd, but all else that keeps them unknown") {
  inventory::Host off = host();
  off.change_thresholds().failed_units = {};
  const auto tell = [&](int status, const std::string& body = {}) {
    return round::parse_collector(section("unit", body, status), "nnnn", off);
  };
  CHECK(find(tell(127), "unit") == nullptr);
  CHECK(find(tell(124), "unit")->reason == Reason::timed_out);
  CHECK(find(tell(0, "web.service loaded failed failed Web"), "unit", "web.service")->state == State::ok);
  off.change_thresholds().failed_units = {.warn = 1, .crit = {}};
  CHECK(find(tell(127), "unit")->reason == Reason::absent);
}

TEST_CASE("what a section could not measure is unknown, never ok") {
  const auto got = round::parse_collector(section("unit", "", 127) + section("load", "", 124) +
                                              section("memory", "nonsense") + "nnnn begin uptime\n5.0 1.0\n" +
                                              section("updates", "lists 0 now 100"),
                                          "nnnn", host());
  CHECK(find(got, "unit")->reason == Reason::absent);
  CHECK(find(got, "load")->reason == Reason::timed_out);
  CHECK(find(got, "memory")->reason == Reason::bad_output);
  CHECK(find(got, "uptime")->reason == Reason::lost);
  CHECK(find(got, "updates")->reason == Reason::stale);
  CHECK(find(got, "disk")->reason == Reason::lost);
  for (const round::Result& result : got.results) CHECK(result.state == State::unknown);
  for (const char* check :
       {"load", "memory", "disk", "inode", "mount", "unit", "uptime", "reboot", "updates"})
    CHECK(find(got, check) != nullptr);
}

TEST_CASE("each failed unit has a result; a foreign nonce does not end a section") {
  const auto got = round::parse_collector(
      section("unit", "nginx.service loaded failed failed A web server\nxxxx end unit\n") +
          section("identity", "machine-id 0123456789abcdef0123456789abcdef\nhostname \x1b[31mweb\n"),
      "nnnn", host());
  CHECK(find(got, "unit", "nginx.service")->state == State::warning);
  CHECK(round::number(*find(got, "unit"), "failed") == 1);
  CHECK(got.machine_id == "0123456789abcdef0123456789abcdef");
  CHECK(got.hostname.find('\x1b') == std::string::npos);
}

TEST_CASE("load per processor, available memory, security updates") {
  const auto got = round::parse_collector(
      section("load", "loadavg 1.00 9.50 1.00 1/2 3\ncpus 2\n") +
          section("memory", "MemTotal: 1000 kB\nMemAvailable: 40 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n") +
          section(
              "updates",
              "lists 1000 now 2000\nInst a [1] (2 Debian-Security:12/stable)\nInst b [1] (2 Debian:12)\n") +
          section("reboot", "required"),
      "nnnn", host());
  CHECK(find(got, "load")->state == State::critical);
  CHECK(round::number(*find(got, "load"), "load_percent") == 475);
  CHECK(find(got, "memory")->state == State::critical);
  CHECK(find(got, "updates")->state == State::warning);
  CHECK(round::number(*find(got, "updates"), "pending") == 2);
  CHECK(find(got, "reboot")->state == State::warning);
}

TEST_CASE("what only root may read is unknown, with that reason") {
  const auto got =
      round::parse_collector(section("unit", "", 77) + section("inode", "", 77) +
                                 section("disk",
                                         "Filesystem 1024-blocks Used Available Capacity Mounted on\n"
                                         "/dev/vda1 1000 500 500 50% /\n",
                                         77),
                             "nnnn", host());
  CHECK(find(got, "unit")->reason == Reason::needs_root);
  CHECK(find(got, "unit")->state == State::unknown);
  CHECK(find(got, "inode")->reason == Reason::needs_root);
  // One mount that it may not enter does not hide the others.
  CHECK(find(got, "disk", "/")->state == State::ok);
}

TEST_CASE("images and container overlays are ignored, and a read-only mount has the name that df prints") {
  const auto got = round::parse_collector(
      section(
          "mount",
          "/dev/vda1 / ext4 rw 0 0\n/dev/loop0 /snap/core squashfs ro 0 0\n/dev/sr0 /media/cd iso9660 ro 0 "
          "0\n"
          "overlay /var/lib/docker/x/merged overlay rw 0 0\n/dev/vdb /mnt/a\\040b ext4 ro,relatime 0 0\n") +
          section("disk",
                  "Filesystem 1024-blocks Used Available Capacity Mounted on\n"
                  "/dev/vda1 1000 990 10 99% /\n"
                  "/dev/loop0 100 100 0 100% /snap/core\n"
                  "/dev/sr0 100 100 0 100% /media/cd\n"
                  "overlay 1000 990 10 99% /var/lib/docker/x/merged\n"
                  "/dev/vdb 1000 960 40 96% /mnt/a b\n"),
      "nnnn", host());
  CHECK(find(got, "disk", "/")->state == State::critical);
  CHECK(find(got, "disk", "/snap/core") == nullptr);
  CHECK(find(got, "disk", "/media/cd") == nullptr);
  CHECK(find(got, "disk", "/var/lib/docker/x/merged") == nullptr);
  CHECK(find(got, "disk", "/mnt/a b") != nullptr);
  CHECK(find(got, "mount", "/mnt/a b")->state == State::warning);
  CHECK(round::number(*find(got, "mount", "/mnt/a b"), "read_only") == 1);
}

TEST_CASE("pressure is a fact of load and memory if the kernel reports it") {
  const std::string load = "loadavg 1.00 1.00 1.00 1/2 3\ncpus 2\n";
  const std::string memory = "MemTotal: 1000 kB\nMemAvailable: 400 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n";
  const auto got = round::parse_collector(
      section("load", load + "pressure-cpu some avg10=1.00 avg60=7.50 avg300=1.00 total=1\n"
                             "pressure-memory full avg10=9.00 avg60=9.00 avg300=9.00 total=1\n"
                             "pressure-memory some avg10=1.00 avg60=12.99 avg300=1.00 total=1\n"
                             "pressure-io some avg10=1.00 avg60=3.00 avg300=1.00 total=1\n") +
          section("memory", memory),
      "nnnn", host());
  CHECK(round::number(*find(got, "load"), "pressure_percent") == 7);
  CHECK(round::number(*find(got, "load"), "io_pressure_percent") == 3);
  CHECK(round::number(*find(got, "memory"), "pressure_percent") == 12);
  const auto none = round::parse_collector(section("load", load) + section("memory", memory), "nnnn", host());
  CHECK_FALSE(round::number(*find(none, "load"), "pressure_percent"));
  CHECK_FALSE(round::number(*find(none, "memory"), "pressure_percent"));
}

TEST_CASE("impossible numbers do not overflow") {
  const auto got = round::parse_collector(
      section("memory",
              "MemTotal: 1 kB\nMemAvailable: 9000000000000000000 kB\nSwapTotal: 9000000000000000000 "
              "kB\nSwapFree: 0 kB\n"),
      "nnnn", host());
  CHECK(round::number(*find(got, "memory"), "available_percent") == 1'000'000'000'000'000);
}

TEST_CASE("a section that was not asked for has no result, whatever the host prints") {
  const std::string output = section("load", "loadavg 0.1 0.2 0.3\ncpus 4\n") +
                             section("uptime", "86400.00 100.00\n") + section("account", "root\ntoor\n");
  const std::vector<std::string> asked = {"load", "memory"};
  const auto got = round::parse_collector(output, "nnnn", host(), {}, asked);
  REQUIRE(got.results.size() == 2);
  CHECK(find(got, "load")->state == State::ok);
  CHECK(find(got, "memory")->reason == Reason::lost);
}

TEST_CASE("what is found in a section is known to be of that section") {
  for (const auto& name : round::collector_sections()) {
    const std::vector<std::string> asked = {std::string(name)};
    CAPTURE(asked.front());
    // None of them is of another section.
    for (const int status : {0, 1, 77, 124})
      for (const round::Result& result :
           round::parse_collector(section(asked.front(), "x 1 2 3\n", status), "nnnn", host(), {}, asked)
               .results)
        CHECK(round::section_of(result) == name);
  }
  const std::vector<std::string> all = {"disk", "inode", "mount", "remote", "uptime"};
  CHECK(round::with_companions({"uptime", "inode"}) == all);
  CHECK(round::with_companions({"uptime", "load"}) == std::vector<std::string>{"load", "uptime"});
}

TEST_CASE("a second look replaces what it was asked for, and leaves the rest") {
  const auto result = [](const char* check, const char* object, State state) {
    round::Result one;
    one.check = check;
    one.object = object;
    one.state = state;
    return one;
  };
  std::vector<round::Result> known = {result("memory", "", State::critical),
                                      result("timer", "a.timer", State::warning),
                                      result("load", "", State::ok), result("ssh", "", State::ok)};
  known[0].facts = {{"available_percent", std::int64_t{1}}};
  known[3].facts = {{"hostname", std::string("web01")}};
  known[3].machine_id = std::string(32, 'a');
  std::vector<round::Result> again = {result("memory", "", State::critical), result("timer", "", State::ok),
                                      result("ssh", "", State::ok)};
  again[0].facts = {{"available_percent", std::int64_t{2}}};
  const std::vector<std::string> asked = {"memory", "timer"};
  round::look_again(known, asked, again);
  const round::Collected got{known, {}, {}, {}};
  REQUIRE(known.size() == 4);
  CHECK(find(got, "timer", "a.timer") == nullptr);
  CHECK(find(got, "timer")->state == State::ok);
  CHECK(round::number(*find(got, "memory"), "available_percent") == 2);
  CHECK(find(got, "load") != nullptr);
  CHECK(find(got, "ssh")->machine_id == std::string(32, 'a'));
  CHECK(round::text(*find(got, "ssh"), "hostname") == "web01");
  // A login that failed says nothing about the sections, and is what a caller looks at first.
  round::look_again(known, {}, {result("ssh", "", State::critical)});
  CHECK(known.size() == 4);
  CHECK(known.front().check == "ssh");
  CHECK(known.front().state == State::critical);
}

TEST_CASE("pressure of memory is in the section of memory, too") {
  const auto got = round::parse_collector(
      section("memory",
              "MemTotal: 1000 kB\nMemAvailable: 400 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n"
              "pressure-memory some avg10=1.00 avg60=12.99 avg300=1.00 total=1\n"),
      "nnnn", host());
  CHECK(round::number(*find(got, "memory"), "pressure_percent") == 12);
}

TEST_CASE("what an earlier look still asks is unknown, and that is said") {
  const auto got = round::parse_collector(
      section("unit", "", 75) + section("smart", "disk sda hangs\ndisk sdb status 0\nDevice Model: X\n"),
      "nnnn", host());
  CHECK(find(got, "unit")->state == State::unknown);
  CHECK(find(got, "unit")->reason == Reason::timed_out);
  CHECK(find(got, "unit")->summary == "an earlier query has not returned yet");
  CHECK(find(got, "smart", "sda")->state == State::unknown);
  CHECK(find(got, "smart", "sda")->reason == Reason::timed_out);
  CHECK(find(got, "smart", "sdb")->state == State::ok);
}

TEST_CASE("what a failed program says distinguishes a missing permission from other failures") {
  const auto reason = [](const std::string& said) {
    return find(round::parse_collector(section("unit", said, 1), "nnnn", host()), "unit")->reason;
  };
  CHECK(reason("Failed to list units: Access denied\n") == Reason::needs_root);
  CHECK(reason("System has not been booted with systemd as init system (PID 1). Can't operate.\n") ==
        Reason::absent);
  CHECK(reason("Failed to connect to bus: Connection refused\n") == Reason::bad_output);
}

TEST_CASE("updates that were counted on the host, with and without those for security") {
  const auto tell = [](const std::string& lines) {
    return round::parse_collector(section("updates", "lists 1000 now 2000\n" + lines), "nnnn", host());
  };
  const auto both = tell("pending 12\nsecurity 3\n");
  CHECK(find(both, "updates")->state == State::warning);
  CHECK(find(both, "updates")->summary == "12 pending updates, 3 of them for security");
  CHECK(round::number(*find(both, "updates"), "pending") == 12);
  CHECK(round::number(*find(both, "updates"), "security") == 3);
  const auto unknown = tell("pending 1\nsecurity -\n");
  CHECK(find(unknown, "updates")->state == State::ok);
  CHECK(find(unknown, "updates")->summary == "1 pending update");
  CHECK_FALSE(round::number(*find(unknown, "updates"), "security"));
}

TEST_CASE("whether the clock is synchronized, as timedatectl says it") {
  const auto tell = [](const std::string& line) {
    const auto got =
        round::parse_collector(section("clock", "started 1000\nepoch 1000\n" + line), "nnnn", host());
    return round::number(*find(got, "clock"), "synchronized");
  };
  CHECK(tell("NTPSynchronized=yes\n") == 1);
  CHECK(tell("NTPSynchronized=no\n") == 0);
  CHECK(tell("ntp yes\n") == 1);
  CHECK_FALSE(tell("Failed to query server: Connection timed out\n"));
}
