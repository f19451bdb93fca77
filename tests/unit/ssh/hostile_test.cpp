// Peers that misbehave: each gets its own typed result within its deadline, and a good host beside them is
// not slowed.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "server.hpp"
#include "ssh/ssh.hpp"
#include "sshkey/wire.hpp"

namespace ssh = jaga::ssh;
using namespace jaga::test;
using namespace std::chrono_literals;
using ssh::Failure;

namespace {

void read_on(int fd) {
  char some[4096];
  while (::read(fd, some, sizeof some) > 0) {
  }
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string packet(std::string_view payload) {
  std::string out;
  const std::size_t padding = 8 - (payload.size() + 5) % 8 + 4;
  jaga::sshkey::put_number(out, static_cast<std::uint32_t>(payload.size() + 1 + padding));
  jaga::sshkey::put_byte(out, static_cast<std::uint8_t>(padding));
  return out + std::string(payload) + std::string(padding, '\0');
}

std::string offer() {
  std::string payload = "\x14" + std::string(16, 'c');
  for (const char* list : {"curve25519-sha256", "ssh-ed25519", "aes256-ctr", "aes256-ctr", "hmac-sha2-256",
                           "hmac-sha2-256", "none", "none", "", ""}) {
    jaga::sshkey::put_string(payload, list);
  }
  return packet(payload + std::string(5, '\0'));
}

// tcp(7): dissolves the association, with a RST.
void reset(int fd) {
  const sockaddr nobody{AF_UNSPEC, {}};
  ::connect(fd, &nobody, sizeof nobody);
}

const std::string kBanner = "SSH-2.0-Peer_1.0\r\n";

}  // namespace

TEST_CASE("every way to misbehave has its own result, in time, and nobody else waits for it") {
  struct Case {
    const char* what;
    std::function<void(int)> serve;
    std::vector<Failure> expected;
  };
  std::vector<Case> cases;
  cases.push_back({"says nothing", read_on, {Failure::timed_out}});
  cases.push_back({"closes at once", [](int) {}, {Failure::closed, Failure::reset}});
  cases.push_back({"resets at once", reset, {Failure::reset, Failure::closed}});
  cases.push_back({"resets after its name",
                   [](int fd) {
                     send_all(fd, kBanner);
                     char c;
                     while (::read(fd, &c, 1) > 0 && c != '\n') {
                     }
                     reset(fd);
                   },
                   {Failure::reset}});
  cases.push_back({"endless lines",
                   [](int fd) {
                     while (send_all(fd, std::string(500, 'x') + "\r\n")) {
                     }
                   },
                   {Failure::not_ssh}});
  cases.push_back({"endless line",
                   [](int fd) {
                     while (send_all(fd, std::string(1000, 'x'))) {
                     }
                   },
                   {Failure::not_ssh}});
  cases.push_back({"slow lines",
                   [](int fd) {
                     while (send_all(fd, "hello\r\n")) ::usleep(20'000);
                   },
                   {Failure::not_ssh}});
  cases.push_back({"a line of another protocol, then nothing",
                   [](int fd) {
                     send_all(fd, "220 mail.example ESMTP\r\n");
                     read_on(fd);
                   },
                   {Failure::not_ssh}});
  cases.push_back({"half a name, then nothing",
                   [](int fd) {
                     send_all(fd, "SSH-2.");
                     read_on(fd);
                   },
                   {Failure::timed_out}});
  cases.push_back({"NUL bytes",
                   [](int fd) {
                     send_all(fd, std::string(100, '\0'));
                     read_on(fd);
                   },
                   {Failure::not_ssh}});
  cases.push_back({"another protocol",
                   [](int fd) { send_all(fd, "HTTP/1.1 400 Bad\x1b[2J Request\r\n\r\n"); },
                   {Failure::not_ssh}});
  cases.push_back({"names itself, then nothing",
                   [](int fd) {
                     send_all(fd, kBanner);
                     read_on(fd);
                   },
                   {Failure::timed_out}});
  cases.push_back({"names itself, then closes",
                   [](int fd) { send_all(fd, kBanner); },
                   {Failure::closed, Failure::reset}});
  cases.push_back({"garbage after the name",
                   [](int fd) {
                     send_all(fd, kBanner + std::string(4000, '\xfe'));
                     read_on(fd);
                   },
                   {Failure::handshake_failed, Failure::timed_out}});
  cases.push_back({"closes after its offer",
                   [](int fd) { send_all(fd, kBanner + offer()); },
                   {Failure::closed, Failure::reset, Failure::handshake_failed}});
  cases.push_back({"nothing after its offer",
                   [](int fd) {
                     send_all(fd, kBanner + offer());
                     read_on(fd);
                   },
                   {Failure::timed_out}});
  cases.push_back({"a bad key exchange reply",
                   [](int fd) {
                     std::string reply = "\x1f";
                     for (const char* field : {"hostkey", "point", "signature"})
                       jaga::sshkey::put_string(reply, field);
                     send_all(fd, kBanner + offer() + packet(reply));
                     read_on(fd);
                   },
                   {Failure::handshake_failed}});
  cases.push_back({"floods with ignore packets",
                   [](int fd) {
                     std::string ignore = "\x02";
                     jaga::sshkey::put_string(ignore, std::string(1000, 'x'));
                     send_all(fd, kBanner + offer());
                     while (send_all(fd, packet(ignore))) {
                     }
                   },
                   {Failure::timed_out, Failure::handshake_failed}});

  std::vector<std::unique_ptr<Peer>> peers;
  std::vector<ssh::Request> asked;
  for (const Case& each : cases) {
    peers.push_back(std::make_unique<Peer>(each.serve));
    ssh::Request request{
        .target = peers.back()->target(), .script = {.text = "true"}, .nonce = "nonce0123456789abcdef"};
    request.deadlines.connect = 600ms;
    request.deadlines.handshake = 1s;
    asked.push_back(request);
  }
  Folder folder;
  std::unique_ptr<Sshd> sshd;
  ssh::Options options;
  if (have_sshd()) {
    const std::string key = make_key(folder, "key", {"ed25519"});
    sshd = std::make_unique<Sshd>(std::vector<std::string>{"ed25519"},
                                  std::vector<jaga::sshkey::PublicKey>{public_key(key)});
    options.identities.key_files = {key};
    asked.push_back(
        {.target = sshd->target(), .script = {.text = "echo fine"}, .nonce = "nonce0123456789abcdef"});
  }
  std::vector<std::size_t> order;
  const auto began = std::chrono::steady_clock::now();
  const auto results = ssh::run_all(
      asked, options, {}, [&order](std::size_t index, const ssh::Result&) { order.push_back(index); });
  CHECK(std::chrono::steady_clock::now() - began < 20s);
  CHECK(order.size() == asked.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string name = cases[i].what;
    const std::string got(ssh::name(results[i].failure));
    const std::string why = results[i].detail.render(jaga::Language::english);
    CAPTURE(name);
    CAPTURE(got);
    CAPTURE(why);
    CHECK(std::ranges::find(cases[i].expected, results[i].failure) != cases[i].expected.end());
    CHECK_FALSE(why.empty());
    CHECK(why.find('\x1b') == std::string::npos);
    CHECK(results[i].timings[2] < 3s);
  }
  CHECK(peers[1]->connections() > 1);  // silently turned away: tried again
  CHECK(peers[8]->connections() == 1);
  if (sshd) CHECK(results.back().out == "fine\n");
}

TEST_CASE("who is turned away keeps its turn until it gives up") {
  const Peer peer([](int) {});
  std::vector<ssh::Request> asked(9);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    asked[i].target = peer.target();
    asked[i].nonce = "nonce0123456789abcdef" + std::to_string(i);
    asked[i].script.text = "true";
    asked[i].deadlines.connect = i < 8 ? 400ms : 100ms;
  }
  ssh::Options options;
  options.window = 64;
  options.connects_per_second = 0;
  std::vector<std::size_t> order;
  const auto results =
      ssh::run_all(asked, options, {}, [&order](std::size_t index, const ssh::Result&) { order.push_back(index); });
  REQUIRE(order.size() == 9);
  // The ninth, which tries only once, comes after one of the eight that had a turn has given up.
  CHECK(order.front() < 8);
  for (const ssh::Result& result : results) CHECK_FALSE(result.ok());
}

TEST_CASE("hosts that cannot be reached") {
  ssh::Target closed;
  {
    const Peer gone([](int) {});
    closed = gone.target();
  }
  std::vector<ssh::Request> asked(4);
  for (ssh::Request& request : asked) {
    request.target = closed;
    request.nonce = "nonce0123456789abcdef";
    request.deadlines.resolve = 2s;
    request.deadlines.connect = 500ms;
  }
  asked[1].target.address = "no-such-host.invalid";
  asked[2].target.address = "";
  asked[3].target.address = "192.0.2.1";  // TEST-NET-1: nobody, if it is routed at all
  const auto results = ssh::run_all(asked, {});
  CHECK(results[0].failure == Failure::refused);
  CHECK(results[0].phase == ssh::Phase::connect);
  CHECK((results[1].failure == Failure::resolve_failed || results[1].failure == Failure::timed_out));
  CHECK(results[1].phase == ssh::Phase::resolve);
  CHECK(results[2].failure == Failure::resolve_failed);
  const std::vector<Failure> nobody{Failure::timed_out, Failure::no_route, Failure::unreachable,
                                    Failure::refused};
  CHECK(std::ranges::find(nobody, results[3].failure) != nobody.end());
  CHECK(results[3].phase == ssh::Phase::connect);
  CHECK(ssh::run_all({}, {}).empty());
}

// Not where UBSan looks on: it checks an address by means of a pipe, and takes a failure for a bad address.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("a full table of descriptors is a result for every host") {
  const Peer silent(read_on);
  struct Limit {
    rlimit before = {};
    Limit() { ::getrlimit(RLIMIT_NOFILE, &before); }
    ~Limit() { ::setrlimit(RLIMIT_NOFILE, &before); }
  };
  std::vector<ssh::Request> asked(20);
  for (ssh::Request& request : asked) {
    request.target = silent.target();
    request.nonce = "nonce0123456789abcdef";
    request.deadlines.connect = 300ms;
    request.deadlines.handshake = 300ms;
  }
  ssh::Options options;
  options.window = 20;
  options.connects_per_second = 0;
  const int lowest = ::dup(0);
  REQUIRE(lowest >= 0);
  ::close(lowest);
  for (const int left : {0, 8}) {
    const Limit limit;
    const rlimit tight{static_cast<rlim_t>(lowest + left), limit.before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &tight) == 0);
    const auto results = ssh::run_all(asked, options);
    CHECK(results.size() == 20);
    std::size_t local = 0;
    for (const ssh::Result& result : results) {
      CHECK((result.failure == Failure::local_error || result.failure == Failure::timed_out));
      if (result.failure == Failure::local_error) ++local;
    }
    CHECK(local > 0);
    if (left == 0) CHECK(local == 20);
  }
  // One after the other, with the descriptors of the reactor and no further one: only the first waits its
  // whole time.
  const Limit limit;
  const rlimit tight{static_cast<rlim_t>(lowest + 3), limit.before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &tight) == 0);
  options.window = 1;
  const auto took = [&](std::size_t hosts) {
    asked.resize(hosts);
    const auto began = std::chrono::steady_clock::now();
    for (const ssh::Result& result : ssh::run_all(asked, options)) {
      CHECK(result.failure == Failure::local_error);
      CHECK(result.phase == ssh::Phase::connect);
    }
    return std::chrono::steady_clock::now() - began;
  };
  for (ssh::Request& request : asked) request.deadlines.connect = 1s;
  const auto of_all = took(20);
  CHECK(of_all < 10 * took(1));
}
#endif
