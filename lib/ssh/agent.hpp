// Private to ssh: os::AgentClient in an io_context. One question at a time, each with a deadline; after a
// deadline was missed the agent is given up for the rest of the run.
//
// Of the thread that runs the context, which must outlive it; kept alive by what it waits for, until stop().
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "base/message.hpp"
#include "os/agent.hpp"

namespace jaga::ssh {

class Agent : public std::enable_shared_from_this<Agent> {
 public:
  Agent(boost::asio::io_context& context, std::string path, std::chrono::milliseconds timeout);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

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
  void go_on();
  void wait(boost::asio::posix::stream_descriptor::wait_type what);
  void disconnect();
  void finish(const std::string& answer, const Message& problem);
  void fail();

  boost::asio::io_context& context_;
  std::string path_;
  std::chrono::milliseconds timeout_;
  os::AgentClient client_;
  boost::asio::posix::stream_descriptor watch_;  // of the client's descriptor, which is not its own
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer pause_;
  std::deque<Question> questions_;
  bool busy_ = false;
  bool late_ = false;
  bool stopped_ = false;
  std::size_t asked_ = 0;     // how many questions were begun,
  std::size_t answered_ = 0;  // and the last of them that has its end
};

}  // namespace jaga::ssh
