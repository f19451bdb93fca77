#include "workflow/ping.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "probe/resolve.hpp"

namespace jaga::workflow {
namespace {

std::map<std::size_t, Pings::Name> look_up(const std::vector<std::string>& targets) {
  std::map<std::size_t, Pings::Name> out;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (probe::is_numeric(targets[i])) continue;
    out[i] = {};
    names.push_back(targets[i]);
  }
  std::size_t next = 0;
  std::vector<probe::Resolved> resolved = probe::resolve(names);
  for (auto& [place, name] : out) {
    name = {std::move(resolved[next].address), std::move(resolved[next].error_text)};
    ++next;
  }
  return out;
}

}  // namespace

Pings ping(const PingWish& wish, std::stop_token stop, const std::function<void(std::size_t)>& progress) {
  Pings out;
  out.names = look_up(wish.targets);
  std::vector<probe::IcmpTarget> targets;
  targets.reserve(wish.targets.size());
  for (const std::string& target : wish.targets) {
    targets.push_back({target, wish.count, wish.interval, wish.timeout, wish.first_reply_is_enough});
  }
  std::size_t unknown = 0;
  for (const auto& [place, name] : out.names) {
    targets[place].address = name.address;  // an empty one is answered at once: no address
    if (name.address.empty()) ++unknown;
  }
  probe::IcmpRun run = probe::icmp_ping(targets, {wish.rate, wish.seed}, std::move(stop), progress);
  const auto refused = std::count_if(
      run.results.begin(), run.results.end(),
      [](const probe::IcmpResult& one) { return one.end == probe::IcmpResult::End::not_permitted; });
  if (run.not_permitted && static_cast<std::size_t>(refused) + unknown == targets.size()) {
    throw Error{ExitCode::not_permitted, *run.not_permitted,
                msg("'jaga monitor' measures without the right to ping, by TCP")};
  }
  out.results = std::move(run.results);
  out.own_drops = run.own_drops;
  return out;
}

}  // namespace jaga::workflow
