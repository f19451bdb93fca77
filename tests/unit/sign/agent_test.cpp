#include "sign/agent.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>

#include "agent_process.hpp"
#include "base/error.hpp"
#include "sign/keyring.hpp"
#include "sign/sshsig.hpp"
#include "sshkey/wire.hpp"

using namespace jaga;
using namespace std::chrono_literals;
using End = sign::AgentSignature::End;

namespace {

// A socket by that name, where `serve` answers one connection after the other.
class FalseAgent {
 public:
  FalseAgent(const Workshop& workshop, std::vector<std::function<void(int fd)>> serve)
      : path_(workshop.at("false-agent")), listener_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path_.size() < sizeof address.sun_path);
    std::copy(path_.begin(), path_.end(), address.sun_path);
    REQUIRE(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);  // NOLINT
    REQUIRE(listen(listener_, 4) == 0);
    thread_ = std::jthread([this, serve = std::move(serve)] {
      for (const auto& one : serve) {
        const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        one(fd);
        close(fd);
      }
    });
  }
  FalseAgent(const FalseAgent&) = delete;
  FalseAgent& operator=(const FalseAgent&) = delete;
  ~FalseAgent() {
    thread_.join();
    close(listener_);
  }
  const std::string& socket_path() const { return path_; }

 private:
  std::string path_;
  int listener_;
  std::jthread thread_;
};

// The question without its length.
std::string question(int fd) {
  std::string head(4, '\0');
  REQUIRE(recv(fd, head.data(), head.size(), MSG_WAITALL) == 4);
  std::string out(sshkey::WireReader(head).number(), '\0');
  REQUIRE(recv(fd, out.data(), out.size(), MSG_WAITALL) == static_cast<ssize_t>(out.size()));
  return out;
}

std::function<void(int)> answering(const std::string& answer) {
  return [answer](int fd) {
    question(fd);
    std::string bytes;
    sshkey::put_string(bytes, answer);
    // One byte at a time, as a socket may give it.
    for (const char c : bytes) send(fd, &c, 1, MSG_NOSIGNAL);
  };
}

sign::PublicKey some_key(const Workshop& workshop) {
  return sign::public_key_of(workshop.make_key("some", {"ed25519"})).value();
}

}  // namespace

TEST_CASE("a real agent signs with every kind of key, and ssh-keygen accepts it") {
  const Workshop workshop;
  const AgentProcess agent(workshop);
  sign::Places places;
  places.agent_socket = agent.socket();
  places.environment = {"PATH=/nonexistent"};  // nothing else has a part in it
  for (const std::vector<std::string>& type : {std::vector<std::string>{"ed25519"},
                                               {"ecdsa", "-b", "256"},
                                               {"ecdsa", "-b", "521"},
                                               {"rsa", "-b", "2048"}}) {
    CAPTURE(type.front());
    REQUIRE(agent.remove_all());
    std::filesystem::remove(workshop.at("key"));
    REQUIRE(agent.add(workshop.make_key("key", type)));
    const auto found = sign::find_keys(places);
    REQUIRE(found.size() == 1);
    const auto signature = sign::signer_for(found[0], places)->sign("bytes", sign::kRecordNamespace);
    CHECK(workshop.keygen_accepts("p " + found[0].key.line() + "\n", "p", "jaga-record", "bytes", signature));
  }
}

TEST_CASE("an agent that is locked, and unlocked again") {
  const Workshop workshop;
  const AgentProcess agent(workshop);
  REQUIRE(agent.add(workshop.make_key("key", {"ed25519"})));
  sign::Places places;
  places.agent_socket = agent.socket();
  const auto found = sign::find_keys(places);
  REQUIRE(found.size() == 1);
  workshop.write("asker", "#!/bin/sh\necho open-sesame\n", 0700);
  REQUIRE(agent.lock(workshop.at("asker")));
  CHECK(std::string(refused(*sign::signer_for(found[0], places)).what()).find("no longer holds the key") !=
        std::string::npos);
  REQUIRE(agent.unlock(workshop.at("asker")));
  CHECK_NOTHROW(sign::signer_for(found[0], places)->sign("bytes", sign::kRecordNamespace));
}

TEST_CASE("what is asked of an agent") {
  const Workshop workshop;
  std::string asked;
  {
    const FalseAgent agent(workshop, {[&asked](int fd) { asked = question(fd); }});
    CHECK(sign::agent_sign(agent.socket_path(), {"ssh-rsa", "blob"}, "data", 5s, {}).end == End::no_agent);
  }
  std::string expected{'\x0d'};
  sshkey::put_string(expected, "blob");
  sshkey::put_string(expected, "data");
  sshkey::put_number(expected, 4);  // SSH_AGENT_RSA_SHA2_512
  CHECK(asked == expected);
}

