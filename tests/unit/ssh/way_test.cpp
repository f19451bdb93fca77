// Ways to a host that are not straight: through jump hosts, and by ssh(1).
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "process/run.hpp"
#include "server.hpp"
#include "ssh/ssh.hpp"

namespace ssh = jaga::ssh;
using namespace jaga::test;
using namespace std::chrono_literals;
using ssh::Failure;
using ssh::Phase;

namespace {

ssh::Request request(const ssh::Target& target, std::string text, int number = 0) {
  ssh::Request out{.target = target, .script = {.text = std::move(text)}};
  out.nonce = "nonce0123456789abcdef" + std::to_string(number);
  out.deadlines.connect = 30s;  // a program starts slowly on a busy machine
  out.deadlines.handshake = 60s;
  out.deadlines.authenticate = 60s;
  return out;
}

std::string detail(const ssh::Result& result) {
  return result.detail.render(jaga::Language::english);
}

std::size_t entries(const std::string& path) {
  const std::filesystem::directory_iterator all(path);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// One key that logs in everywhere.
struct Office {
  Folder folder;
  Folder scratch;
  std::string key = make_key(folder, "key", {"ed25519"});
  ssh::Options options;

  Office() {
    options.identities.key_files = {key};
    options.connects_per_second = 0;
    options.program = ssh::Program{{"PATH=/usr/bin:/bin", "HOME=/nonexistent"}, scratch / ""};
  }
  ssh::Result run(const ssh::Request& asked) const { return ssh::run_all({asked}, options).front(); }
};

// Between two ports, and counting.
// `most`: bytes that it takes at once.
Peer relay_to(std::uint16_t port, std::size_t most = 16384) {
  return Peer([port, most](int fd) {
    const int at_once = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(other, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      pollfd both[] = {{fd, POLLIN, 0}, {other, POLLIN, 0}};
      for (bool open = true; open && ::poll(both, 2, -1) > 0;) {
        for (int i = 0; i < 2 && open; ++i) {
          if (both[i].revents == 0) continue;
          char bytes[16384];
          const ssize_t got = ::read(both[i].fd, bytes, std::min(most, sizeof bytes));
          open = got > 0 && ::send(both[1 - i].fd, bytes, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
        }
      }
    }
    ::close(other);
  });
}

}  // namespace

TEST_CASE("many hosts are reached through one connection to a jump host") {
  if (!have_sshd()) return;
  const Office office;
  const Sshd gate({"ed25519"}, {public_key(office.key)});
  const Sshd inside({"ed25519"}, {public_key(office.key)});
  const Peer counted = relay_to(gate.target().port);
  const Peer silent([](int fd) {
    char c;
    while (::read(fd, &c, 1) > 0) {
    }
  });
  ssh::Target jump = gate.target();
  jump.name = "gate";
  jump.port = counted.target().port;
  ssh::Target through = inside.target();
  through.jump = std::make_shared<ssh::Target>(jump);

  std::vector<ssh::Request> asked;
  for (int i = 0; i < 40; ++i)
    asked.push_back(request(through, "cat; echo " + std::to_string(i) + " >&2; exit 3", i));
  for (ssh::Request& each : asked) each.script.input = std::string(20'000, 'x');
  asked.push_back(request(through, "head -c 3000000 /dev/zero | tr '\\0' y"));
  asked.back().most_output = 4'000'000;
  ssh::Target closed = through;
  {
    const Peer gone([](int) {});
    closed.port = gone.target().port;
  }
  asked.push_back(request(closed, "true"));
  ssh::Target dead = through;
  dead.port = silent.target().port;
  asked.push_back(request(dead, "true"));
  asked.back().deadlines.handshake = 1s;
  ssh::Target other = through;
  other.known = {public_key(make_key(office.folder, "other", {"ed25519"}))};
  asked.push_back(request(other, "true"));

  const auto results = ssh::run_all(asked, office.options);
  for (std::size_t i = 0; i < 40; ++i) {
    CAPTURE(i);
    CHECK(detail(results[i]) == "");
    CHECK(results[i].exit_code == 3);
    CHECK(results[i].out == std::string(20'000, 'x'));
    CHECK(results[i].err == std::to_string(i) + "\n");
    CHECK(results[i].seen == inside.host_keys()[0]);
  }
  CHECK(detail(results[40]) == "");
  CHECK(results[40].out.size() == 3'000'000);
  CHECK(results[40].out.find_first_not_of('y') == std::string::npos);
  CHECK(results[41].failure == Failure::unreachable);
  CHECK(results[41].phase == Phase::connect);
  CHECK(detail(results[41]).find("'gate'") != std::string::npos);
  CHECK(results[42].failure == Failure::timed_out);
  CHECK(results[42].phase == Phase::handshake);
  CHECK(results[43].failure == Failure::host_key_changed);
  CHECK(results[43].tried.empty());
  CHECK(counted.connections() == 1);
}

TEST_CASE("what comes through a jump host in crumbs arrives whole") {
  if (!have_sshd()) return;
  const Office office;
  const Sshd gate({"ed25519"}, {public_key(office.key)});
  const Sshd inside({"ed25519"}, {public_key(office.key)});
  for (const std::size_t crumb : {1U, 7U, 33U}) {
    CAPTURE(crumb);
    const Peer crumbling = relay_to(gate.target().port, crumb);
    ssh::Target jump = gate.target();
    jump.port = crumbling.target().port;
    ssh::Target through = inside.target();
    through.jump = std::make_shared<ssh::Target>(jump);
    const auto results = ssh::run_all(
        {request(through, "head -c 40000 /dev/zero | tr '\\0' y"), request(through, "printf 'no more'", 1)},
        office.options);
    CHECK(detail(results[0]) == "");
    CHECK(results[0].out.size() == 40'000);
    CHECK(results[0].out.find_first_not_of('y') == std::string::npos);
    CHECK(detail(results[1]) == "");
    CHECK(results[1].out == "no more");
  }
}

TEST_CASE("an unusable jump host is not a result of the hosts behind it") {
  if (!have_sshd()) return;
  const Office office;
  const Sshd gate({"ed25519"}, {public_key(office.key)});
  const Sshd inside({"ed25519"}, {public_key(office.key)});
  ssh::Target through = inside.target();
  const auto result_of = [&](const ssh::Target& jump) {
    through.jump = std::make_shared<ssh::Target>(jump);
    const auto results =
        ssh::run_all({request(through, "true"), request(through, "true", 1)}, office.options);
    CHECK(detail(results[0]) == detail(results[1]));
    CHECK(results[0].failure == Failure::no_route);
    CHECK(results[0].tried.empty());
    return detail(results[0]);
  };
  ssh::Target jump = gate.target();
  jump.known = {inside.host_keys()};
  CHECK(result_of(jump).find("but the pinned key is") != std::string::npos);
  jump.known = {};
  CHECK(result_of(jump).find("no host key is pinned") != std::string::npos);
  jump = gate.target();
  jump.user = "nobody-of-this-name";
  CHECK(result_of(jump).find("does not accept the only key") != std::string::npos);
  {
    const Peer gone([](int) {});
    jump.port = gone.target().port;
  }
  CHECK(result_of(jump).find("refused") != std::string::npos);
}

TEST_CASE("a jump host behind a jump host, and one that forbids it") {
  if (!have_sshd()) return;
  const Office office;
  const Sshd first({"ed25519"}, {public_key(office.key)});
  const Sshd second({"ed25519"}, {public_key(office.key)});
  const Sshd inside({"ed25519"}, {public_key(office.key)});
  ssh::Target middle = second.target();
  middle.jump = std::make_shared<ssh::Target>(first.target());
  ssh::Target through = inside.target();
  through.jump = std::make_shared<ssh::Target>(middle);
  const std::size_t descriptors = entries("/proc/self/fd");
  const auto results =
      ssh::run_all({request(through, "echo a"), request(through, "echo b", 1)}, office.options);
  CHECK(entries("/proc/self/fd") == descriptors);
  CHECK(detail(results[0]) == "");
  CHECK(results[0].out == "a\n");
  CHECK(results[1].out == "b\n");
  const auto scans = ssh::scan_host_keys({through}, {}, office.options);
  CHECK(scans[0].keys == inside.host_keys());

  const Sshd strict({"ed25519"}, {public_key(office.key)}, "AllowTcpForwarding no");
  through.jump = std::make_shared<ssh::Target>(strict.target());
  const ssh::Result refused = office.run(request(through, "true"));
  CHECK(refused.failure == Failure::unreachable);
  CHECK(detail(refused).find("prohibited") != std::string::npos);
}

// The connection to the second jump host is itself one that takes 64 KiB at a time, so that packets are half
// sent again and again.
TEST_CASE("those who leave in the middle of a packet hold up nobody behind the jump hosts") {
  if (!have_sshd()) return;
  const Office office;
  const Sshd first({"ed25519"}, {public_key(office.key)});
  const Sshd second({"ed25519"}, {public_key(office.key)});
  const Sshd inside({"ed25519"}, {public_key(office.key)});
  ssh::Target middle = second.target();
  middle.jump = std::make_shared<ssh::Target>(first.target());
  ssh::Target through = inside.target();
  through.jump = std::make_shared<ssh::Target>(middle);
  std::vector<ssh::Request> asked;
  // Half of them end without having read what they were sent, so that some of it is left when they go.
  for (int i = 0; i < 60; ++i) {
    asked.push_back(request(through, i % 2 == 0 ? "head -c 100000 /dev/zero" : "wc -c", i));
    asked.back().script.input = std::string(400'000, 'x');
  }
  const auto results = ssh::run_all(asked, office.options);
  for (std::size_t i = 0; i < results.size(); ++i) {
    CAPTURE(i);
    CHECK(detail(results[i]) == "");
    CHECK(results[i].out == (i % 2 == 0 ? std::string(100'000, '\0') : "400000\n"));
  }
}

TEST_CASE("a stop ends those behind a jump host at once") {
  if (!have_sshd()) return;
  const Office office;
  const Sshd gate({"ed25519"}, {public_key(office.key)});
  const Sshd inside({"ed25519"}, {public_key(office.key)});
  ssh::Target through = inside.target();
  through.jump = std::make_shared<ssh::Target>(gate.target());
  std::vector<ssh::Request> asked{request(through, "echo first")};
  for (int i = 1; i < 6; ++i)
    asked.push_back(request(through, "while [ -e " + office.key + " ]; do sleep 0.1; done", i));
  std::stop_source source;
  const auto results = ssh::run_all(asked, office.options, source.get_token(),
                                    [&source](std::size_t index, const ssh::Result&) {
                                      if (index == 0) source.request_stop();
                                    });
  CHECK(results[0].ok());
  for (std::size_t i = 1; i < results.size(); ++i) CHECK(results[i].failure == Failure::cancelled);
}

TEST_CASE("ssh itself reaches the servers that libssh2 has nothing in common with") {
  if (!have_sshd()) return;
  const Office office;
  for (const char* hardened :
       {"MACs hmac-sha2-256-etm@openssh.com\nCiphers aes256-ctr", "Ciphers chacha20-poly1305@openssh.com",
        "KexAlgorithms sntrup761x25519-sha512@openssh.com"}) {
    CAPTURE(hardened);
    const Sshd sshd({"ed25519", "ecdsa"}, {public_key(office.key)}, hardened);
    ssh::Request asked = request(sshd.target(), "cat; printf 'a\\001' >&2; exit 7");
    asked.script.input = "input";
    const ssh::Result result = office.run(asked);
    CHECK(detail(result) == "");
    CHECK(result.exit_code == 7);
    CHECK(result.out == "input");
    CHECK(result.err == "a\x01");
    CHECK(result.banner.starts_with("SSH-2.0-OpenSSH"));
    REQUIRE(result.seen);
    CHECK(std::ranges::find(sshd.host_keys(), *result.seen) != sshd.host_keys().end());
    CHECK(result.timings[4] > 0ns);

    asked.target.known = {public_key(
        make_key(office.folder, "other" + std::to_string(std::hash<std::string>{}(hardened)), {"ed25519"}))};
    const ssh::Result changed = office.run(asked);
    CHECK(changed.failure == Failure::host_key_changed);
    CHECK(changed.tried.empty());
    CHECK(changed.out.empty());
    asked.target.known = {};
    CHECK(office.run(asked).failure != Failure::none);
    const auto scans = ssh::scan_host_keys({sshd.target()}, {}, office.options);
    CHECK(scans[0].failure == Failure::none);
    CHECK(scans[0].keys == sshd.host_keys());

    // Through a jump host of the same kind.
    ssh::Target through = sshd.target();
    through.jump = std::make_shared<ssh::Target>(sshd.target());
    const ssh::Result behind = office.run(request(through, "echo behind"));
    CHECK(detail(behind) == "");
    CHECK(behind.out == "behind\n");
  }
  CHECK(entries(office.scratch / "") == 0);
}

TEST_CASE("ssh itself goes through a jump host, whose key is pinned, too") {
  if (!have_sshd()) return;
  const Office office;
  const Sshd gate({"ed25519"}, {public_key(office.key)});
  const Sshd inside({"ed25519"}, {public_key(office.key)}, "Ciphers chacha20-poly1305@openssh.com");
  ssh::Target through = inside.target();
  through.jump = std::make_shared<ssh::Target>(gate.target());
  const ssh::Result result = office.run(request(through, "echo in"));
  CHECK(detail(result) == "");
  CHECK(result.out == "in\n");
  ssh::Target false_gate = gate.target();
  false_gate.known = inside.host_keys();
  through.jump = std::make_shared<ssh::Target>(false_gate);
  through.needs_program = true;
  const ssh::Result refused = office.run(request(through, "echo in"));
  CHECK(refused.failure != Failure::none);
  CHECK(refused.out.empty());
  const auto scans = ssh::scan_host_keys({through}, {}, office.options);
  CHECK(scans[0].failure != Failure::none);
}

static std::string login_name() {
  const passwd* entry = ::getpwuid(::geteuid());
  REQUIRE(entry != nullptr);
  return entry->pw_name;
}

TEST_CASE("certificates, RSA keys from files and proxy commands are ssh's") {
  if (!have_sshd()) return;
  const Office office;
  const std::string authority = make_key(office.folder, "ca", {"ed25519"});
  const std::string rsa = make_key(office.folder, "rsa", {"rsa", "-b", "2048"});
  const std::string holder = make_key(office.folder, "holder", {"ed25519"});
  REQUIRE(jaga::process::run(
              {.argv = {"ssh-keygen", "-q", "-s", authority, "-I", "staff", "-n",
                        login_name(), holder + ".pub"}})
              .ok());
  const Sshd sshd({"ed25519"}, {public_key(rsa), public_key(office.key)},
                  "TrustedUserCAKeys " + authority + ".pub");
  ssh::Options options = office.options;
  for (const std::string& key : {rsa, holder}) {
    CAPTURE(key);
    options.identities.key_files = {key};
    ssh::Request asked = request(sshd.target(), "echo in");
    if (key == holder) asked.target.user = login_name();
    const ssh::Result result = ssh::run_all({asked}, options).front();
    CHECK(detail(result) == "");
    CHECK(result.out == "in\n");
    CHECK(result.by_program);
    CHECK(result.tried.size() >= 1);
  }
  ssh::Target proxied = sshd.target();
  proxied.proxy_command = "busybox nc " + proxied.address + " %p";
  const ssh::Result result = office.run(request(proxied, "echo in"));
  CHECK(detail(result) == "");
  CHECK(result.out == "in\n");
  CHECK(result.by_program);
  proxied.proxy_command = "sh -c 'echo it is over >&2; sleep 0.1'";
  const ssh::Result broken = office.run(request(proxied, "echo in"));
  CHECK(broken.failure == Failure::closed);
  CHECK(detail(broken).find("it is over") != std::string::npos);
  proxied.proxy_command = "sleep 1000";
  ssh::Request slow = request(proxied, "echo in");
  slow.deadlines.connect = 1s;
  slow.deadlines.handshake = 1s;
  CHECK(office.run(slow).failure == Failure::timed_out);
  options = office.options;
  options.program.reset();
  CHECK(ssh::run_all({slow}, options).front().failure == Failure::local_error);
  const auto scans = ssh::scan_host_keys({proxied}, slow.deadlines, office.options);
  CHECK(scans[0].failure != Failure::none);
}

TEST_CASE("a jump host where only ssh can log in lets through, and gives no result where it refuses") {
  if (!have_sshd()) return;
  const Office office;
  const std::string rsa = make_key(office.folder, "rsa", {"rsa", "-b", "2048"});
  const std::string stranger = make_key(office.folder, "stranger", {"rsa", "-b", "2048"});
  const Sshd gate({"ed25519"}, {public_key(rsa)});
  const Sshd inside({"ed25519"}, {public_key(rsa)});
  ssh::Target through = inside.target();
  through.jump = std::make_shared<ssh::Target>(gate.target());
  ssh::Options options = office.options;
  options.identities.key_files = {rsa};
  const ssh::Result in = ssh::run_all({request(through, "echo in")}, options).front();
  CHECK(detail(in) == "");
  CHECK(in.out == "in\n");
  CHECK(in.by_program);
  const auto scans = ssh::scan_host_keys({through}, {}, options);
  CHECK(scans[0].keys == inside.host_keys());
  options.identities.key_files = {stranger};
  const ssh::Result refused = ssh::run_all({request(through, "echo in")}, options).front();
  CHECK(refused.failure == Failure::no_route);
  CHECK(refused.out.empty());
  CHECK_FALSE(refused.seen);
}

TEST_CASE("what ssh runs is held to the same limits, and never guessed") {
  if (!have_sshd()) return;
  const Office office;
  const Sshd sshd({"ed25519"}, {public_key(office.key)}, "Ciphers chacha20-poly1305@openssh.com");
  std::vector<ssh::Request> asked;
  for (const char* text : {"echo said; kill -9 $PPID", "echo said; kill -9 $(ps -o ppid= -p $PPID)",
                           "head -c 3000000 /dev/zero >&2", "yes", "exit 255", "sleep 1000 & echo $!"}) {
    asked.push_back(request(sshd.target(), text, static_cast<int>(asked.size())));
  }
  asked.push_back(
      request(sshd.target(), "echo begun; while [ -e " + office.key + " ]; do sleep 0.1; done", 9));
  asked[2].most_output = 1000;
  asked[3].most_received = 100'000;
  asked[6].deadlines.run = 4s;
  const auto results = ssh::run_all(asked, office.options);
  // libssh2 from 1.11 on talks to this server itself, and is told the signal.
  CHECK(results[0].failure == (results[0].by_program ? Failure::lost : Failure::killed));
  CHECK(results[0].out == "said\n");
  CHECK_FALSE(results[0].exit_code);
  CHECK(results[1].failure == Failure::lost);
  CHECK(results[2].failure == Failure::none);
  CHECK(results[2].err.size() == 1000);
  CHECK(results[2].err_cut);
  CHECK(results[3].failure == Failure::output_cut);
  CHECK(results[4].exit_code == 255);
  CHECK(results[5].exit_code == 0);
  CHECK(::kill(static_cast<pid_t>(std::stol(results[5].out)), SIGKILL) == 0);
  CHECK(results[6].failure == Failure::timed_out);
  CHECK(results[6].phase == Phase::run);
  CHECK(results[6].out == "begun\n");

  std::stop_source source;
  std::vector<ssh::Request> two{
      request(sshd.target(), "echo first"),
      request(sshd.target(), "while [ -e " + office.key + " ]; do sleep 0.1; done", 1)};
  const auto stopped =
      ssh::run_all(two, office.options, source.get_token(), [&source](std::size_t index, const ssh::Result&) {
        if (index == 0) source.request_stop();
      });
  CHECK(stopped[0].ok());
  CHECK(stopped[1].failure == Failure::cancelled);
  CHECK(entries(office.scratch / "") == 0);
}
