// Private to ssh: a client of ssh-agent that never blocks. One connection, one question at a time, each with
// a deadline; after a deadline was missed the agent is given up for the rest of the run.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "base/message.hpp"

namespace jaga::ssh {

class Agent : public std::enable_shared_from_this<Agent> {
 public:
  Agent(boost::asio::io_context& context, std::string path, std::chrono::milliseconds timeout);

  // `done` gets the answer without the length in front, or the problem (then the answer is empty). It is
  // called from the context, never from within ask().
  using Done = std::function<void(const std::string& answer, const Message& problem)>;
  void ask(std::string question, Done done);
  // Drops what is under way; no `done` is called any more.
  void stop();

 private:
  struct Question {
    std::string bytes;
    Done done;
  };
  void begin();
  void write();
  void read();
  void read_body();
  void finish(const std::string& answer, const Message& problem);
  void fail(const boost::system::error_code& error);

  boost::asio::io_context& context_;
  std::string path_;
  std::chrono::milliseconds timeout_;
  boost::asio::local::stream_protocol::socket socket_;
  boost::asio::steady_timer timer_;
  std::deque<Question> questions_;
  bool busy_ = false;
  bool late_ = false;
  bool stopped_ = false;
  std::size_t asked_ = 0;     // how many questions were begun,
  std::size_t answered_ = 0;  // and the last of them that has its end
  std::array<char, 4> size_{};
  std::string answer_;
};

}  // namespace jaga::ssh
