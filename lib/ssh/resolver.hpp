// Private to ssh: os::look_up in threads of its own, answered in an event loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "os/resolver.hpp"

namespace jaga::ssh {

// Of the thread that runs the executor's context.
class Resolver {
 public:
  struct Answer {
    std::vector<boost::asio::ip::tcp::endpoint> endpoints;
    std::string problem;  // of getaddrinfo, where there are none
  };

  // How a name is looked up; called in several threads at once. What it throws is that name's problem.
  using LookUp = std::function<Answer(const std::string& name, std::uint16_t port)>;

  explicit Resolver(boost::asio::any_io_executor executor);
  Resolver(boost::asio::any_io_executor executor, LookUp look_up);
  // Forgets all questions. A thread that hangs in the system's resolver is left to itself.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // `done` is called on the executor, while this lives.
  void ask(std::string name, std::uint16_t port, const std::function<void(Answer)>& done);

  // In the calling thread.
  static Answer ask_system(const std::string& name, std::uint16_t port, os::Patience patience);

 private:
  struct State;
  std::shared_ptr<State> state_;
  os::BlockingThreads threads_;
};

}  // namespace jaga::ssh
