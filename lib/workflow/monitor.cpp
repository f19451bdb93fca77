#include "workflow/monitor.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <tuple>

#include "base/text.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "register/register.hpp"
#include "round/changes.hpp"
#include "round/check_name.hpp"
#include "round/collector.hpp"
#include "round/look.hpp"
#include "round/order.hpp"
#include "round/trend.hpp"
#include "round/warranty.hpp"
#include "store/directory.hpp"
#include "store/rounds.hpp"
#include "workflow/reach.hpp"
#include "workflow/repaired.hpp"
#include "workflow/rounds.hpp"

namespace jaga::workflow {
namespace {

std::map<std::string, probe::Pin> pins_of(const Office& office) {
  std::map<std::string, probe::Pin> pins;
  if (!office.registered) return pins;
  for (const auto& [host, pinned] : office.registered->pins) {
    probe::Pin pin;
    for (const std::string& line : pinned.host_keys) {
      if (auto key = sshkey::parse_public_key(line)) pin.keys.push_back(std::move(*key));
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

std::map<std::string, ssh::Target> ways_of(const Context& context, const std::vector<std::string>& kinds,
                                           const std::vector<const inventory::Host*>& hosts,
                                           const ssh::Options& logins) {
  const auto is_over_ssh = [](const std::string& kind) { return kind == "ssh" || kind == "plugin"; };
  if (!kinds.empty() && std::none_of(kinds.begin(), kinds.end(), is_over_ssh)) return {};
  return Reach(context, hosts, logins).targets();
}

// What the collector reports comes from these two; the other checks measure themselves.
bool is_own_check(const std::string& check) {
  const std::vector<std::string>& kinds = inventory::check_kinds();
  return std::find(kinds.begin(), kinds.end(), check) != kinds.end();
}

}  // namespace

namespace {

void note(round::Round& round, const std::string& text) {
  round.self.note += (round.self.note.empty() ? "" : "; ") + text;
}

// What a round follows: the newest result of each check.
struct Before {
  std::optional<Digest> digest;      // of the newest file
  std::optional<StoredRound> whole;  // the newest that all hosts were measured in
  // `whole` combined with newer partial rounds; Result::measured is set for results that are not of the
  // newest. Not set if there are no newer rounds.
  std::optional<round::Round> mixed;
  // Hosts with results that were measured with other settings than the present ones.
  std::set<std::string> other_settings;
  const round::Round* round() const { return mixed ? &*mixed : whole ? &whole->round : nullptr; }
};

void add_missing(round::Round& to, const round::Round& from) {
  const auto known = static_cast<std::ptrdiff_t>(to.results.size());
  std::vector<round::Result> more;
  for (const round::Result& result : from.results)
    if (round::find(to, result.host, result.check, result.object) == nullptr) {
      more.push_back(result);
      more.back().measured = round::measured_at(result, from);
    }
  std::move(more.begin(), more.end(), std::back_inserter(to.results));
  std::inplace_merge(to.results.begin(), to.results.begin() + known, to.results.end(),
                     [](const round::Result& a, const round::Result& b) {
                       return std::tie(a.host, a.check, a.object) < std::tie(b.host, b.check, b.object);
                     });
}

bool is_cancelled(const round::Result& result) {
  return result.reason == round::Reason::cancelled;
}

// What cannot be read is not followed: measuring goes on, and the new round tells.
Before read_before(const Office& office, const std::vector<store::RoundName>& names, round::Round& now) {
  Before before;
  for (const store::RoundName& name : names) {
    try {
      if (!before.digest) before.digest = sha256(store::read_round(*office.directory, name));
      StoredRound stored = load_round(office, name);
      std::erase_if(stored.round.results, is_cancelled);  // an older one has measured it
      if (stored.round.inventory != office.inventory->digest)
        for (const round::Result& result : stored.round.results)
          if (!round::section_of(result).empty()) before.other_settings.insert(result.host);
      if (!stored.round.partial) {
        if (before.mixed) add_missing(*before.mixed, stored.round);
        before.whole = std::move(stored);
        break;
      }
      if (before.mixed)
        add_missing(*before.mixed, stored.round);
      else
        before.mixed = std::move(stored.round);
    } catch (const Error& error) {
      if (error.code() != ExitCode::data && error.code() != ExitCode::no_input) throw;
      note(now, "not followed: " + error.message().render(Language::english));
      break;
    }
  }
  return before;
}

// The round in the form that its file has. `now` is in order.
std::string file_of(const Office& office, const round::Round& now, const Before& before) {
  if (office.settings->record == inventory::Settings::Rounds::changes && before.whole) {
    round::Base base = before.whole->base;
    ++base.rounds;
    const round::Round& full = before.whole->full ? *before.whole->full : before.whole->round;
    if (std::optional<round::Round> changes = round::only_changes(now, full, base))
      return round::write(std::move(*changes));
  }
  return round::write_in_order(now);
}

// What is asked for of each host, and what is carried.
std::map<std::string, round::Look> looks_of(const Context& context,
                                            const std::vector<const inventory::Host*>& hosts,
                                            const Before& before) {
  std::map<std::string, round::Look> looks;
  if (before.round() == nullptr) return looks;
  const Instant now = context.now();
  std::chrono::milliseconds longest{0};
  for (const inventory::Host* host : hosts)
    for (const std::string& section : inventory::slow_sections())
      longest = std::max(longest, host->period(section));
  const std::map<std::string, Instant> repaired = repaired_hosts(context, now - longest);
  for (const inventory::Host* host : hosts) {
    if (!host->logs_in() || before.other_settings.contains(host->name)) continue;
    const auto at = repaired.find(host->name);
    looks.emplace(host->name, round::plan_look(*host, *before.round(), now,
                                               at == repaired.end() ? Instant{} : at->second));
  }
  return looks;
}

// The rounds that a new one follows, as they are now, and what they say.
struct Followed {
  std::vector<store::RoundName> names;
  Before before;
  std::string remark;  // on what could not be read

  static Followed read(const Context& context) {
    Followed out;
    out.names = recent_rounds(context, context.installation);
    round::Round noted;
    out.before = read_before(context, out.names, noted);
    out.remark = noted.self.note;
    return out;
  }
};

void follow_and_keep(const Context& context, bool record, Monitored& done, Followed followed,
                     Sites* sites = nullptr) {
  std::optional<store::Lock> lock;
  if (record) lock = context.directory->lock("rounds/" + context.installation, std::chrono::minutes{1});
  // Another round may have ended meanwhile.
  const std::vector<store::RoundName> names = recent_rounds(context, context.installation);
  const auto path_of = [](const std::vector<store::RoundName>& all) {
    return all.empty() ? std::string() : all.front().path;
  };
  if (path_of(names) != path_of(followed.names)) followed = Followed::read(context);
  // Names are in the order of the chain, also where this round began before another one ended or a clock was
  // set back.
  if (record && !names.empty() && done.round.at <= names.front().at) {
    if (names.front().at - done.round.at > std::chrono::minutes{1})
      note(done.round, "the clock was set back: it began at " + format_instant(done.round.at));
    done.round.at = names.front().at + std::chrono::milliseconds{1};
  }
  Before& before = followed.before;
  if (!followed.remark.empty()) note(done.round, followed.remark);
  done.round.previous = before.digest;
  round::judge_trends(done.round, before.round(), *context.inventory);
  round::follow(done.round, before.round());
  if (context.settings->record != inventory::Settings::Rounds::changes) before = Before();  // it may be large
  done.bytes = file_of(context, done.round, before);
  if (!record) return;
  if (sites != nullptr) sites->announce(store::round_path(context.installation, done.round.at));
  done.path = store::write_round(*context.directory, context.installation, done.round.at, done.bytes);
  if (sites != nullptr) sites->written();
  lock.reset();
  store::expire_rounds(*context.directory, context.now() - context.settings->keep_rounds);
}

}  // namespace

Monitored monitor(const ActingContext& context, const MonitorOptions& options, const ssh::Options& logins,
                  const std::vector<std::string>& environment,
                  const std::function<void(const probe::Progress&)>& progress) {
  probe::Request request = request_of(context, logins, environment);
  std::vector<const inventory::Host*> asked;
  for (const inventory::Host& host : options.given) asked.push_back(&host);
  if (options.given.empty()) asked = context.inventory->select(options.hosts);
  if (asked.empty()) {
    throw Error{ExitCode::no_input, msg("no hosts to measure"),
                msg("add hosts to hosts.yaml or with 'jaga host add NAME ADDRESS'")};
  }
  request.kinds = options.kinds;
  request.count = options.count;
  request.timeout = options.timeout;
  if (options.rate) request.rate = *options.rate;
  request.schedule = options.schedule;
  request.ways = ways_of(context, request.kinds, asked, logins);
  Followed followed;
  if (options.given.empty()) followed = Followed::read(context);
  if (!options.fresh) request.looks = looks_of(context, asked, followed.before);

  Monitored done;
  // The sites measure their hosts while the others are measured from here.
  std::optional<Sites> sites;
  if (options.sites) {
    sites.emplace(context, *options.sites, request, asked);
  } else {
    request.hosts.reserve(asked.size());
    for (const inventory::Host* host : asked) request.hosts.push_back(*host);
  }
  done.round = probe::run(request, context.stop, progress);
  request = probe::Request();  // for many hosts it is large
  if (sites) {
    sites->finish(done.round, progress);
    if (options.record) done.late = sites->keep_late();
    done.remarks = sites->remarks();
  }
  if (options.missed > 0)
    note(done.round, options.missed == 1
                         ? "1 round was missed before this one"
                         : std::to_string(options.missed) + " rounds were missed before this one");
  const auto cancelled = static_cast<std::size_t>(
      std::count_if(done.round.results.begin(), done.round.results.end(), is_cancelled));
  done.interrupted = context.stop.stop_requested();
  if (done.interrupted &&
      std::all_of(done.round.results.begin(), done.round.results.end(),
                  [](const round::Result& result) { return is_cancelled(result) || result.measured; }))
    throw Error{ExitCode::interrupted, msg("interrupted before anything was measured; no round was written")};
  if (cancelled > 0) note(done.round, "interrupted before the end");
  if (!options.given.empty()) {
    done.bytes = round::write(done.round);
    return done;
  }
  if (options.kinds.empty())
    for (const inventory::Host* host : asked) round::add_warranties(done.round, std::span(host, 1));
  done.round.partial =
      cancelled > 0 || !options.kinds.empty() || asked.size() < context.inventory->hosts.size();
  follow_and_keep(context, options.record, done, std::move(followed), sites ? &*sites : nullptr);
  return done;
}

Monitored import_round(const Context& context, const ImportOptions& options, std::vector<Message>& remarks) {
  feed::Reported reported =
      feed::parse_reports(options.reporter, options.bytes, options.file, *context.inventory, context.now());
  remarks = std::move(reported.remarks);
  if (reported.round.results.empty())
    throw Error{
        ExitCode::no_input,
        msg("'{file}' contains nothing about a host of the inventory", {{"file", printable(options.file)}}),
        msg("hosts are matched by their name or address in hosts.yaml")};
  Monitored done;
  done.round = std::move(reported.round);
  done.round.installation = context.installation;
  follow_and_keep(context, options.record, done, Followed::read(context));
  return done;
}

namespace {
// Failed units and read-only file systems have a result each, the others one together.
bool only_faults_are_listed(const std::string& check) {
  return check == "unit" || check == "mount";
}
}  // namespace

namespace {
// Why there is no result; empty where nobody knows.
Message why_not_looked(const Office& office, const round::Round& round, const RepeatedProbe& options) {
  const inventory::Host* host = office.inventory->find(options.host);
  if (host == nullptr) return sentence("hosts.yaml has no such host");
  if (is_own_check(options.check)) {
    const bool wanted =
        std::any_of(host->checks.begin(), host->checks.end(), [&](const inventory::Check& check) {
          return inventory::kind(check) == options.check && inventory::object(check) == options.object;
        });
    return wanted ? Message{} : sentence("hosts.yaml has no such check for the host");
  }
  for (const round::Result& result : round.results)
    if (result.host == options.host && (result.check == "ssh" || result.check == "local") &&
        result.state != round::State::ok)
      return result.summary.part();
  return {};
}
}  // namespace

std::vector<incident::Result> probe_again(const Context& context, const std::vector<RepeatedProbe>& wishes,
                                          const ssh::Options& logins,
                                          const std::vector<std::string>& environment, std::stop_token stop) {
  probe::Request request = request_of(context, logins, environment);
  std::set<std::string> hosts;
  std::set<std::string> kinds;
  for (const RepeatedProbe& options : wishes) {
    const inventory::Host* host = context.inventory->find(options.host);
    if (host == nullptr) continue;
    if (hosts.insert(options.host).second) request.hosts.push_back(*host);
    if (is_own_check(options.check))
      kinds.insert(options.check);
    else
      kinds.insert({"ssh", "local"});
  }
  request.kinds.assign(kinds.begin(), kinds.end());
  std::vector<const inventory::Host*> asked;
  for (const inventory::Host& host : request.hosts) asked.push_back(&host);
  request.ways = ways_of(context, request.kinds, asked, logins);
  round::Round round;
  if (!request.hosts.empty()) {
    round = probe::run(request, stop);
    round::add_warranties(round, request.hosts);
    round::follow(round, nullptr);
  }

  std::vector<incident::Result> results;
  for (const RepeatedProbe& options : wishes) {
    incident::Result result{
        options.host, round::check_name(options.check, options.object), round::State::unknown, {}};
    const round::Result* found = round::find(round, options.host, options.check, options.object);
    if (found != nullptr) {
      result.state = found->state;
      result.text = found->summary;
    } else if (only_faults_are_listed(options.check) &&
               std::any_of(round.results.begin(), round.results.end(), [&](const round::Result& other) {
                 return other.host == options.host && other.check == options.check &&
                        other.state == round::State::ok;
               })) {
      // Not among them means that it is well.
      result.state = round::State::ok;
      result.text = options.check == "unit" ? sentence("no failed unit of this name")
                                            : sentence("not among the read-only file systems");
    } else if (std::any_of(round.results.begin(), round.results.end(), [&](const round::Result& other) {
                 return other.host == options.host && other.check == options.check &&
                        other.state != round::State::unknown;
               })) {
      result.text = not_among_its_facts();
    } else {
      Message why = why_not_looked(context, round, options);
      result.text = why.empty() ? sentence("not measured")
                                : sentence("not measured: {why}").with("why", std::move(why));
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace jaga::workflow
