// Sleeping that a stop ends. The time is that of the monotonic clock; any thread may call these.
#pragma once

#include <chrono>
#include <stop_token>

namespace jaga::os {

// False: a stop was requested, which ends it at once.
bool sleep_until(const std::stop_token& stop, std::chrono::steady_clock::time_point when);
bool sleep_for(const std::stop_token& stop, std::chrono::steady_clock::duration time);

}  // namespace jaga::os
