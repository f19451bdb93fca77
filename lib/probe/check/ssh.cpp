#include <embedded/collector.hpp>

#include "probe/collected.hpp"
#include "probe/other_way.hpp"

namespace jaga::probe {
namespace {

using round::Reason;
using round::Result;

Reason reason_of(ssh::Failure failure) {
  // ssh::Failure and round::Reason use the same names.
  return round::parse_reason(ssh::name(failure)).value_or(Reason::local_error);
}

std::vector<Result> logged_in(const Item& item, const Wave& wave, const ssh::Request& request,
                              const ssh::Result& result) {
  const Reason reason = reason_of(result.failure);
  Result login =
      make(item, state_of(reason), reason, reason == Reason::none ? sentence("logged in") : result.detail);
  if (reason != Reason::none) login.phase = ssh::name(result.phase);
  if (result.seen) login.host_key = result.seen->line();
  if (reason == Reason::host_key_changed || reason == Reason::host_key_unknown) {
    if (result.seen) login.facts.emplace("seen_fingerprint", result.seen->fingerprint());
    if (!request.target.known.empty())
      login.facts.emplace("pinned_fingerprint", request.target.known.front().fingerprint());
  }
  if (reason != Reason::none) return {std::move(login)};
  const Instant heard = wave.request->now();
  const auto ran = result.timings[static_cast<std::size_t>(ssh::Phase::run)];
  return collected(item, wave, std::move(login), result.out, request.script.args.front(),
                   round::Heard{heard - std::chrono::ceil<Instant::duration>(ran), heard});
}

void log_in(const std::vector<Item*>& items, const Work& work) {
  std::vector<ssh::Request> requests;
  for (const Item* item : items) {
    ssh::Request one = login_of(*item, work.wave);
    one.script.text = std::string(embedded::collector);
    one.script.args = {random_id(work.wave.random)};
    tell_sections(*item);
    one.script.args.insert(one.script.args.end(), item->sections.begin(), item->sections.end());
    one.most_output = kMostCollected;
    one.deadlines.run = time_to_collect(std::get<inventory::SshCheck>(*item->check).timeout, item->sections);
    requests.push_back(std::move(one));
  }
  ssh::run_all(requests, work.wave.request->ssh, work.wave.stop,
               [&](std::size_t index, const ssh::Result& result) {
                 work.ended(*items[index], logged_in(*items[index], work.wave, requests[index], result));
               });
}

}  // namespace

template <>
const Method& method<inventory::SshCheck>() {
  static constexpr Method kMethod{log_in, true, false, try_echo};
  return kMethod;
}

}  // namespace jaga::probe
