#include "ssh/resolver.hpp"

#include <boost/asio/post.hpp>
#include <cstring>
#include <exception>
#include <mutex>
#include <new>

namespace jaga::ssh {
namespace {

// A silent name has its thread for seconds; the others do not wait for it.
constexpr std::size_t kMostThreads = 128;

// No exception leaves a thread.
Resolver::Answer failed(const char* why) noexcept {
  Resolver::Answer answer;
  try {
    answer.problem = why;
  } catch (const std::bad_alloc&) {
    answer.problem = "out of memory";
  }
  return answer;
}

}  // namespace

Resolver::Answer Resolver::ask_system(const std::string& name, std::uint16_t port, os::Patience patience) {
  const os::Addresses found = os::look_up({name, AF_UNSPEC, true, patience});
  Answer answer;
  answer.problem = found.problem;
  for (const os::Address& each : found.all) {
    boost::asio::ip::tcp::endpoint endpoint;
    if (each.size > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), &each.bytes, each.size);
    endpoint.resize(each.size);
    endpoint.port(port);
    answer.endpoints.push_back(endpoint);
  }
  return answer;
}

struct Resolver::State {
  State(boost::asio::any_io_executor where, LookUp how)
      : look_up(std::move(how)), executor(std::move(where)) {}

  const LookUp look_up;
  std::mutex mutex;
  bool closed = false;
  boost::asio::any_io_executor executor;

  void answer(const std::function<void(Answer)>& done, Answer given) {
    const std::lock_guard lock(mutex);
    if (closed) return;
    try {
      boost::asio::post(executor, [done, given = std::move(given)] { done(given); });
    } catch (const std::bad_alloc&) {  // who asked has a deadline
    }
  }
};

Resolver::Resolver(boost::asio::any_io_executor executor)
    : Resolver(std::move(executor),
               [](const std::string& name, std::uint16_t port) { return ask_system(name, port, {}); }) {}

Resolver::Resolver(boost::asio::any_io_executor executor, LookUp look_up)
    : state_(std::make_shared<State>(std::move(executor), std::move(look_up))), threads_(kMostThreads) {}

Resolver::~Resolver() {
  const std::lock_guard lock(state_->mutex);
  state_->closed = true;
  state_->executor = boost::asio::any_io_executor();
}

void Resolver::ask(std::string name, std::uint16_t port, const std::function<void(Answer)>& done) {
  const bool asked = threads_.ask([state = state_, name = std::move(name), port, done] {
    Answer answer;
    try {
      answer = state->look_up(name, port);
    } catch (const std::exception& error) {
      answer = failed(error.what());
    }
    state->answer(done, std::move(answer));
  });
  if (!asked) state_->answer(done, {{}, "no thread to look it up"});
}

}  // namespace jaga::ssh
