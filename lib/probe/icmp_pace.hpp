// Private to probe: how many packets a second, over all runs that share it.
//
// Shared by runs in several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace jaga::probe {

// From any thread. Times are nanoseconds of CLOCK_MONOTONIC.
class IcmpPace {
 public:
  explicit IcmpPace(std::uint32_t rate)
      : gap_(rate == 0 ? 0 : std::max<std::int64_t>(1, std::int64_t{1'000'000'000} / rate)) {}

  // When the next packet may go; not after now: now.
  std::int64_t free() const { return gap_ == 0 ? 0 : slot_.load(std::memory_order_relaxed); }
  // One goes. Falling behind is caught up with by at most 5 ms of packets; where two runs take one slot at
  // once, the next one comes later by that.
  void take(std::int64_t now) {
    if (gap_ == 0) return;
    std::int64_t slot = slot_.load(std::memory_order_relaxed);
    while (!slot_.compare_exchange_weak(slot, std::max(slot, now - 5'000'000) + gap_,
                                        std::memory_order_relaxed)) {
    }
  }

 private:
  const std::int64_t gap_;  // 0: no limit
  std::atomic<std::int64_t> slot_{0};
};

}  // namespace jaga::probe
