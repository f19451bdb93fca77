#include "workflow/monitor.hpp"

#include <algorithm>
#include <set>

#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "register/register.hpp"
#include "store/directory.hpp"
#include "store/rounds.hpp"

namespace jaga::workflow {
namespace {

std::map<std::string, probe::Pin> pins_of(const Context& context) {
  std::map<std::string, probe::Pin> pins;
  if (!context.registered) return pins;
  for (const auto& [host, pinned] : context.registered->pins) {
    probe::Pin pin;
    for (const std::string& line : pinned.host_keys) {
      if (auto key = ssh::parse_host_key(line)) pin.keys.push_back(std::move(*key));
    }
    pin.machine_id = pinned.machine_id;
    pins.emplace(host, std::move(pin));
  }
  return pins;
}

probe::Request request_of(const Context& context, const ssh::Options& logins,
                          const std::vector<std::string>& environment) {
  probe::Request request;
  request.inventory = context.inventory->digest;
  request.pins = pins_of(context);
  request.ssh = logins;
  request.environment = environment;
  request.installation = context.installation;
  request.now = context.now;
  request.random = context.random;
  return request;
}

// What the collector reports comes from these two; the other checks measure themselves.
bool is_own_check(const std::string& check) {
  const std::vector<std::string>& kinds = inventory::check_kinds();
  return std::find(kinds.begin(), kinds.end(), check) != kinds.end();
}

}  // namespace

Monitored monitor(const Context& context, const MonitorWish& wish, const ssh::Options& logins,
                  const std::vector<std::string>& environment,
                  const std::function<void(const probe::Progress&)>& progress) {
  probe::Request request = request_of(context, logins, environment);
  request.hosts = wish.given;
  if (wish.given.empty())
    for (const inventory::Host* host : context.inventory->select(wish.hosts)) request.hosts.push_back(*host);
  if (request.hosts.empty()) {
    throw Error{ExitCode::no_input, msg("there is no host to measure"),
                msg("write hosts into hosts.yaml, or add one with 'jaga host add NAME ADDRESS'")};
  }
  request.kinds = wish.kinds;
  request.count = wish.count;
  request.timeout = wish.timeout;
  if (wish.rate) request.rate = *wish.rate;
  request.schedule = wish.schedule;

  std::optional<round::Round> previous;
  std::vector<store::RoundName> newest;
  if (wish.given.empty()) newest = store::newest_rounds(*context.directory, 1, context.installation);
  if (!newest.empty()) {
    const std::string bytes = store::read_round(*context.directory, newest.front());
    previous = round::read(bytes, newest.front().path);
    request.previous = &*previous;
    request.previous_digest = sha256(bytes);
  }

  Monitored done;
  done.round = probe::run(request, context.stop, progress);
  if (wish.missed > 0) {
    std::string& note = done.round.self.note;
    note += (note.empty() ? "" : "; ") + std::to_string(wish.missed) + " rounds were missed before this one";
  }
  done.bytes = round::write(done.round);
  if (context.stop.stop_requested())
    throw Error{ExitCode::interrupted, msg("interrupted; no round was written")};
  if (wish.record && wish.given.empty()) {
    done.path = store::write_round(*context.directory, context.installation, done.round.at, done.bytes);
    store::expire_rounds(*context.directory, context.now() - context.settings->keep_rounds);
  }
  return done;
}

std::vector<incident::Result> probe_again(const Context& context, const std::vector<Again>& wishes,
                                          const ssh::Options& logins,
                                          const std::vector<std::string>& environment, std::stop_token stop) {
  probe::Request request = request_of(context, logins, environment);
  std::set<std::string> hosts;
  std::set<std::string> kinds;
  for (const Again& wish : wishes) {
    const inventory::Host* host = context.inventory->find(wish.host);
    if (host == nullptr) continue;
    if (hosts.insert(wish.host).second) request.hosts.push_back(*host);
    if (is_own_check(wish.check))
      kinds.insert(wish.check);
    else
      kinds.insert({"ssh", "local"});
  }
  request.kinds.assign(kinds.begin(), kinds.end());
  round::Round round;
  if (!request.hosts.empty()) round = probe::run(request, stop);

  std::vector<incident::Result> results;
  for (const Again& wish : wishes) {
    incident::Result result{wish.host, check_name(wish.check, wish.object), "unknown", {}};
    const round::Result* found = round::find(round, wish.host, wish.check, wish.object);
    if (found != nullptr) {
      result.state = std::string(round::name(found->state));
      result.text = found->summary;
    } else if (wish.check == "unit" &&
               std::any_of(round.results.begin(), round.results.end(), [&](const round::Result& other) {
                 return other.host == wish.host && other.check == "unit" && other.state == round::State::ok;
               })) {
      // Only failed units are listed one by one: not among them means that it has not failed.
      result.state = "ok";
      result.text = "no failed unit of this name";
    } else {
      result.text = "it was not measured";
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace jaga::workflow
