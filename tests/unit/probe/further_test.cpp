// Names with several addresses: if one address fails, the next one is tried.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>

#include "base/format.hpp"
#include "probe/http.hpp"
#include "probe/measure.hpp"
#include "web.hpp"

namespace {

using namespace jaga;
using namespace jaga::probe;
using namespace std::chrono_literals;
using round::Reason;
using round::State;

// A port on 127.0.0.3 that neither accepts nor refuses connections, because its backlog is full.
class Deaf {
 public:
  explicit Deaf(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    REQUIRE(::inet_pton(AF_INET, "127.0.0.3", &address.sin_addr) == 1);
    const auto* at = reinterpret_cast<const sockaddr*>(&address);
    fds_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(fds_[0], at, sizeof address) == 0);
    REQUIRE(::listen(fds_[0], 0) == 0);
    for (int i = 0; i < 4; ++i) {
      fds_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      (void)::connect(fds_.back(), at, sizeof address);
    }
  }
  ~Deaf() {
    for (const int fd : fds_) ::close(fd);
  }
  Deaf(const Deaf&) = delete;
  Deaf& operator=(const Deaf&) = delete;

 private:
  std::vector<int> fds_;
};

web::Server::Answer hello() {
  return [](web::Connection& connection) {
    connection.request();
    connection.write(web::page("hello"));
  };
}

// The result of one check of a host with these addresses.
round::Result measured(const std::string& check, const std::string& address,
                       std::vector<std::string> further) {
  Request request;
  request.hosts =
      inventory::load(
          {"hosts.yaml", "hosts:\n  - {name: web, address: web.example, checks: [" + check + "]}\n"}, {})
          .hosts;
  request.now = [] { return Instant{}; };
  Wave wave;
  wave.request = &request;
  wave.random = [](std::span<std::byte> bytes) {
    std::random_device device;
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(device());
  };
  wave.ended = [](const Item&) {};
  wave.partly = [](std::ptrdiff_t) {};
  Item item{&request.hosts[0], &request.hosts[0].checks[0], 0, address, {}, std::move(further)};
  Own own;
  measure({&item}, wave, own);
  REQUIRE(item.results.size() == 1);
  return item.results[0];
}

}  // namespace

TEST_CASE("tcp: the next address accepts the connection") {
  const web::Server server(hello());  // on 127.0.0.1 only
  const std::string check = formatted("tcp: {{port: {}, timeout: 2s}}", server.port());
  const round::Result second = measured(check, "127.0.0.2", {"127.0.0.1"});
  CHECK(second.state == State::ok);
  CHECK(second.reason == Reason::none);
  CHECK(second.summary.text().ends_with(", from 127.0.0.1 and not 127.0.0.2"));
  const round::Result first = measured(check, "127.0.0.1", {"127.0.0.2"});
  CHECK(first.state == State::ok);
  CHECK(first.summary.text().find(", from ") == std::string::npos);
  CHECK(measured(check, "127.0.0.2", {"127.0.0.4", "127.0.0.5", "127.0.0.1"}).state == State::ok);
  const round::Result none = measured(check, "127.0.0.2", {"127.0.0.4"});
  CHECK(none.state == State::critical);
  CHECK(none.reason == Reason::refused);
}

TEST_CASE("tcp: an address that never answers uses only its share of the time") {
  const web::Server server(hello());
  const Deaf deaf(server.port());
  const std::string check = formatted("tcp: {{port: {}, timeout: 1s}}", server.port());
  CHECK(measured(check, "127.0.0.3", {"127.0.0.1"}).state == State::ok);
  CHECK(measured(check, "127.0.0.3", {}).reason == Reason::timed_out);
  // One address refuses, so the host is up.
  const round::Result refused = measured(check, "127.0.0.3", {"127.0.0.2"});
  CHECK(refused.reason == Reason::refused);
  CHECK(refused.phase.empty());
}

TEST_CASE("http: the next address answers") {
  const web::Server server(hello());
  const Deaf deaf(server.port());
  const std::string check =
      formatted("http: {{url: \"http://web.example:{}/\", body: hello, timeout: 2s}}", server.port());
  CHECK(measured(check, "127.0.0.2", {"127.0.0.1"}).state == State::ok);
  CHECK(measured(check, "127.0.0.3", {"127.0.0.1"}).state == State::ok);
  CHECK(measured(check, "127.0.0.3", {"127.0.0.2", "127.0.0.1"}).state == State::ok);
  CHECK(measured(check, "127.0.0.2", {"127.0.0.4"}).reason == Reason::refused);
  CHECK(measured(check, "127.0.0.3", {"127.0.0.2"}).reason == Reason::refused);
  CHECK(measured(check, "127.0.0.2", {"127.0.0.3"}).reason == Reason::refused);
  const round::Result silent = measured(check, "127.0.0.3", {"127.0.0.3"});
  CHECK(silent.reason == Reason::timed_out);
  CHECK(silent.phase == "connect");
}
