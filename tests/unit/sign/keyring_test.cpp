#include "sign/keyring.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/error.hpp"
#include "sign/agent.hpp"
#include "sign/private_key.hpp"
#include "workshop.hpp"

using namespace jaga;

namespace {

// A real ssh-agent of its own, ended by its own process id.
class Agent {
 public:
  explicit Agent(const Workshop& workshop) : socket_(workshop.at("agent")) {
    const auto out = Workshop::run({"ssh-agent", "-s", "-a", socket_}).out;
    const auto at = out.find("SSH_AGENT_PID=");
    if (at != std::string::npos) pid_ = std::atoi(out.c_str() + at + 14);
  }
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;
  ~Agent() {
    if (pid_ > 1) kill(pid_, SIGTERM);
  }
  const std::string& socket() const { return socket_; }
  bool add(const std::string& file) const { return call({"ssh-add", "-q", file}).ok(); }
  bool remove_all() const { return call({"ssh-add", "-q", "-D"}).ok(); }

 private:
  process::Outcome call(std::vector<std::string> argv) const {
    process::Command command;
    command.argv = std::move(argv);
    command.environment = {{"PATH=/usr/bin:/bin", "SSH_AUTH_SOCK=" + socket_, "LC_ALL=C"}};
    return process::run(command);
  }
  std::string socket_;
  int pid_ = 0;
};

Error refused(const sign::Signer& signer) {
  try {
    static_cast<void>(signer.sign("bytes", sign::kRecordNamespace));
  } catch (const Error& error) {
    return error;
  }
  return Error{ExitCode::ok, Message{}};
}

bool signs(const sign::Signer& signer) {
  const auto signature = signer.sign("bytes", sign::kRecordNamespace);
  return sign::verify("bytes", signature, sign::kRecordNamespace) == signer.public_key();
}

}  // namespace

TEST_CASE("a key file signs; with its public half, without it, and named by it") {
  const Workshop workshop;
  const auto file = workshop.at("key");
  const auto made = sign::make_key(file, "timer");
  CHECK_THROWS_AS(sign::make_key(file, "timer"), Error);
  struct stat status {};
  REQUIRE(stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);

  sign::Places places;
  places.key_file = file;
  auto found = sign::find_keys(places);
  REQUIRE(found.size() == 1);
  CHECK(found[0].key == made);
  CHECK(found[0].origin == file);
  CHECK_FALSE(found[0].in_agent);
  CHECK(signs(*sign::signer_for(found[0], places)));

  places.key_file = file + ".pub";
  CHECK(sign::find_keys(places).at(0).origin == file);
  std::filesystem::remove(file + ".pub");
  places.key_file = file;
  found = sign::find_keys(places);
  CHECK(found.at(0).key == made);
  CHECK(signs(*sign::signer_for(found[0], places)));
}

TEST_CASE("old PEM keys are found too") {
  const Workshop workshop;
  const auto file = workshop.make_key("pem", {"ecdsa", "-b", "256", "-m", "PEM"});
  REQUIRE(workshop.read("pem").starts_with("-----BEGIN EC PRIVATE KEY-----"));
  std::filesystem::remove(file + ".pub");
  sign::Places places;
  places.key_file = file;
  const auto found = sign::find_keys(places);
  REQUIRE(found.size() == 1);
  const auto signer = sign::signer_for(found[0], places);
  CHECK(refused(*signer).hint().render(Language::english) ==
        "write it: ssh-keygen -y -f '" + file + "' > '" + file + ".pub'");
  workshop.write("pem.pub", found[0].key.line() + "\n");
  CHECK(signs(*signer));
}

TEST_CASE("keys of ~/.ssh, without doubles, the machine's last") {
  const Workshop workshop;
  workshop.make_key("id_ed25519", {"ed25519"});
  workshop.make_key("id_ecdsa", {"ecdsa"});
  workshop.make_key("other", {"ed25519"});
  workshop.make_key("machine", {"ed25519"});
  workshop.write("id_ed25519-cert.pub", "x");
  workshop.write("id_broken", "nothing");
  sign::Places places;
  places.home_ssh = workshop.at("");
  places.home_ssh.pop_back();
  places.config_key = workshop.at("id_ed25519");
  places.machine_key = workshop.at("machine");
  const auto found = sign::find_keys(places);
  REQUIRE(found.size() == 3);
  CHECK(found[0].origin == workshop.at("id_ed25519"));
  CHECK(found[1].origin == workshop.at("id_ecdsa"));
  CHECK(found[2].machine);
}

