#include "os/agent.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>

#include "sshkey/agent_messages.hpp"
#include "sshkey/wire.hpp"

namespace jaga::os {

using Now = AgentClient::Now;

void AgentClient::ask(std::string question) {
  question_ = std::move(question);
  size_.clear();
  bytes_.clear();
  done_ = 0;
  error_ = 0;
  step_ = connected_ ? Step::write : Step::connect;
  if (!connected_) socket_.reset();
}

void AgentClient::close() {
  socket_.reset();
  connected_ = false;
}

Now AgentClient::fail(int error) {
  error_ = error;
  bytes_.clear();
  connected_ = false;
  return Now::failed;
}

Now AgentClient::go_on() {
  if (step_ == Step::connect) {
    if (const Now now = connect(); now != Now::answered) return now;
  }
  if (step_ == Step::write) {
    if (const Now now = write(); now != Now::answered) return now;
  }
  if (step_ == Step::size) {
    if (const Now now = read(size_, Step::body); now != Now::answered) return now;
    const std::size_t size = sshkey::WireReader(size_).number();
    if (size == 0 || size > sshkey::kMostAgentAnswer) return fail(EMSGSIZE);
    bytes_.assign(size, '\0');
  }
  return read(bytes_, Step::body);
}

// `answered` of these three: this step is done.
Now AgentClient::connect() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.empty()) return fail(ENOENT);
  if (path_.size() >= sizeof address.sun_path) return fail(ENAMETOOLONG);
  std::copy(path_.begin(), path_.end(), address.sun_path);
  if (!socket_) socket_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_) return fail(errno);
  const auto* general = reinterpret_cast<const sockaddr*>(&address);  // NOLINT
  if (::connect(socket_.get(), general, sizeof address) != 0 && errno != EISCONN) {
    // A local socket whose queue is full answers EAGAIN and says nothing later: it is asked again.
    return errno == EAGAIN || errno == EINTR ? Now::pause : fail(errno);
  }
  connected_ = true;
  step_ = Step::write;
  return Now::answered;
}

Now AgentClient::write() {
  while (done_ < question_.size()) {
    const ssize_t sent =
        ::send(socket_.get(), question_.data() + done_, question_.size() - done_, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN ? Now::wait_to_write : fail(errno);
    done_ += static_cast<std::size_t>(sent);
  }
  done_ = 0;
  size_.assign(4, '\0');
  step_ = Step::size;
  return Now::answered;
}

Now AgentClient::read(std::string& into, Step next) {
  while (done_ < into.size()) {
    const ssize_t got = ::recv(socket_.get(), into.data() + done_, into.size() - done_, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN ? Now::wait_to_read : fail(errno);
    if (got == 0) return fail(0);
    done_ += static_cast<std::size_t>(got);
  }
  done_ = 0;
  step_ = next;
  return Now::answered;
}

}  // namespace jaga::os
