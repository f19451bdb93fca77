// What the tests of ssh talk to: a real sshd and ssh-agent of their own, and small servers that misbehave.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "ssh/ssh.hpp"

namespace jaga::test {

// True where sshd is installed. Without it a test prints why it does nothing; with CI=true that is a failure.
bool have_sshd();

std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& content);

// A temporary directory.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// A program in the background, ended by its number.
class Daemon {
 public:
  explicit Daemon(const std::vector<std::string>& argv);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

 private:
  pid_t pid_ = -1;
};

// ssh-keygen; the path of the private key.
std::string make_key(const Folder& folder, const std::string& name, const std::vector<std::string>& kind);
sshkey::PublicKey public_key(const std::string& private_path);

// sshd on 127.0.0.1 that lets the current user in with the keys of `authorized`.
class Sshd {
 public:
  Sshd(const std::vector<std::string>& host_key_kinds, const std::vector<sshkey::PublicKey>& authorized,
       const std::string& more_config = {});
  ssh::Target target() const;
  const std::vector<sshkey::PublicKey>& host_keys() const { return host_keys_; }

 private:
  Folder folder_;
  std::uint16_t port_;
  std::vector<sshkey::PublicKey> host_keys_;
  std::unique_ptr<Daemon> daemon_;
};

// ssh-agent with these keys.
class RealAgent {
 public:
  explicit RealAgent(const std::vector<std::string>& key_paths);
  std::string socket() const { return folder_ / "agent"; }

 private:
  Folder folder_;
  std::unique_ptr<Daemon> daemon_;
};

// A TCP server (or, given a path, a unix one) that does `serve` with each connection, one thread each.
class Peer {
 public:
  explicit Peer(std::function<void(int fd)> serve, const std::string& path = {});
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ssh::Target target() const;
  int connections() const { return connections_; }

 private:
  void accept_all();
  std::function<void(int)> serve_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace jaga::test