TEST_CASE("a real agent signs, with and without files; without it each failure says what mends it") {
  const Workshop workshop;
  const Agent agent(workshop);
  const auto file = workshop.make_key("key", {"ed25519"});
  workshop.make_key("locked", {"ed25519"}, "secret");
  CHECK(sign::agent_keys(agent.socket())->empty());
  REQUIRE(agent.add(file));
  CHECK(sign::agent_keys(agent.socket())->size() == 1);

  sign::Places places;
  places.agent_socket = agent.socket();
  auto found = sign::find_keys(places);
  REQUIRE(found.size() == 1);
  CHECK(found[0].origin == "agent");
  CHECK(found[0].in_agent);
  CHECK(signs(*sign::signer_for(found[0], places)));

  std::filesystem::rename(file, workshop.at("gone"));
  places.key_file = file + ".pub";
  const auto by_public = sign::find_keys(places);
  REQUIRE(by_public.size() == 1);
  const auto signer = sign::signer_for(by_public[0], places);
  CHECK(signs(*signer));

  REQUIRE(agent.remove_all());
  CHECK(std::string(refused(*signer).what()).find("does not hold the key") != std::string::npos);
  CHECK(refused(*signer).code() == ExitCode::not_permitted);
  CHECK_THROWS_AS(sign::find_keys(places), Error);

  places.key_file = workshop.at("locked");
  found = sign::find_keys(places);
  REQUIRE(found.size() == 1);
  auto error = refused(*sign::signer_for(found[0], places));
  CHECK(std::string(error.what()) == "the key '" + workshop.at("locked") + "' is locked");
  CHECK(error.hint().render(Language::english) == "ssh-add '" + workshop.at("locked") + "'");
  places.agent_socket.clear();
  error = refused(*sign::signer_for(found[0], places));
  CHECK(std::string(error.what()).find("there is no agent") != std::string::npos);
}

TEST_CASE("wrong mode, wrong halves, no key, no ssh-keygen") {
  const Workshop workshop;
  const auto file = workshop.make_key("key", {"ed25519"});
  workshop.make_key("other", {"ed25519"});
  sign::Places places;
  places.key_file = file;
  const auto found = sign::find_keys(places).at(0);
  const auto signer = sign::signer_for(found, places);

  chmod(file.c_str(), 0644);
  CHECK(refused(*signer).hint().render(Language::english) == "chmod 600 '" + file + "'");
  chmod(file.c_str(), 0600);
  CHECK(signs(*signer));

  workshop.write("key.pub", workshop.read("other.pub"));
  const auto mixed = refused(*sign::signer_for(sign::find_keys(places).at(0), places));
  CHECK(std::string(mixed.what()).find("not halves of one key") != std::string::npos);

  workshop.write("text", "no key");
  places.key_file = workshop.at("text");
  CHECK_THROWS_AS(sign::find_keys(places), Error);
  places.key_file = workshop.at("absent");
  CHECK_THROWS_AS(sign::find_keys(places), Error);

  places.environment = {"PATH=/nonexistent"};
  CHECK(std::string(refused(*sign::signer_for(found, places)).what()) == "cannot run 'ssh-keygen'");
}

TEST_CASE("an agent that answers nonsense is no agent") {
  CHECK_FALSE(sign::agent_keys("/nonexistent/agent"));
  CHECK_FALSE(sign::parse_identities(""));
  CHECK_FALSE(sign::parse_identities(std::string("\x0c\xff\xff\xff\xff", 5)));
  CHECK_FALSE(sign::parse_identities(std::string("\x0c\0\0\0\1\0\0\0\x7f", 9)));
  CHECK_FALSE(sign::parse_identities(std::string("\x0c\0\0\0\0x", 6)));
  CHECK(sign::parse_identities(std::string("\x0c\0\0\0\0", 5))->empty());
}

TEST_CASE("an agent that takes no connection is given up in time") {
  using namespace std::chrono_literals;
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
