#include "probe/echo_result.hpp"
#include "probe/other_way.hpp"

namespace jaga::probe {
namespace {

using round::Reason;
using round::Result;

// Pings the further addresses of hosts whose first address did not answer.
std::vector<std::optional<HeardEcho>> ping_further(const std::vector<Item*>& items,
                                                   const std::vector<IcmpResult>& first, const Work& work) {
  std::vector<std::optional<HeardEcho>> heard(items.size());
  for (std::size_t at = 0; at < kMostFurther && !work.wave.stop.stop_requested(); ++at) {
    std::vector<IcmpTarget> targets;
    std::vector<std::size_t> owners;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const IcmpResult::End end = first[i].end;
      const bool silent =
          first[i].received == 0 && (end == IcmpResult::End::measured ||
                                     end == IcmpResult::End::unreachable || end == IcmpResult::End::no_route);
      if (!silent || heard[i] || items[i]->further.size() <= at) continue;
      const auto& check = std::get<inventory::IcmpCheck>(*items[i]->check);
      targets.push_back({items[i]->further[at], work.wave.request->count.value_or(check.count),
                         check.interval, work.wave.request->timeout.value_or(check.timeout), false});
      owners.push_back(i);
    }
    if (targets.empty()) break;
    const IcmpRun run = icmp_ping(std::move(targets), icmp_options(work.wave), work.wave.stop);
    work.own.drops += static_cast<std::int64_t>(run.own_drops);
    for (std::size_t i = 0; i < owners.size(); ++i)
      if (run.results[i].received > 0)
        heard[owners[i]] =
            HeardEcho{items[owners[i]]->further[at], run.results[i], static_cast<std::int64_t>(at) + 1};
  }
  return heard;
}

void ping(const std::vector<Item*>& items, const Work& work) {
  std::vector<IcmpTarget> targets;
  for (const Item* item : items) {
    const auto& check = std::get<inventory::IcmpCheck>(*item->check);
    targets.push_back({item->address, work.wave.request->count.value_or(check.count), check.interval,
                       work.wave.request->timeout.value_or(check.timeout), false});
  }
  std::ptrdiff_t told = 0;
  IcmpWatch watch;
  watch.progress = [&](std::size_t done) {
    work.wave.partly(static_cast<std::ptrdiff_t>(done) - told);
    told = static_cast<std::ptrdiff_t>(done);
  };
  const IcmpRun run = icmp_ping(std::move(targets), icmp_options(work.wave), work.wave.stop, watch);
  work.wave.partly(-told);
  work.own.drops += static_cast<std::int64_t>(run.own_drops);
  if (run.not_permitted) work.own.not_permitted = true;
  const std::vector<std::optional<HeardEcho>> elsewhere = ping_further(items, run.results, work);
  std::vector<Item*> unheard;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Result result = elsewhere[i] ? echo_elsewhere(*items[i], run.results[i], *elsewhere[i])
                                 : echo_result(*items[i], run.results[i]);
    if (result.reason == Reason::not_permitted) {
      items[i]->results = {std::move(result)};
      unheard.push_back(items[i]);
    } else {
      work.ended(*items[i], {std::move(result)});
    }
  }
  try_ports(unheard, work);
  for (Item* item : unheard) work.wave.ended(*item);
}

}  // namespace

template <>
const Method& method<inventory::IcmpCheck>() {
  static constexpr Method kMethod{ping, true, true, try_ports};
  return kMethod;
}

}  // namespace jaga::probe
