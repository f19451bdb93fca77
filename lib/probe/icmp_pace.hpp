// Private to probe: a rate limit for packets, shared by several runs.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace jaga::probe {

// Thread-safe. Times are nanoseconds of CLOCK_MONOTONIC.
class IcmpPace {
 public:
  explicit IcmpPace(std::uint32_t rate)
      : gap_(rate == 0 ? 0 : std::max<std::int64_t>(1, std::int64_t{1'000'000'000} / rate)) {}

  // When the next packet may be sent; any time up to now means immediately.
  std::int64_t free() const { return gap_ == 0 ? 0 : slot_.load(std::memory_order_relaxed); }
  // Records that a packet is sent. Lost time is made up for by a burst of at most 5 ms worth of packets. If
  // two runs take the same slot, both packets are counted.
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
