#include "os/resolver.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <signal.h>

#include <atomic>
#include <latch>
#include <mutex>
#include <set>
#include <thread>

#include "../gate.hpp"

using namespace jaga;

TEST_CASE("a name has addresses, or the reason why not") {
  const os::Addresses found = os::look_up({"127.0.0.1"});
  REQUIRE(found.all.size() == 1);
  CHECK(found.problem.empty());
  CHECK_FALSE(found.silent);
  std::string problem;
  CHECK(os::numeric(found.all.front(), problem) == "127.0.0.1");
  CHECK(problem.empty());
  CHECK(found.all.front().bytes.ss_family == AF_INET);

  const os::Addresses six = os::look_up({"::1", AF_INET6});
  REQUIRE(six.all.size() == 1);
  CHECK(os::numeric(six.all.front(), problem) == "::1");

  const os::Addresses none = os::look_up({"127.0.0.1", AF_INET6});
  CHECK(none.all.empty());
  CHECK_FALSE(none.problem.empty());

  CHECK(os::numeric({}, problem).empty());
  CHECK_FALSE(problem.empty());
}

TEST_CASE("work that blocks has threads of its own, at most so many, where signals are blocked") {
  constexpr int kWorks = 12;
  constexpr std::size_t kMost = 4;
  test::Gate gate;
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  std::atomic<int> unblocked = 0;
  std::latch all(kWorks);
  std::latch first(kMost);
  os::BlockingThreads pool(kMost);
  for (int i = 0; i < kWorks; ++i) {
    CHECK(pool.ask([&, i] {
      const int now = ++inside;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
      sigset_t blocked;
      ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
      if (::sigismember(&blocked, SIGINT) != 1) ++unblocked;
      {
        const std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
      }
      if (i < static_cast<int>(kMost)) first.count_down();
      gate.pass();
      --inside;
      all.count_down();
    }));
  }
  first.wait();  // as many as there may be are at it at once
  gate.open();
  all.wait();
  CHECK(most == static_cast<int>(kMost));
  CHECK(threads.size() >= kMost);
  CHECK(unblocked == 0);
}

TEST_CASE("what has not begun is forgotten, what has begun is left alone") {
  const auto gate = std::make_shared<test::Gate>();
  const auto begun = std::make_shared<std::latch>(1);
  const auto ended = std::make_shared<std::latch>(1);
  const auto kept = std::make_shared<int>(0);
  {
    os::BlockingThreads pool(1);
    CHECK(pool.ask([gate, begun, ended] {
      begun->count_down();
      gate->pass();
      ended->count_down();
    }));
    begun->wait();
    CHECK(pool.ask([kept] { ++*kept; }));
    CHECK(kept.use_count() == 2);
  }
  CHECK(kept.use_count() == 1);  // nobody will ever touch it
  gate->open();
  ended->wait();
  CHECK(*kept == 0);
}