TEST_CASE("an agent that refuses, answers nonsense, hangs up or makes another signature") {
  const Workshop workshop;
  const auto key = some_key(workshop);
  const auto end_of = [&](const std::function<void(int)>& serve) {
    const FalseAgent agent(workshop, {serve});
    const auto end = sign::agent_sign(agent.socket_path(), key, "data", 5s, {}).end;
    std::filesystem::remove(agent.socket_path());
    return end;
  };
  CHECK(end_of(answering("\x05")) == End::refused);
  CHECK(end_of(answering("\x0e")) == End::refused);
  CHECK(end_of(answering(std::string("\x0e\0\0\0\x7fx", 6))) == End::refused);
  CHECK(end_of(answering(std::string("\x0e\0\0\0\1xy", 7))) == End::refused);
  CHECK(end_of(answering("")) == End::no_agent);
  CHECK(end_of([](int fd) { question(fd); }) == End::no_agent);
  CHECK(end_of([](int fd) {
          question(fd);
          send(fd, "\xff\xff\xff\xff", 4, MSG_NOSIGNAL);  // longer than any answer
        }) == End::no_agent);

  std::string answer{'\x0e'};
  sshkey::put_string(answer, "signature");
  const FalseAgent agent(workshop, {answering(answer), answering(answer)});
  const auto made = sign::agent_sign(agent.socket_path(), key, "data", 5s, {});
  CHECK(made.end == End::made);
  CHECK(made.signature == "signature");
  sign::Places places;
  places.agent_socket = agent.socket_path();
  CHECK(std::string(refused(*sign::signer_for({key, "agent", true, false}, places)).what()) ==
        "the new signature does not verify, key '" + key.fingerprint() + "'");
}

TEST_CASE("an agent that refuses still holds the key, or does not") {
  const Workshop workshop;
  const auto key = some_key(workshop);
  std::string holds{'\x0c'};
  sshkey::put_number(holds, 1);
  sshkey::put_string(holds, key.blob);
  sshkey::put_string(holds, "comment");
  const FalseAgent agent(workshop, {answering("\x05"), answering(holds), answering("\x05"),
                                    answering(std::string("\x0c\0\0\0\0", 5))});
  sign::Places places;
  places.agent_socket = agent.socket_path();
  const auto signer = sign::signer_for({key, "agent", true, false}, places);
  CHECK(std::string(refused(*signer).what()) == "the agent cannot sign with '" + key.fingerprint() + "'");
  CHECK(std::string(refused(*signer).what()) ==
        "the agent no longer holds the key '" + key.fingerprint() + "'");
}

TEST_CASE("an agent that says nothing is given up in time, or when told to stop") {
  const Workshop workshop;
  const auto key = some_key(workshop);
  std::stop_source stop;
  const auto silent = [](int fd) {
    question(fd);
    char gone = 0;
    CHECK(recv(fd, &gone, 1, 0) == 0);
  };
  const FalseAgent agent(workshop, {silent, [&](int fd) {
                                      question(fd);
                                      stop.request_stop();
                                      char gone = 0;
                                      CHECK(recv(fd, &gone, 1, 0) == 0);
                                    }});
  CHECK(sign::agent_sign(agent.socket_path(), key, "data", 100ms, {}).end == End::timed_out);
  CHECK(sign::agent_sign(agent.socket_path(), key, "data", 1h, stop.get_token()).end == End::cancelled);
  CHECK(sign::agent_sign("/nonexistent/agent", key, "data", 5s, {}).end == End::no_agent);
  CHECK(sign::agent_sign("", key, "data", 5s, {}).end == End::no_agent);
}

TEST_CASE("an agent that answers nonsense is not used") {
  const Workshop workshop;
  CHECK_FALSE(sign::agent_keys("/nonexistent/agent"));
  const auto key = some_key(workshop);
  std::string list{'\x0c'};
  sshkey::put_number(list, 2);
  for (const std::string& blob : {key.blob, std::string("of another kind")}) {
    sshkey::put_string(list, blob);
    sshkey::put_string(list, "comment");
  }
  const FalseAgent agent(workshop, {answering("\x05"), answering(std::string("\x0c\xff\xff\xff\xff", 5)),
                                    answering(list + "x"), answering(list)});
  for (int wrong = 0; wrong < 3; ++wrong) CHECK_FALSE(sign::agent_keys(agent.socket_path()));
  CHECK(sign::agent_keys(agent.socket_path()) == std::vector<sign::PublicKey>{key});
}

TEST_CASE("an agent that takes no connection is given up in time") {
  const Workshop workshop;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = workshop.at("agent");
  REQUIRE(path.size() < sizeof address.sun_path);
  std::copy(path.begin(), path.end(), address.sun_path);
  const auto* general = reinterpret_cast<const sockaddr*>(&address);  // NOLINT
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(bind(listener, general, sizeof address) == 0);
  REQUIRE(listen(listener, 0) == 0);
  std::vector<int> waiting;
  for (;;) {  // until its queue is full
    waiting.push_back(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (connect(waiting.back(), general, sizeof address) != 0) break;
  }
  REQUIRE(errno == EAGAIN);
  const auto began = std::chrono::steady_clock::now();
  CHECK_FALSE(sign::agent_keys(path, 200ms));
  CHECK(std::chrono::steady_clock::now() - began >= 200ms);
  for (const int fd : waiting) close(fd);
  CHECK_FALSE(sign::agent_keys(path, 200ms));  // takes it, and says nothing
  close(listener);
}
