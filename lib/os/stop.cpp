#include "os/stop.hpp"

#include <condition_variable>
#include <mutex>

namespace jaga::os {

bool sleep_until(const std::stop_token& stop, std::chrono::steady_clock::time_point when) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, stop, when, [] { return false; });
  return !stop.stop_requested();
}

bool sleep_for(const std::stop_token& stop, std::chrono::steady_clock::duration time) {
  return sleep_until(stop, std::chrono::steady_clock::now() + time);
}

}  // namespace jaga::os
