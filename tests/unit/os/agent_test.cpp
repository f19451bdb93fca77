#include "os/agent.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <thread>
#include <vector>

using namespace jaga;
using Now = os::AgentClient::Now;

namespace {

const std::string kQuestion("\0\0\0\1\x0b", 5);

class Listener {
 public:
  explicit Listener(int backlog) {
    folder_ = std::filesystem::temp_directory_path() / "jaga-os-XXXXXX";
    REQUIRE(::mkdtemp(folder_.data()) != nullptr);
    path_ = folder_ + "/agent";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path_.size() < sizeof address.sun_path);
    std::copy(path_.begin(), path_.end(), address.sun_path);
    socket_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
            0);  // NOLINT
    REQUIRE(::listen(socket_.get(), backlog) == 0);
  }
  ~Listener() { std::filesystem::remove_all(folder_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  const std::string& path() const { return path_; }
  os::Descriptor accept() const {
    return os::Descriptor(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }

 private:
  std::string folder_;
  std::string path_;
  os::Descriptor socket_;
};

void say(const os::Descriptor& to, const std::string& bytes) {
  REQUIRE(::send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
}

std::string heard(const os::Descriptor& from, std::size_t size) {
  std::string bytes(size, '\0');
  REQUIRE(::recv(from.get(), bytes.data(), size, MSG_WAITALL) == static_cast<ssize_t>(size));
  return bytes;
}

}  // namespace

TEST_CASE("questions over one connection, each answer in whatever pieces") {
  const Listener listener(4);
  os::AgentClient client(listener.path());
  client.ask(kQuestion);
  REQUIRE(client.go_on() == Now::wait_to_read);
  const os::Descriptor agent = listener.accept();
  CHECK(heard(agent, 5) == kQuestion);
  for (const char c : std::string("\0\0\0\3abc", 7)) {
    CHECK(client.go_on() == Now::wait_to_read);
    say(agent, std::string(1, c));
  }
  CHECK(client.go_on() == Now::answered);
  CHECK(client.answer() == "abc");

  const int connection = client.descriptor();
  client.ask(kQuestion);
  CHECK(client.go_on() == Now::wait_to_read);
  CHECK(client.descriptor() == connection);
  CHECK(heard(agent, 5) == kQuestion);
  say(agent, std::string("\0\0\0\1x", 5));
  CHECK(client.go_on() == Now::answered);
  CHECK(client.answer() == "x");
}

TEST_CASE("a question that is longer than the agent takes at once") {
  const Listener listener(4);
  os::AgentClient client(listener.path());
  const std::string question(4'000'000, 'q');
  client.ask(question);
  REQUIRE(client.go_on() == Now::wait_to_write);
  const os::Descriptor agent = listener.accept();
  std::string taken;
  const std::jthread reader([&] {
    taken = heard(agent, question.size());
    say(agent, std::string("\0\0\0\1x", 5));
  });
  Now now = Now::wait_to_write;
  while (now == Now::wait_to_write || now == Now::wait_to_read) {
    pollfd entry{client.descriptor(), static_cast<short>(now == Now::wait_to_write ? POLLOUT : POLLIN), 0};
    REQUIRE(::poll(&entry, 1, 60'000) == 1);
    now = client.go_on();
  }
  CHECK(now == Now::answered);
  CHECK(client.answer() == "x");
}

TEST_CASE("why there is no answer, and a new connection for the next question") {
  const Listener listener(4);
  os::AgentClient client(listener.path());
  const auto answered = [&](const std::string& bytes) {
    client.ask(kQuestion);
    REQUIRE(client.go_on() == Now::wait_to_read);
    os::Descriptor agent = listener.accept();
    heard(agent, 5);
    if (!bytes.empty()) say(agent, bytes);
    agent.reset();
    return client.go_on();
  };
  CHECK(answered({}) == Now::failed);
  CHECK(client.error() == 0);
  CHECK(answered(std::string("\0\0\0\0", 4)) == Now::failed);
  CHECK(client.error() == EMSGSIZE);
  CHECK(answered("\xff\xff\xff\xff") == Now::failed);
  CHECK(client.error() == EMSGSIZE);
  CHECK(answered(std::string("\0\0\0\5abc", 7)) == Now::failed);
  CHECK(client.error() == 0);
  CHECK(client.answer().empty());
  CHECK(answered(std::string("\0\0\0\1x", 5)) == Now::answered);

  const auto error_of = [](const std::string& path) {
    os::AgentClient none(path);
    none.ask(kQuestion);
    CHECK(none.go_on() == Now::failed);
    return none.error();
  };
  CHECK(error_of("") == ENOENT);
  CHECK(error_of("/nonexistent/agent") == ENOENT);
  CHECK(error_of(std::string(108, 'x')) == ENAMETOOLONG);
}

TEST_CASE("an agent whose queue is full is asked again") {
  const Listener listener(0);
  std::vector<os::AgentClient> waiting;
  Now now = Now::wait_to_read;
  while (now == Now::wait_to_read) {
    REQUIRE(waiting.size() < 100);
    waiting.emplace_back(listener.path()).ask(kQuestion);
    now = waiting.back().go_on();
  }
  REQUIRE(now == Now::pause);
  CHECK(waiting.back().go_on() == Now::pause);
  std::vector<os::Descriptor> taken;
  for (std::size_t i = 1; i < waiting.size(); ++i) taken.push_back(listener.accept());
  CHECK(waiting.back().go_on() == Now::wait_to_read);
  const os::Descriptor last = listener.accept();
  CHECK(heard(last, 5) == kQuestion);
}
