#include "workflow/ping.hpp"

#include "base/error.hpp"
#include "probe/resolve.hpp"

namespace jaga::workflow {
namespace {

std::map<std::size_t, Pings::Name> look_up(const std::vector<std::string>& targets, std::stop_token stop) {
  std::map<std::size_t, Pings::Name> out;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (probe::is_numeric(targets[i])) continue;
    out[i] = {};
    names.push_back(targets[i]);
  }
  std::size_t next = 0;
  std::vector<probe::Resolved> resolved = probe::resolve(names, std::move(stop));
  for (auto& [place, name] : out) {
    name = {std::move(resolved[next].address), std::move(resolved[next].error_text)};
    ++next;
  }
  return out;
}

}  // namespace

Pings ping(const PingWish& wish, std::stop_token stop, const PingWatch& watch) {
  // What may not ping one family may not ping the other: the same right is asked for both.
  if (const auto refused = probe::icmp_permission()) {
    throw Error{ExitCode::not_permitted, *refused,
                msg("'jaga monitor' measures without the right to ping, by TCP")};
  }
  Pings out;
  out.names = look_up(wish.targets, stop);
  std::vector<probe::IcmpTarget> targets;
  targets.reserve(wish.targets.size());
  for (const std::string& target : wish.targets) {
    targets.push_back({target, wish.count, wish.interval, wish.timeout, wish.first_reply_is_enough});
  }
  // An empty one is answered at once: no address.
  for (const auto& [place, name] : out.names) targets[place].address = name.address;
  probe::IcmpWatch each;
  each.progress = watch.progress;
  if (watch.answered) {
    each.settled = [&](std::size_t at, const probe::IcmpResult& result) {
      const auto name = out.names.find(at);
      watch.answered(at, result, name == out.names.end() ? nullptr : &name->second);
    };
  }
  probe::IcmpRun run = probe::icmp_ping(targets, {wish.rate, wish.seed}, std::move(stop), each);
  out.results = std::move(run.results);
  out.own_drops = run.own_drops;
  out.took = run.took;
  return out;
}

}  // namespace jaga::workflow
