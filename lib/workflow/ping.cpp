#include "workflow/ping.hpp"

#include <optional>

#include "base/error.hpp"

namespace jaga::workflow {
namespace {

// An address of the family that is not wanted is looked up too: the resolver says so in its words.
bool is_name(const std::string& target, probe::Wanted family) {
  if (!probe::is_numeric(target)) return true;
  const bool v6 = target.find(':') != std::string::npos;
  return family != probe::Wanted::any && v6 != (family == probe::Wanted::v6);
}

}  // namespace

Pings ping(const PingOptions& options, std::stop_token stop, const PingWatch& watch) {
  // What may not ping one family may not ping the other: the same right is asked for both.
  if (const auto refused = probe::icmp_permission()) {
    throw Error{ExitCode::not_permitted, *refused,
                msg("'jaga monitor' measures over TCP when ping is not permitted")};
  }
  Pings out;
  std::vector<probe::IcmpTarget> targets;
  targets.reserve(options.targets.size());
  std::vector<std::string> names;
  std::vector<std::size_t> places;
  for (const std::string& target : options.targets) {
    const bool name = is_name(target, options.family);
    targets.push_back({name ? std::string{} : target, options.count, options.interval, options.timeout,
                       options.first_reply_is_enough});
    if (!name) continue;
    places.push_back(targets.size() - 1);
    out.names.emplace_hint(out.names.end(), places.back(), Pings::Name{});
    names.push_back(target);
  }
  probe::IcmpWatch each;
  each.progress = watch.progress;
  const auto name_of = [&out](std::size_t at) {
    const auto name = out.names.find(at);
    return name == out.names.end() ? nullptr : &name->second;
  };
  if (watch.each) {
    each.each = [&](std::size_t at, int request, std::chrono::nanoseconds round_trip) {
      watch.each(at, request, round_trip, name_of(at));
    };
  }
  if (watch.answered) {
    each.settled = [&](std::size_t at, const probe::IcmpResult& result) {
      watch.answered(at, result, name_of(at));
    };
  }
  std::optional<probe::Resolver> resolver;
  probe::IcmpLater later;
  if (!names.empty()) {
    resolver.emplace(std::move(names), options.family);
    later.descriptor = resolver->descriptor();
    later.take = [&](bool& more) {
      std::vector<probe::IcmpLater::Found> found;
      for (auto& [index, resolved] : resolver->take_ready(more)) {
        const std::size_t place = places[index];
        Pings::Name& name = out.names[place];
        name = {std::move(resolved.address), std::move(resolved.error_text)};
        found.push_back({place, name.address});
      }
      return found;
    };
  }
  probe::IcmpRun run = probe::icmp_ping(
      std::move(targets), {options.rate, options.seed, 0, options.keep_times}, std::move(stop), each, later);
  out.results = std::move(run.results);
  out.own_drops = run.own_drops;
  out.foreign = run.foreign;
  out.took = run.took;
  return out;
}

}  // namespace jaga::workflow
