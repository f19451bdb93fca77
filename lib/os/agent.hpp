// A client of ssh-agent (draft-miller-ssh-agent): one connection, one question at a time. It never blocks;
// who asks waits as he is told, by poll(2) or in an event loop, and keeps the time.
#pragma once

#include <cstddef>
#include <string>

#include "os/descriptor.hpp"

namespace jaga::os {

// Of one thread. The connection stays open from one question to the next, until close() or a failure.
class AgentClient {
 public:
  explicit AgentClient(std::string socket_path) : path_(std::move(socket_path)) {}

  enum class Now {
    wait_to_read,   // until descriptor() is readable,
    wait_to_write,  // or writable; then go_on()
    pause,          // for kPause: its queue is full, and nothing tells when it has room
    answered,       // answer() is there
    failed,         // error() says why; the next question begins a new connection
  };
  static constexpr int kPause = 10;  // ms

  // Begins with `question`, its length in front. Whatever was asked before must have its end.
  void ask(std::string question);
  // As far as it goes without waiting.
  [[nodiscard]] Now go_on();
  // Drops the question and the connection.
  void close();

  // Open until close(), or ask() after a failure; -1: no connection was begun.
  int descriptor() const { return socket_.get(); }
  // Without its length.
  const std::string& answer() const { return bytes_; }
  // An errno: ENAMETOOLONG where no address holds the path, EMSGSIZE where the answer is empty or too long.
  // 0: the agent hung up.
  int error() const { return error_; }

 private:
  enum class Step { connect, write, size, body };
  Now connect();
  Now write();
  Now read(std::string& into, Step next);
  Now fail(int error);

  std::string path_;
  Descriptor socket_;
  std::string question_;
  std::string size_;
  std::string bytes_;
  std::size_t done_ = 0;  // of what is being written or read
  Step step_ = Step::connect;
  bool connected_ = false;
  int error_ = 0;
};

}  // namespace jaga::os
