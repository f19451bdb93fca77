#include "server.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.hpp"
#include "process/run.hpp"

#ifdef __SANITIZE_ADDRESS__
// libssh2 1.10 forgets the two halves (64 bytes) of its own key where a curve25519 exchange is broken off.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libssh2.so";
}
#endif

namespace jaga::test {
namespace {

constexpr const char* kSshd = "/usr/sbin/sshd";

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

const sockaddr* general(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

int listen_on_loopback(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  REQUIRE(::bind(fd, general(address), size) == 0);
  REQUIRE(::listen(fd, 128) == 0);
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port = ntohs(address.sin_port);
  return fd;
}

template <typename Condition>
void wait_until(Condition condition) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < limit);
    ::usleep(2000);
  }
}

}  // namespace

bool have_sshd() {
  if (::access(kSshd, X_OK) == 0) return true;
  const char* ci = ::getenv("CI");
  REQUIRE_MESSAGE((ci == nullptr || std::string(ci) != "true"), "sshd is not installed");
  MESSAGE("not tested: ", kSshd, " is not installed (package openssh-server)");
  return false;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

Folder::Folder() {
  char name[] = "/tmp/jaga-ssh-XXXXXX";
  path_ = ::mkdtemp(name);
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Daemon::Daemon(const std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  for (const std::string& each : argv) pointers.push_back(const_cast<char*>(each.c_str()));
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  // Not this test's streams: their reader waits for the last process that holds one.
  ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  REQUIRE(::posix_spawnp(&pid_, pointers.front(), &actions, nullptr, pointers.data(), ::environ) == 0);
  ::posix_spawn_file_actions_destroy(&actions);
}

Daemon::~Daemon() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

std::string make_key(const Folder& folder, const std::string& name, const std::vector<std::string>& kind) {
  const std::string path = folder / name;
  std::vector<std::string> argv{"ssh-keygen", "-q", "-N", "", "-C", "test", "-f", path, "-t"};
  argv.insert(argv.end(), kind.begin(), kind.end());
  REQUIRE(process::run({.argv = argv, .timeout = std::chrono::minutes(10)}).ok());
  return path;
}

sshkey::PublicKey public_key(const std::string& private_path) {
  const auto key = sshkey::parse_public_key(read_file(private_path + ".pub"));
  REQUIRE(key);
  return *key;
}

Sshd::Sshd(const std::vector<std::string>& host_key_kinds, const std::vector<sshkey::PublicKey>& authorized,
           const std::string& more_config) {
  if (::geteuid() == 0) ::mkdir("/run/sshd", 0755);
  ::close(listen_on_loopback(port_));
  // The first value of a keyword counts.
  std::string config =
      more_config + "\nListenAddress 127.0.0.1:" + std::to_string(port_) +
      "\nUsePAM no\nStrictModes no\nPidFile none\nPermitRootLogin yes\nPasswordAuthentication no\n"
      "KbdInteractiveAuthentication no\nLogLevel ERROR\nAuthorizedKeysFile " +
      (folder_ / "authorized") + "\nSetEnv SHLVL=2\n";
  for (const std::string& kind : host_key_kinds) {
    const std::string path = make_key(folder_, "host_" + kind, {kind});
    host_keys_.push_back(public_key(path));
    config += "HostKey " + path + "\n";
  }
  std::string lines;
  for (const sshkey::PublicKey& key : authorized) lines += key.line() + "\n";
  write_file(folder_ / "authorized", lines);
  write_file(folder_ / "config", config);
  daemon_ = std::make_unique<Daemon>(
      std::vector<std::string>{kSshd, "-D", "-f", folder_ / "config", "-E", folder_ / "log"});
  wait_until([this] {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port_);
    const bool up = ::connect(fd, general(address), sizeof address) == 0;
    ::close(fd);
    return up;
  });
}

ssh::Target Sshd::target() const {
  return {.name = "test",
          .address = "127.0.0.1",
          .port = port_,
          .user = ::getpwuid(::geteuid())->pw_name,
          .known = host_keys_};
}

RealAgent::RealAgent(const std::vector<std::string>& key_paths) {
  daemon_ = std::make_unique<Daemon>(std::vector<std::string>{"ssh-agent", "-D", "-a", socket()});
  wait_until([this] { return std::filesystem::exists(socket()); });
  for (const std::string& path : key_paths) {
    process::Command add{.argv = {"ssh-add", "-q", path}};
    add.environment = {"PATH=/usr/bin:/bin", "SSH_AUTH_SOCK=" + socket()};
    // The socket is there a moment before the agent listens.
    wait_until([&add] { return process::run(add).ok(); });
  }
}

Peer::Peer(std::function<void(int)> serve, const std::string& path) : serve_(std::move(serve)) {
  if (path.empty()) {
    listener_ = listen_on_loopback(port_);
  } else {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    path.copy(address.sun_path, path.size());
    REQUIRE(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_, 16) == 0);
  }
  acceptor_ = std::thread([this] { accept_all(); });
}

void Peer::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    ++connections_;
    open_.push_back(fd);
    threads_.emplace_back([this, fd] {
      serve_(fd);
      ::shutdown(fd, SHUT_RDWR);
    });
  }
}

Peer::~Peer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  for (std::thread& thread : threads_) thread.join();
  for (const int fd : open_) ::close(fd);
  ::close(listener_);
}

ssh::Target Peer::target() const {
  return {.name = "peer", .address = "127.0.0.1", .port = port_, .user = "nobody"};
}

}  // namespace jaga::test
