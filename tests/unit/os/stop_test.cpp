#include "os/stop.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace jaga;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST_CASE("a sleep lasts as long as it was to, unless a stop ends it") {
  const auto began = Clock::now();
  CHECK(os::sleep_for({}, 20ms));
  CHECK(Clock::now() - began >= 20ms);
  CHECK(os::sleep_until({}, began));  // is over already

  std::stop_source stop;
  {
    const std::jthread later([&stop] {
      os::sleep_for({}, 20ms);
      stop.request_stop();
    });
    CHECK_FALSE(os::sleep_for(stop.get_token(), 1h));
  }
  CHECK_FALSE(os::sleep_for(stop.get_token(), 1h));
  CHECK_FALSE(os::sleep_until(stop.get_token(), Clock::now() + 1h));
}
