#include "probe/icmp_figures.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace jaga::probe {

void put_figures(std::vector<std::int64_t>& trips, IcmpResult& result) {
  using std::chrono::nanoseconds;
  if (trips.empty()) return;
  const std::size_t size = trips.size();
  const auto count = static_cast<std::int64_t>(size);
  std::int64_t differences = 0;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < size; ++i) {
    sum += trips[i];
    if (i > 0) differences += std::abs(trips[i] - trips[i - 1]);
  }
  if (count > 1) result.jitter = nanoseconds(differences / (count - 1));
  std::sort(trips.begin(), trips.end());
  result.min = nanoseconds(trips.front());
  result.max = nanoseconds(trips.back());
  result.mean = nanoseconds(sum / count);
  const std::size_t half = size / 2;
  result.median = nanoseconds(size % 2 == 1 ? trips[half] : (trips[half - 1] + trips[half]) / 2);
  result.p95 = nanoseconds(trips[(size * 95 + 99) / 100 - 1]);
}

}  // namespace jaga::probe
