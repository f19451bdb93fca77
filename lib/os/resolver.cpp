#include "os/resolver.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <list>
#include <mutex>
#include <thread>

namespace jaga::os {

void be_patient(Patience patience) {
  // _res is this thread's own; changed, it is kept by the resolver as it is (resolver(3)).
  static thread_local const bool ready = ::res_init() == 0;
  if (!ready) return;
  _res.retrans = patience.seconds;
  _res.retry = patience.tries;
}

Addresses look_up(const Question& question) {
  be_patient(question.patience);
  addrinfo hints = {};
  hints.ai_family = question.family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = question.configured_only ? AI_ADDRCONFIG : 0;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(question.name.c_str(), nullptr, &hints, &list);
  Addresses found;
  found.silent = error == EAI_AGAIN;
  if (error != 0) {
    found.problem = ::gai_strerror(error);
    return found;
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> keep(list, ::freeaddrinfo);
  for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
    Address address;
    if (each->ai_addrlen > sizeof address.bytes) continue;
    std::memcpy(&address.bytes, each->ai_addr, each->ai_addrlen);
    address.size = each->ai_addrlen;
    found.all.push_back(address);
  }
  return found;
}

std::string numeric(const Address& address, std::string& problem) {
  std::array<char, NI_MAXHOST> text{};
  const int failed = ::getnameinfo(reinterpret_cast<const sockaddr*>(&address.bytes), address.size,  // NOLINT
                                   text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  if (failed == 0) return text.data();
  problem = ::gai_strerror(failed);
  return {};
}

struct BlockingThreads::State {
  explicit State(std::size_t most) : most_threads(most) {}
  const std::size_t most_threads;
  std::mutex mutex;
  bool closed = false;
  std::size_t threads = 0;
  std::list<std::function<void()>> waiting;

  // One thread: goes on until nothing waits.
  static void work(const std::shared_ptr<State>& state) {
    std::unique_lock lock(state->mutex);
    while (!state->closed && !state->waiting.empty()) {
      std::function<void()> next = std::move(state->waiting.front());
      state->waiting.pop_front();
      lock.unlock();
      next();
      next = nullptr;  // what it owns goes before the next one begins
      lock.lock();
    }
    --state->threads;
  }
};

BlockingThreads::BlockingThreads(std::size_t most_threads) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    most_threads = std::clamp<std::size_t>(limit.rlim_cur / 8, 1, most_threads);
  state_ = std::make_shared<State>(most_threads);
}

BlockingThreads::~BlockingThreads() {
  std::list<std::function<void()>>
      forgotten;  // destroyed without the lock; unlike a deque it is made of nothing
  const std::lock_guard lock(state_->mutex);
  state_->closed = true;
  forgotten.swap(state_->waiting);
}

bool BlockingThreads::ask(std::function<void()> work) {
  const std::lock_guard lock(state_->mutex);
  state_->waiting.push_back(std::move(work));
  if (state_->threads == state_->most_threads) return true;
  // Signals are for the thread that waits for them.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    std::thread(&State::work, state_).detach();
    ++state_->threads;
  } catch (const std::exception&) {  // those that there are go on
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (state_->threads > 0) return true;
  state_->waiting.pop_back();
  return false;
}

}  // namespace jaga::os
