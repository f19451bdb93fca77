#include "probe/tcp.hpp"

#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/error.hpp"
#include "os/descriptor.hpp"
#include "probe/icmp_socket.hpp"

namespace jaga::probe {
namespace {

using Clock = std::chrono::steady_clock;

// Upper bound for the delay until a stop request is noticed.
constexpr std::chrono::milliseconds kTick{50};

struct Open {
  std::size_t index;
  os::Descriptor fd;
  Clock::time_point began;
};

std::size_t window(std::size_t wanted) {
  rlimit limit{};
  std::size_t most = 512;
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    most = std::clamp<std::size_t>(limit.rlim_cur / 2, 1, most);
  return wanted == 0 ? most : std::min(wanted, most);
}

TcpResult::End end_of(int error) {
  switch (error) {
    case 0:
      return TcpResult::End::connected;
    case ECONNREFUSED:
      return TcpResult::End::refused;
    case ECONNRESET:
      return TcpResult::End::reset;
    case ETIMEDOUT:
      return TcpResult::End::timed_out;
    case EHOSTUNREACH:
    case EHOSTDOWN:
      return TcpResult::End::unreachable;
    case ENETUNREACH:
    case ENETDOWN:
    case EAFNOSUPPORT:
      return TcpResult::End::no_route;
    default:
      return TcpResult::End::local_error;
  }
}

}  // namespace

std::vector<TcpResult> tcp_connect(const std::vector<TcpTarget>& targets, std::size_t at_once,
                                   std::stop_token stop, const std::function<void(std::size_t index)>& done) {
  std::vector<TcpResult> results(targets.size());
  std::vector<Open> open;
  const std::size_t most = window(at_once);
  std::size_t next = 0;

  const auto end = [&](std::size_t index, int error, Clock::time_point began) {
    TcpResult& result = results[index];
    result.end = end_of(error);
    if (result.end == TcpResult::End::connected || result.end == TcpResult::End::refused)
      result.connect = Clock::now() - began;
    if (error != 0) result.error_text = std::generic_category().message(error);
    if (done) done(index);
  };

  while ((next < targets.size() || !open.empty()) && !stop.stop_requested()) {
    while (next < targets.size() && open.size() < most) {
      const std::size_t index = next;
      const auto peer = parse_peer(targets[index].address);
      if (!peer) {
        results[index].end = TcpResult::End::bad_address;
        ++next;
        if (done) done(index);
        continue;
      }
      os::Descriptor fd(::socket(peer->family == Family::v4 ? AF_INET : AF_INET6,
                                 SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      // Out of descriptors: wait for open connections to finish.
      if (!fd && (errno == EMFILE || errno == ENFILE) && !open.empty()) break;
      ++next;
      if (!fd) {
        end(index, errno, Clock::now());
        continue;
      }
      sockaddr_storage address;
      const socklen_t size = fill_address(*peer, address);
      if (peer->family == Family::v4)
        reinterpret_cast<sockaddr_in*>(&address)->sin_port = htons(targets[index].port);
      else
        reinterpret_cast<sockaddr_in6*>(&address)->sin6_port = htons(targets[index].port);
      const auto began = Clock::now();
      const int failed = ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), size);
      if (failed != 0 && errno == EINPROGRESS) {
        open.push_back({index, std::move(fd), began});
        continue;
      }
      const int error = failed == 0 ? 0 : errno;
      fd.reset();
      end(index, error, began);
    }
    if (open.empty()) continue;

    std::vector<pollfd> wait;
    auto wake = kTick;
    for (const Open& each : open) {
      wait.push_back({each.fd.get(), POLLOUT, 0});
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(
          each.began + targets[each.index].timeout - Clock::now());
      wake = std::clamp(left, std::chrono::milliseconds{0}, wake);
    }
    if (::poll(wait.data(), wait.size(), static_cast<int>(wake.count())) < 0 && errno != EINTR)
      throw system_error(errno, msg("cannot wait for connections: {reason}"));

    std::vector<Open> still;
    for (std::size_t i = 0; i < open.size(); ++i) {
      Open& each = open[i];
      if (wait[i].revents != 0) {
        int error = 0;
        socklen_t size = sizeof error;
        if (::getsockopt(each.fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
        each.fd.reset();
        end(each.index, error, each.began);
      } else if (Clock::now() >= each.began + targets[each.index].timeout) {
        each.fd.reset();
        end(each.index, ETIMEDOUT, each.began);
      } else {
        still.push_back(std::move(each));
      }
    }
    open = std::move(still);
  }
  return results;
}

}  // namespace jaga::probe
