#include "statistics/availability.hpp"

namespace jaga::statistics {

record::HostDay sum_of(const HostDays& days, const std::string& from, const std::string& to) {
  record::HostDay sum;
  for (auto at = days.lower_bound(from); at != days.end() && (to.empty() || at->first <= to); ++at) {
    sum.host = at->second.host;
    sum += at->second;
  }
  return sum;
}

std::optional<std::int64_t> availability(const record::HostDay& of) {
  constexpr std::int64_t kWhole = 10'000;
  const std::int64_t available = of.ok + of.warning;
  const std::int64_t all = available + of.critical;
  if (all == 0) return std::nullopt;
  return available * kWhole / all;
}

DayLook look_of(const record::HostDay* day) {
  if (day == nullptr || day->measured() == 0) return DayLook::none;
  if (day->critical > 0) return DayLook::critical;
  if (day->warning > 0) return DayLook::warning;
  if (day->unknown > 0) return DayLook::unknown;
  return day->ok > 0 ? DayLook::ok : DayLook::maintenance;
}

std::string_view name(DayLook look) {
  constexpr std::string_view kNames[] = {"none", "ok", "warning", "critical", "unknown", "maintenance"};
  return kNames[static_cast<std::size_t>(look)];
}

}  // namespace jaga::statistics
