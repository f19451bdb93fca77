#include "probe/tcp.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace jaga::probe;
using namespace std::chrono_literals;

// A port on 127.0.0.1, bound and optionally listening.
class Port {
 public:
  explicit Port(bool listening) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    if (listening) REQUIRE(::listen(fd_, 1024) == 0);
    number_ = ntohs(address.sin_port);
  }
  ~Port() { ::close(fd_); }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  std::uint16_t number() const { return number_; }

 private:
  int fd_;
  std::uint16_t number_ = 0;
};

}  // namespace

TEST_CASE("a listening port connects, a closed one is refused, a name is not an address") {
  const Port open(true);
  const Port closed(false);
  std::size_t ended = 0;
  const auto results = tcp_connect(
      {{"127.0.0.1", open.number()}, {"127.0.0.1", closed.number()}, {"localhost", open.number()}}, 0, {},
      [&](std::size_t) { ++ended; });
  REQUIRE(results.size() == 3);
  CHECK(results[0].end == TcpResult::End::connected);
  CHECK(results[0].connect > 0ns);
  CHECK(results[1].end == TcpResult::End::refused);
  CHECK(results[2].end == TcpResult::End::bad_address);
  CHECK(ended == 3);
}

TEST_CASE("many more targets than concurrent connections") {
  const Port open(true);
  const std::vector<TcpTarget> targets(500, {"127.0.0.1", open.number()});
  const auto results = tcp_connect(targets, 3);
  for (const TcpResult& result : results) CHECK(result.end == TcpResult::End::connected);
}

TEST_CASE("a stop gives every target a result") {
  std::stop_source stop;
  stop.request_stop();
  const auto results = tcp_connect({{"127.0.0.1", 1}}, 0, stop.get_token());
  REQUIRE(results.size() == 1);
  CHECK(results[0].end == TcpResult::End::cancelled);
}
