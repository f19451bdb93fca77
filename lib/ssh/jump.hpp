// Private to ssh: connections through a jump host, each a channel (RFC 4254 section 7.2, "direct-tcpip") of a
// connection to it that many share.
//
// libssh2 opens one channel of a connection at a time and cannot be told to give up: a target behind the jump
// host that does not answer would stop all others. So there is more than one connection to a jump host where
// an opening takes long, and one whose opening nobody waits for any more is given no further work.
#pragma once

#include <libssh2.h>
#include <sys/types.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/message.hpp"
#include "ssh/ssh.hpp"

namespace jaga::ssh {

class Session;
struct Jump;
struct Run;

// One connection through a jump host: what the session at its end reads and writes, and what lies between.
class Tunnel {
 public:
  enum class State { waiting, opening, open, failed };

  Tunnel(std::string host, std::uint16_t port) : host_(std::move(host)), port_(port) {}

  // As recv(2) and send(2) without blocking; -errno where they fail.
  ssize_t receive(char* to, std::size_t size);
  ssize_t send(const char* from, std::size_t size);
  bool readable() const { return !in_.empty() || ended_; }
  bool writable() const { return ended_ || out_.size() < kMost; }
  State state() const { return state_; }
  Failure failure() const { return failure_; }
  const Message& problem() const { return problem_; }
  // Of the connection to the jump host, for who wants to see one.
  int descriptor() const { return descriptor_; }
  // The session at its end goes: nothing of it is looked at any more.
  void leave();

  std::function<void()> on_change;  // something that the session waits for
  std::function<void()> on_work;    // something that the jump host's connection has to do

 private:
  friend class Session;
  friend struct Jump;
  static constexpr std::size_t kMost = 64 * 1024;  // waiting in each direction

  void change(State state);
  void fail(Failure failure, Message problem);

  std::string host_;
  std::uint16_t port_;
  State state_ = State::waiting;
  Failure failure_ = Failure::no_route;
  Message problem_;
  LIBSSH2_CHANNEL* channel_ = nullptr;
  int descriptor_ = -1;
  std::string in_, out_;
  bool ended_ = false;  // there will be nothing more to read
  bool left_ = false;
};

// One connection to a jump host.
struct Link {
  explicit Link(Jump& to) : jump(to) {}
  Jump& jump;
  bool retired = false;  // takes no new tunnels
  std::shared_ptr<Tunnel> opening;
  std::chrono::steady_clock::time_point opening_since{};
  std::string message;  // of the channel that is being opened
  // A packet is half sent: nothing else may be sent before the rest, by the same call for the same tunnel.
  std::shared_ptr<Tunnel> holder;
  void (Session::*held)(Link&, const std::shared_ptr<Tunnel>&) = nullptr;
  std::vector<std::shared_ptr<Tunnel>> tunnels;
  std::function<void()> wake;
};

struct Jump {
  explicit Jump(Run& of, const Target& to) : run(of), target(to) {}
  // Puts the tunnel into the queue, and connects where nobody has yet.
  void ask(const std::shared_ptr<Tunnel>& tunnel);
  void connect();
  bool usable() const;  // there is a connection, or one is made, that takes new tunnels
  void ended(const Link& link, Failure failure, const Message& problem);

  Run& run;
  Target target;
  Deadlines deadlines;
  std::vector<std::shared_ptr<Link>> links;
  std::deque<std::shared_ptr<Tunnel>> waiting;
  std::optional<Message> broken;  // why nobody gets through any more
  bool for_program = false;       // ssh(1) might get through where we do not
};
inline constexpr std::size_t kMostLinks = 8;

}  // namespace jaga::ssh
