#include "ssh/transport.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "ssh/jump.hpp"
#include "ssh/kexinit.hpp"

namespace jaga::ssh {
namespace {

constexpr std::size_t kBytesPerTurn = 256 * 1024;
constexpr std::size_t kMostEarly = 16 * 1024;
constexpr std::size_t kAhead = 512;

Transport& self(void** abstract) {
  return *static_cast<Transport*>(*abstract);
}

}  // namespace

void Transport::attach(int fd) {
  *this = Transport();
  fd_ = fd;
}

void Transport::attach(Tunnel* tunnel) {
  *this = Transport();
  tunnel_ = tunnel;
}

void Transport::detach() {
  fd_ = -1;
  tunnel_ = nullptr;
  wants_read_ = false;
  wants_write_ = false;
}

void Transport::install(LIBSSH2_SESSION* session) {
#if LIBSSH2_VERSION_NUM >= 0x010b01
  const auto set = [session](int which, auto function) {
    libssh2_session_callback_set2(session, which, reinterpret_cast<libssh2_cb_generic*>(function));
  };
#else  // which took a function as void*
  const auto set = [session](int which, auto function) {
    libssh2_session_callback_set(session, which, reinterpret_cast<void*>(function));
  };
#endif
  set(LIBSSH2_CALLBACK_RECV, &Transport::on_receive);
  set(LIBSSH2_CALLBACK_SEND, &Transport::on_send);
}

void Transport::begin_turn() {
  budget_ = kBytesPerTurn;
  dry_ = false;
  exhausted_ = false;
  asked_ = false;
  wants_read_ = false;
  wants_write_ = false;
}

bool Transport::wants_turn() {
  if (!attached() || over()) return false;
  // Without having asked it gets one more turn, not one after the other: it may wait for a signature.
  const bool was_idle = idle_;
  idle_ = !asked_;
  if (exhausted_) return true;
  return !wants_read_ && !wants_write_ && !(idle_ && was_idle);
}

void Transport::forget_early() {
  keep_early_ = false;
  early_ = std::string();
}

ssize_t Transport::on_receive(libssh2_socket_t, void* to, std::size_t size, int, void** abstract) {
  Transport& transport = self(abstract);
  if (size != 1 && transport.ahead_.empty()) return transport.receive(static_cast<char*>(to), size);
  if (transport.ahead_at_ == transport.ahead_.size()) {
    char some[kAhead];
    const ssize_t got = transport.receive(some, sizeof some);
    if (got <= 0) return got;
    transport.ahead_.assign(some, static_cast<std::size_t>(got));
    transport.ahead_at_ = 0;
  }
  const std::size_t count = std::min(size, transport.ahead_.size() - transport.ahead_at_);
  std::memcpy(to, transport.ahead_.data() + transport.ahead_at_, count);
  transport.ahead_at_ += count;
  if (transport.ahead_at_ == transport.ahead_.size()) {
    transport.ahead_.clear();
    transport.ahead_at_ = 0;
  }
  return static_cast<ssize_t>(count);
}

ssize_t Transport::on_send(libssh2_socket_t, const void* from, std::size_t size, int, void** abstract) {
  return self(abstract).send(static_cast<const char*>(from), size);
}

ssize_t Transport::receive(char* to, std::size_t size) {
  if (!attached() || error_ != 0) return -(error_ != 0 ? error_ : EPIPE);
  if (ended_) return 0;
  asked_ = true;
  if (budget_ == 0 || dry_) {
    exhausted_ = exhausted_ || budget_ == 0;
    wants_read_ = true;
    return -EAGAIN;
  }
  ssize_t got = 0;
  if (next_error_ != 0) {
    got = -next_error_;
  } else {
    got = receive_once(to, std::min(size, budget_));
  }
  if (got == -EAGAIN) {
    dry_ = true;
    wants_read_ = true;
    return -EAGAIN;
  }
  if (got <= 0 && budget_ < kBytesPerTurn) {
    // libssh2 would drop the packets of this turn that it has not delivered yet. The end comes next turn.
    next_error_ = static_cast<int>(-got);
    budget_ = 0;
    wants_read_ = true;
    return -EAGAIN;
  }
  if (got == 0) {
    ended_ = true;
    return 0;
  }
  if (got < 0) {
    error_ = static_cast<int>(-got);
    return got;
  }
  const std::size_t count = static_cast<std::size_t>(got);
  budget_ -= count;
  if (keep_early_) {
    early_.append(to, count);
    if (early_.size() >= kMostEarly) {
      if (!identification(early_)) {
        babbling_ = true;
        error_ = EPROTO;
        return -EPROTO;
      }
      keep_early_ = false;
    }
  }
  return got;
}

ssize_t Transport::send(const char* from, std::size_t size) {
  if (!attached() || error_ != 0) return -(error_ != 0 ? error_ : EPIPE);
  const ssize_t sent = send_once(from, size);
  // Also after a part: libssh2 keeps the rest and waits to be called again.
  if (sent == -EAGAIN || (sent >= 0 && static_cast<std::size_t>(sent) < size)) wants_write_ = true;
  if (sent < 0 && sent != -EAGAIN) send_error_ = static_cast<int>(-sent);
  return sent;
}

ssize_t Transport::receive_once(char* to, std::size_t size) {
  if (tunnel_ != nullptr) return tunnel_->receive(to, size);
  ssize_t got = 0;
  do {
    got = ::recv(fd_, to, size, 0);
  } while (got < 0 && errno == EINTR);
  return got < 0 ? -errno : got;
}

ssize_t Transport::send_once(const char* from, std::size_t size) {
  if (tunnel_ != nullptr) return tunnel_->send(from, size);
  ssize_t sent = 0;
  do {
    sent = ::send(fd_, from, size, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : sent;
}

}  // namespace jaga::ssh
