#include "broker/greeting.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "os/descriptor.hpp"
#include "os/resolver.hpp"

namespace jaga::broker {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kMostLine = 16'384;

bool wait_for(int socket, short events, steady_clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd polled{socket, events, 0};
    const int ready = ::poll(&polled, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

// What comes up to the first CR LF.
std::string first_line(const os::Address& address, steady_clock::time_point until) {
  const os::Descriptor socket(
      ::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!socket) return {};
  const auto* where = reinterpret_cast<const sockaddr*>(&address.bytes);  // NOLINT: as connect(2) wants it
  if (::connect(socket.get(), where, address.size) != 0 && errno != EINPROGRESS) return {};
  std::string out;
  while (out.size() < kMostLine && wait_for(socket.get(), POLLIN, until)) {
    std::array<char, 4096> piece{};
    const ssize_t got = ::recv(socket.get(), piece.data(), piece.size(), 0);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return {};
    out.append(piece.data(), static_cast<std::size_t>(got));
    if (const std::size_t end = out.find("\r\n"); end != std::string::npos) return out.substr(0, end);
  }
  return {};
}

}  // namespace

std::optional<Greeting> parse_greeting(std::string_view line) {
  if (!line.starts_with("INFO ")) return std::nullopt;
  const auto info = nlohmann::json::parse(line.substr(5), nullptr, false);
  if (!info.is_object()) return std::nullopt;
  Greeting out;
  if (const auto version = info.find("version"); version != info.end() && version->is_string())
    out.version = printable(shortened(version->get<std::string>(), 64));
  if (const auto tls = info.find("tls_required"); tls != info.end() && tls->is_boolean())
    out.requires_tls = tls->get<bool>();
  return out;
}

std::optional<Greeting> greeting_of(std::string_view url, std::chrono::milliseconds timeout) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  const std::size_t colon = url.rfind(':');
  const auto port = parse_port(colon == std::string_view::npos ? "4222" : url.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string host(url.substr(0, colon));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  os::Question question;
  question.name = host;
  for (os::Address address : os::look_up(question).all) {
    if (address.bytes.ss_family == AF_INET6)
      reinterpret_cast<sockaddr_in6*>(&address.bytes)->sin6_port = htons(*port);  // NOLINT: its own type
    else
      reinterpret_cast<sockaddr_in*>(&address.bytes)->sin_port = htons(*port);  // NOLINT: the same
    if (auto said = parse_greeting(first_line(address, steady_clock::now() + timeout))) return said;
  }
  return std::nullopt;
}

}  // namespace jaga::broker
