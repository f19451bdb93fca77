#include "sign/agent.hpp"

#include <poll.h>
#include <sys/eventfd.h>
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

using Clock = std::chrono::steady_clock;
using End = AgentSignature::End;

constexpr std::uint8_t kRequestIdentities = 11;
constexpr std::uint8_t kIdentitiesAnswer = 12;
constexpr std::uint8_t kSignRequest = 13;
constexpr std::uint8_t kSignResponse = 14;
constexpr std::uint32_t kRsaSha512 = 4;                       // a flag of a sign request
constexpr std::size_t kMostAnswer = std::size_t{256} << 10U;  // as OpenSSH's own client
constexpr std::uint32_t kMostKeys = 2048;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

// One question to an agent, and its answer.
class Conversation {
 public:
  Conversation(std::chrono::milliseconds limit, const std::stop_token& stop)
      : deadline_(Clock::now() + limit),
        wake_(stop.stop_possible() ? eventfd(0, EFD_CLOEXEC) : -1),
        on_stop_(stop, Wake{wake_.get()}),
        stop_(stop) {}

  // The answer without its length; `end` says why there is none.
  std::optional<std::string> ask(const std::string& socket_path, std::string_view question, End& end) {
    end = End::no_agent;
    if (!connect_to(socket_path, end)) return std::nullopt;
    std::string request;
    put_string(request, question);
    if (send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size())) {
      return std::nullopt;
    }
    std::string head(4, '\0');
    if (!read_exactly(head, end)) return std::nullopt;
    const auto size = WireReader(head).number();
    if (size == 0 || size > kMostAnswer) return std::nullopt;
    std::string answer(size, '\0');
    if (!read_exactly(answer, end)) return std::nullopt;
    return answer;
  }

 private:
  struct Wake {
    int fd;
    void operator()() const {
      const std::uint64_t one = 1;
      // An eventfd takes eight bytes unless its counter overflows.
      if (fd >= 0 && write(fd, &one, sizeof one) < 0) return;
    }
  };

  bool too_late(End& end) const {
    if (stop_.stop_requested()) {
      end = End::cancelled;
    } else if (Clock::now() >= deadline_) {
      end = End::timed_out;
    } else {
      return false;
    }
    return true;
  }

  // A local socket whose queue is full answers EAGAIN and says nothing later: it is asked again.
  bool connect_to(const std::string& path, End& end) {
    constexpr int kPause = 10;  // ms
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path || socket_.get() < 0) return false;
    std::copy(path.begin(), path.end(), address.sun_path);
    const auto* general = reinterpret_cast<const sockaddr*>(&address);  // NOLINT
    while (connect(socket_.get(), general, sizeof address) != 0) {
      if (errno == EISCONN) return true;
      if (errno != EAGAIN && errno != EINTR) return false;
      if (too_late(end)) return false;
      poll(nullptr, 0, kPause);
    }
    return true;
  }

  bool wait(End& end) const {
    while (!too_late(end)) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
      pollfd entries[2] = {{socket_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
      const int ready = poll(entries, 2, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
      if (ready < 0 && errno != EINTR) return false;
      if (ready > 0 && entries[0].revents != 0) return true;
    }
    return false;
  }

  bool read_exactly(std::string& out, End& end) const {
    for (std::size_t have = 0; have < out.size();) {
      if (!wait(end)) return false;
      const auto got = recv(socket_.get(), out.data() + have, out.size() - have, 0);
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (got <= 0) return false;
      have += static_cast<std::size_t>(got);
    }
    return true;
  }

  Clock::time_point deadline_;
  Descriptor socket_{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  Descriptor wake_;
  std::stop_callback<Wake> on_stop_;
  std::stop_token stop_;
};

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

std::optional<std::string> parse_signature(std::string_view answer) {
  WireReader in(answer);
  if (in.byte() != kSignResponse) return std::nullopt;
  const auto signature = in.string();
  if (!in.at_end()) return std::nullopt;
  return std::string(signature);
}

std::optional<std::vector<PublicKey>> agent_keys(const std::string& socket_path,
                                                 std::chrono::milliseconds limit) {
  if (socket_path.empty()) return std::nullopt;
  const char question[] = {static_cast<char>(kRequestIdentities)};
  End end{};
  const auto answer = Conversation(limit, {}).ask(socket_path, {question, 1}, end);
  return answer ? parse_identities(*answer) : std::nullopt;
}

AgentSignature agent_sign(const std::string& socket_path, const PublicKey& key, std::string_view data,
                          std::chrono::milliseconds limit, std::stop_token stop) {
  std::string question{static_cast<char>(kSignRequest)};
  put_string(question, key.blob);
  put_string(question, data);
  put_number(question, key.type == "ssh-rsa" ? kRsaSha512 : 0);
  AgentSignature result;
  const auto answer = Conversation(limit, stop).ask(socket_path, question, result.end);
  if (!answer) return result;
  auto signature = parse_signature(*answer);
  result.end = signature ? End::made : End::refused;
  if (signature) result.signature = std::move(*signature);
  return result;
}

}  // namespace jaga::sign
