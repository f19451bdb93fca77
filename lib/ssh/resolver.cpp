#include "ssh/resolver.hpp"

#include <netdb.h>
#include <signal.h>

#include <boost/asio/post.hpp>
#include <deque>
#include <exception>
#include <mutex>
#include <new>
#include <thread>

#include "ssh/name_servers.hpp"

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

Resolver::Answer Resolver::ask_system(const std::string& name, std::uint16_t port, int seconds, int tries) {
  be_patient(seconds, tries);
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const int result = ::getaddrinfo(name.c_str(), nullptr, &hints, &list);
  if (result != 0) return {{}, ::gai_strerror(result)};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> keep(list, ::freeaddrinfo);
  Answer answer;
  for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
    boost::asio::ip::tcp::endpoint endpoint;
    if (each->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), each->ai_addr, each->ai_addrlen);
    endpoint.resize(each->ai_addrlen);
    endpoint.port(port);
    answer.endpoints.push_back(endpoint);
  }
  return answer;
}

struct Resolver::State {
  struct Question {
    std::string name;
    std::uint16_t port;
    std::function<void(Answer)> done;
  };
  State(boost::asio::any_io_executor where, LookUp how)
      : look_up(std::move(how)), executor(std::move(where)) {}

  const LookUp look_up;

  std::mutex mutex;
  bool closed = false;
  std::size_t threads = 0;
  std::deque<Question> questions;
  boost::asio::any_io_executor executor;

  // One thread: answers until nothing is left to answer.
  static void work(const std::shared_ptr<State>& state) {
    std::unique_lock lock(state->mutex);
    while (!state->closed && !state->questions.empty()) {
      const Question question = std::move(state->questions.front());
      state->questions.pop_front();
      lock.unlock();
      Answer answer;
      try {
        answer = state->look_up(question.name, question.port);
      } catch (const std::exception& error) {
        answer = failed(error.what());
      }
      lock.lock();
      if (state->closed) break;
      try {
        boost::asio::post(state->executor,
                          [done = question.done, answer = std::move(answer)] { done(answer); });
      } catch (const std::bad_alloc&) {  // who asked has a deadline
      }
    }
    --state->threads;
  }
};

Resolver::Resolver(boost::asio::any_io_executor executor)
    : Resolver(std::move(executor), [](const std::string& name, std::uint16_t port) {
        return ask_system(name, port, kNameServerSeconds, kNameServerTries);
      }) {}

Resolver::Resolver(boost::asio::any_io_executor executor, LookUp look_up)
    : state_(std::make_shared<State>(std::move(executor), std::move(look_up))) {}

Resolver::~Resolver() {
  const std::lock_guard lock(state_->mutex);
  state_->closed = true;
  state_->questions.clear();
  state_->executor = boost::asio::any_io_executor();
}

void Resolver::ask(std::string name, std::uint16_t port, std::function<void(Answer)> done) {
  const std::lock_guard lock(state_->mutex);
  state_->questions.push_back({std::move(name), port, std::move(done)});
  if (state_->threads == kMostThreads) return;
  // Signals are for the thread that waits for them.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    ++state_->threads;
    std::thread(&State::work, state_).detach();
  } catch (const std::exception&) {
    --state_->threads;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (state_->threads > 0) return;
  auto refused = std::move(state_->questions.back().done);
  state_->questions.pop_back();
  boost::asio::post(state_->executor, [refused] { refused({{}, "no thread to look it up"}); });
}

}  // namespace jaga::ssh
