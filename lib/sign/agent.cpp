#include "sign/agent.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sign/sshsig.hpp"
#include "sign/wire.hpp"

namespace jaga::sign {
namespace {

constexpr std::uint8_t kRequestIdentities = 11;
constexpr std::uint8_t kIdentitiesAnswer = 12;
constexpr std::size_t kMostAnswer = std::size_t{256} << 10U;  // as OpenSSH's own client
constexpr std::uint32_t kMostKeys = 2048;

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

bool wait_for(int fd, short events, std::chrono::steady_clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  pollfd entry{fd, events, 0};
  return left.count() > 0 && poll(&entry, 1, static_cast<int>(left.count())) == 1;
}

// A local socket whose queue is full answers EAGAIN and says nothing later: it is asked again.
bool connect_in_time(int fd, const sockaddr_un& address, std::chrono::steady_clock::time_point deadline) {
  constexpr int kPause = 10;                                                               // ms
  while (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {  // NOLINT
    if (errno == EISCONN) return true;
    if (errno != EAGAIN && errno != EINTR) return false;
    if (std::chrono::steady_clock::now() >= deadline) return false;
    poll(nullptr, 0, kPause);
  }
  return true;
}

bool read_exactly(int fd, char* out, std::size_t size, std::chrono::steady_clock::time_point deadline) {
  while (size > 0) {
    if (!wait_for(fd, POLLIN, deadline)) return false;
    const auto got = recv(fd, out, size, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got <= 0) return false;
    out += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

std::optional<std::vector<PublicKey>> parse_identities(std::string_view answer) {
  WireReader in(answer);
  if (in.byte() != kIdentitiesAnswer) return std::nullopt;
  const auto count = in.number();
  if (!in.ok() || count > kMostKeys) return std::nullopt;
  std::vector<PublicKey> keys;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto blob = in.string();
    in.string();  // comment
    if (!in.ok()) return std::nullopt;
    if (auto key = parse_key_blob(blob)) keys.push_back(std::move(*key));
  }
  if (!in.at_end()) return std::nullopt;
  return keys;
}

std::optional<std::vector<PublicKey>> agent_keys(const std::string& socket_path,
                                                 std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.empty() || socket_path.size() >= sizeof address.sun_path) return std::nullopt;
  std::copy(socket_path.begin(), socket_path.end(), address.sun_path);
  const Socket socket_fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket_fd.get() < 0) return std::nullopt;
  if (!connect_in_time(socket_fd.get(), address, deadline)) return std::nullopt;
  std::string request;
  put_number(request, 1);
  request += static_cast<char>(kRequestIdentities);
  if (send(socket_fd.get(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return std::nullopt;
  }
  std::string head(4, '\0');
  if (!read_exactly(socket_fd.get(), head.data(), head.size(), deadline)) return std::nullopt;
  WireReader length(head);
  const auto size = length.number();
  if (size == 0 || size > kMostAnswer) return std::nullopt;
  std::string answer(size, '\0');
  if (!read_exactly(socket_fd.get(), answer.data(), answer.size(), deadline)) return std::nullopt;
  return parse_identities(answer);
}

}  // namespace jaga::sign
