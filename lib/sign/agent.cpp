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
#include "sshkey/agent_messages.hpp"
#include "sshkey/wire.hpp"

namespace jaga::sign {
namespace {

using Clock = std::chrono::steady_clock;
using End = AgentSignature::End;

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
    if (send(socket_.get(), question.data(), question.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(question.size())) {
      return std::nullopt;
    }
    std::string head(4, '\0');
    if (!read_exactly(head, end)) return std::nullopt;
    const auto size = sshkey::WireReader(head).number();
    if (size == 0 || size > sshkey::kMostAgentAnswer) return std::nullopt;
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

std::optional<std::vector<PublicKey>> agent_keys(const std::string& socket_path,
                                                 std::chrono::milliseconds limit) {
  if (socket_path.empty()) return std::nullopt;
  End end{};
  const auto answer = Conversation(limit, {}).ask(socket_path, sshkey::agent_list_request(), end);
  const auto listed = answer ? sshkey::parse_agent_list(*answer) : std::nullopt;
  if (!listed) return std::nullopt;
  std::vector<PublicKey> keys;
  for (const auto& one : *listed)
    if (auto key = parse_key_blob(one.blob)) keys.push_back(std::move(*key));
  return keys;
}

AgentSignature agent_sign(const std::string& socket_path, const PublicKey& key, std::string_view data,
                          std::chrono::milliseconds limit, std::stop_token stop) {
  const std::uint32_t flags = key.type == sshkey::kRsa ? sshkey::kAgentRsaSha512 : 0;
  AgentSignature result;
  const auto answer = Conversation(limit, stop)
                          .ask(socket_path, sshkey::agent_sign_request(key.blob, data, flags), result.end);
  if (!answer) return result;
  auto signature = sshkey::parse_agent_signature(*answer);
  result.end = signature ? End::made : End::refused;
  if (signature) result.signature = std::move(*signature);
  return result;
}

}  // namespace jaga::sign
