#include "probe/measure.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <embedded/collector.hpp>
#include <new>
#include <set>
#include <thread>

#include "base/format.hpp"
#include "base/text.hpp"
#include "probe/echo_result.hpp"
#include "probe/icmp.hpp"
#include "probe/plugin.hpp"
#include "probe/service.hpp"
#include "probe/tcp.hpp"
#include "process/run.hpp"
#include "round/collector.hpp"

namespace jaga::probe {
namespace {

using round::Reason;
using round::Result;
using round::State;
using std::chrono::milliseconds;

constexpr std::size_t kMostCollected = std::size_t{1} << 20U;
constexpr std::size_t kLocalAtOnce = 2;

Reason reason_of(TcpResult::End end) {
  switch (end) {
    case TcpResult::End::connected:
      return Reason::none;
    case TcpResult::End::refused:
      return Reason::refused;
    case TcpResult::End::timed_out:
      return Reason::timed_out;
    case TcpResult::End::no_route:
      return Reason::no_route;
    case TcpResult::End::unreachable:
      return Reason::unreachable;
    case TcpResult::End::reset:
      return Reason::reset;
    case TcpResult::End::bad_address:
      return Reason::resolve_failed;
    case TcpResult::End::cancelled:
      return Reason::cancelled;
    case TcpResult::End::local_error:
      return Reason::local_error;
  }
  return Reason::local_error;
}

Reason reason_of(ssh::Failure failure) {
  // Both lists use one spelling.
  return round::parse_reason(ssh::name(failure)).value_or(Reason::local_error);
}

// "could not measure" is unknown: the failures that are ours.
State state_of(Reason reason) {
  switch (reason) {
    case Reason::none:
      return State::ok;
    case Reason::cancelled:
    case Reason::local_error:
    case Reason::not_permitted:
    case Reason::no_key:
    case Reason::agent_failed:
    case Reason::token_failed:
    case Reason::host_key_unknown:
    case Reason::no_route:
    case Reason::resolve_failed:
    case Reason::output_cut:
    case Reason::lost:
    case Reason::killed:
      return State::unknown;
    default:
      return State::critical;
  }
}

std::string words_of(const TcpResult& result) {
  switch (result.end) {
    case TcpResult::End::connected:
      return formatted("connected in {:.2f} ms", static_cast<double>(result.connect.count()) / 1e6);
    case TcpResult::End::refused:
      return "refused: nobody listens";
    case TcpResult::End::timed_out:
      return "no answer";
    case TcpResult::End::no_route:
      return "no route from here";
    case TcpResult::End::cancelled:
      return "interrupted";
    default:
      return result.error_text.empty() ? std::string(round::name(reason_of(result.end))) : result.error_text;
  }
}

std::int64_t micros(std::chrono::nanoseconds span) {
  return span.count() / 1'000;
}

const Pin* pin_of(const Item& item, const Request& request) {
  const auto at = request.pins.find(item.host->name);
  return at == request.pins.end() ? nullptr : &at->second;
}

template <typename Check>
bool is(const Item* item) {
  return std::holds_alternative<Check>(*item->check);
}

class Measuring {
 public:
  Measuring(const Wave& wave, Own& own) : wave_(wave), request_(*wave.request), own_(own) {}

  void run(const std::vector<Item*>& items) {
    std::vector<Item*> icmp, tcp, ssh, local, http, dns, here, there;
    for (Item* item : items) {
      if (!item->results.empty()) continue;  // its name had no address
      if (is<inventory::IcmpCheck>(item)) icmp.push_back(item);
      if (is<inventory::TcpCheck>(item)) tcp.push_back(item);
      if (is<inventory::SshCheck>(item)) ssh.push_back(item);
      if (is<inventory::LocalCheck>(item)) local.push_back(item);
      if (is<inventory::HttpCheck>(item)) http.push_back(item);
      if (is<inventory::DnsCheck>(item)) dns.push_back(item);
      if (const auto* plugin = std::get_if<inventory::PluginCheck>(item->check))
        (plugin->via == inventory::PluginCheck::Via::ssh ? there : here).push_back(item);
    }
    const Ended ended = [this](Item& item, std::vector<Result> results) { end(item, std::move(results)); };
    {
      // No method waits for another.
      std::vector<std::jthread> threads;
      start(threads, ssh, [this, &ssh] { log_in(ssh); });
      start(threads, local, [this, &local] { look_here(local); });
      start(threads, tcp, [this, &tcp] { connect(tcp); });
      start(threads, http, [this, &http, &ended] { ask_http(http, wave_, ended); });
      start(threads, dns, [this, &dns, &ended] { ask_dns(dns, wave_, ended); });
      start(threads, here, [this, &here, &ended] { run_plugins_here(here, wave_, ended); });
      start(threads, there, [this, &there, &ended] { run_plugins_there(there, wave_, ended); });
      guarded(icmp, [this, &icmp] { ping(icmp); });
    }
    if (!wave_.other_method || wave_.stop.stop_requested()) return;
    std::vector<Item*> no_echo, no_port;
    for (Item* item : items) {
      if (!silent(*item)) continue;
      if (is<inventory::IcmpCheck>(item)) no_echo.push_back(item);
      if ((is<inventory::TcpCheck>(item) || is<inventory::SshCheck>(item)) && !pinged(*item->host))
        no_port.push_back(item);
    }
    try {
      try_ports(no_echo);
      try_echo(no_port);
    } catch (const Error&) {
      // Without a descriptor for it, what the check's own method said stands.
    }
  }

 private:
  template <typename Work>
  void start(std::vector<std::jthread>& threads, const std::vector<Item*>& items, Work work) {
    if (items.empty()) return;
    try {
      threads.emplace_back([this, items, work] { guarded(items, work); });
    } catch (const std::exception&) {  // no thread left: one after the other
      guarded(items, work);
    }
  }

  template <typename Work>
  void guarded(const std::vector<Item*>& items, const Work& work) {
    if (!items.empty()) probe::guarded(items, wave_, work);
  }

  void end(Item& item, std::vector<Result> results) {
    item.results = std::move(results);
    wave_.ended(item);
  }

  bool pinged(const inventory::Host& host) const {
    return host.has_check("icmp") &&
           (request_.kinds.empty() ||
            std::find(request_.kinds.begin(), request_.kinds.end(), "icmp") != request_.kinds.end());
  }

  IcmpOptions icmp_options() const {
    std::array<std::byte, 8> random{};
    wave_.random(random);
    IcmpOptions options;
    options.rate = wave_.rate;
    options.pace = wave_.pace;
    std::memcpy(&options.seed, random.data(), random.size());
    return options;
  }

  void ping(const std::vector<Item*>& items) {
    std::vector<IcmpTarget> targets;
    for (const Item* item : items) {
      const auto& check = std::get<inventory::IcmpCheck>(*item->check);
      targets.push_back({item->address, request_.count.value_or(check.count), check.interval,
                         request_.timeout.value_or(check.timeout), false});
    }
    std::ptrdiff_t told = 0;
    IcmpWatch watch;
    watch.progress = [&](std::size_t done) {
      wave_.partly(static_cast<std::ptrdiff_t>(done) - told);
      told = static_cast<std::ptrdiff_t>(done);
    };
    const IcmpRun run = icmp_ping(std::move(targets), icmp_options(), wave_.stop, watch);
    wave_.partly(-told);
    own_.drops += static_cast<std::int64_t>(run.own_drops);
    if (run.not_permitted) own_.not_permitted = true;
    const std::vector<std::optional<HeardEcho>> elsewhere = ping_further(items, run.results);
    std::vector<Item*> unheard;
    for (std::size_t i = 0; i < items.size(); ++i) {
      Result result = elsewhere[i] ? echo_elsewhere(*items[i], run.results[i], *elsewhere[i])
                                   : echo_result(*items[i], run.results[i]);
      if (result.reason == Reason::not_permitted) {
        items[i]->results = {std::move(result)};
        unheard.push_back(items[i]);
      } else {
        end(*items[i], {std::move(result)});
      }
    }
    try_ports(unheard);
    for (Item* item : unheard) wave_.ended(*item);
  }

  // Of hosts that are silent at their first address.
  std::vector<std::optional<HeardEcho>> ping_further(const std::vector<Item*>& items,
                                                     const std::vector<IcmpResult>& first) {
    std::vector<std::optional<HeardEcho>> heard(items.size());
    for (std::size_t at = 0; at < kMostFurther && !wave_.stop.stop_requested(); ++at) {
      std::vector<IcmpTarget> targets;
      std::vector<std::size_t> owners;
      for (std::size_t i = 0; i < items.size(); ++i) {
        const IcmpResult::End end = first[i].end;
        const bool silent = first[i].received == 0 &&
                            (end == IcmpResult::End::measured || end == IcmpResult::End::unreachable ||
                             end == IcmpResult::End::no_route);
        if (!silent || heard[i] || items[i]->further.size() <= at) continue;
        const auto& check = std::get<inventory::IcmpCheck>(*items[i]->check);
        targets.push_back({items[i]->further[at], request_.count.value_or(check.count), check.interval,
                           request_.timeout.value_or(check.timeout), false});
        owners.push_back(i);
      }
      if (targets.empty()) break;
      const IcmpRun run = icmp_ping(std::move(targets), icmp_options(), wave_.stop);
      own_.drops += static_cast<std::int64_t>(run.own_drops);
      for (std::size_t i = 0; i < owners.size(); ++i)
        if (run.results[i].received > 0)
          heard[owners[i]] =
              HeardEcho{items[owners[i]]->further[at], run.results[i], static_cast<std::int64_t>(at) + 1};
    }
    return heard;
  }

  // A host that does not answer echoes, or may not be asked, may still answer on a port that is known of it.
  void try_ports(const std::vector<Item*>& items) {
    std::vector<TcpTarget> targets;
    std::vector<Item*> owners;
    for (Item* item : items) {
      std::set<std::uint16_t> ports;
      for (const inventory::Check& check : item->host->checks)
        if (const auto* tcp = std::get_if<inventory::TcpCheck>(&check)) ports.insert(tcp->port);
      if (item->host->has_check("ssh")) ports.insert(item->host->login.port);
      for (const std::uint16_t port : ports) {
        targets.push_back({item->address, port, request_.timeout.value_or(milliseconds{1'000})});
        owners.push_back(item);
      }
    }
    if (targets.empty()) return;
    const std::vector<TcpResult> results = tcp_connect(targets, 0, wave_.stop);
    for (std::size_t i = 0; i < results.size(); ++i) {
      const bool up =
          results[i].end == TcpResult::End::connected || results[i].end == TcpResult::End::refused;
      Result& result = owners[i]->results.front();
      if (!up || !result.facts.emplace("tcp_port", std::int64_t{targets[i].port}).second) continue;
      result.facts.emplace("connect_us", micros(results[i].connect));
      if (result.reason == Reason::not_permitted) {
        result.state = State::ok;
        result.reason = Reason::none;
        result.summary = formatted("answers on TCP port {}; icmp is not permitted here", targets[i].port);
      } else {
        result.summary += formatted("; it answers on TCP port {}", targets[i].port);
      }
    }
  }

  // The other way round, for hosts without a check of echoes.
  void try_echo(const std::vector<Item*>& items) {
    std::vector<IcmpTarget> targets;
    for (const Item* item : items)
      targets.push_back({item->address, 3, milliseconds{100}, milliseconds{1'000}, true});
    if (targets.empty()) return;
    const IcmpRun run = icmp_ping(std::move(targets), icmp_options(), wave_.stop);
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (run.results[i].received == 0) continue;
      Result& result = items[i]->results.front();
      result.facts.emplace("echo_us", micros(run.results[i].min));
      result.summary += "; it answers to echo requests";
    }
  }

  // All addresses of a name have the time of one.
  TcpTarget target_of(const Item& item, const std::string& address) const {
    const auto& check = std::get<inventory::TcpCheck>(*item.check);
    const auto count = static_cast<milliseconds::rep>(1 + item.further.size());
    return {address, check.port, request_.timeout.value_or(check.timeout) / count};
  }

  // Puts in what other addresses of a name say: one that takes the connection, else that the host is up.
  // Gives the address that it is from, by item; empty: the first.
  std::vector<std::string> try_further(const std::vector<Item*>& items, std::vector<TcpResult>& results) {
    using End = TcpResult::End;
    std::vector<std::string> from(items.size());
    for (std::size_t at = 0; at < kMostFurther && !wave_.stop.stop_requested(); ++at) {
      std::vector<TcpTarget> targets;
      std::vector<std::size_t> owners;
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (results[i].end == End::connected || items[i]->further.size() <= at) continue;
        targets.push_back(target_of(*items[i], items[i]->further[at]));
        owners.push_back(i);
      }
      if (targets.empty()) break;
      const std::vector<TcpResult> more = tcp_connect(targets, 0, wave_.stop);
      for (std::size_t i = 0; i < more.size(); ++i) {
        TcpResult& known = results[owners[i]];
        if (more[i].end != End::connected && (more[i].end != End::refused || known.end == End::refused))
          continue;
        known = more[i];
        from[owners[i]] = targets[i].address;
      }
    }
    return from;
  }

  void connect(const std::vector<Item*>& items) {
    std::vector<TcpTarget> targets;
    for (const Item* item : items) targets.push_back(target_of(*item, item->address));
    std::ptrdiff_t told = 0;
    std::vector<TcpResult> results = tcp_connect(targets, 0, wave_.stop, [&](std::size_t) {
      wave_.partly(1);
      ++told;
    });
    const std::vector<std::string> elsewhere = try_further(items, results);
    wave_.partly(-told);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Reason reason = reason_of(results[i].end);
      Result result = make(*items[i], state_of(reason), reason, words_of(results[i]));
      if (!elsewhere[i].empty())
        result.summary += formatted(" by {}, not {}", elsewhere[i], items[i]->address);
      if (reason == Reason::timed_out) result.phase = "connect";
      if (reason == Reason::none) result.facts.emplace("connect_us", micros(results[i].connect));
      end(*items[i], {std::move(result)});
    }
  }

  void log_in(const std::vector<Item*>& items) {
    std::vector<ssh::Request> requests;
    for (const Item* item : items) {
      ssh::Request one = login_of(*item, wave_);
      one.script.text = std::string(embedded::collector);
      one.script.args = {random_id(wave_.random)};
      one.most_output = kMostCollected;
      one.deadlines.run = std::get<inventory::SshCheck>(*item->check).timeout;
      requests.push_back(std::move(one));
    }
    ssh::run_all(requests, request_.ssh, wave_.stop, [&](std::size_t index, const ssh::Result& result) {
      end(*items[index], logged_in(*items[index], requests[index], result));
    });
  }

  std::vector<Result> logged_in(const Item& item, const ssh::Request& request, const ssh::Result& result) {
    const Reason reason = reason_of(result.failure);
    Result login =
        make(item, state_of(reason), reason,
             reason == Reason::none ? std::string("logged in") : result.detail.render(Language::english));
    if (reason != Reason::none) login.phase = ssh::name(result.phase);
    if (result.seen) login.host_key = result.seen->line();
    if (reason == Reason::host_key_changed || reason == Reason::host_key_unknown) {
      if (result.seen) login.facts.emplace("seen_fingerprint", result.seen->fingerprint());
      if (!request.target.known.empty())
        login.facts.emplace("pinned_fingerprint", request.target.known.front().fingerprint());
    }
    if (reason != Reason::none) return {std::move(login)};
    const Instant heard = request_.now();
    const auto ran = result.timings[static_cast<std::size_t>(ssh::Phase::run)];
    return collected(item, std::move(login), result.out, request.script.args.front(),
                     round::Heard{heard - std::chrono::ceil<Instant::duration>(ran), heard});
  }

  void look_here(const std::vector<Item*>& items) {
    std::vector<process::Command> commands;
    std::vector<std::string> nonces;
    for (const Item* item : items) {
      nonces.push_back(random_id(wave_.random));
      process::Command command;
      command.argv = {"/bin/sh", "-c", std::string(embedded::collector), "jaga", nonces.back()};
      command.environment = request_.environment;
      command.timeout = std::get<inventory::LocalCheck>(*item->check).timeout;
      command.most_output = kMostCollected;
      commands.push_back(std::move(command));
    }
    process::run_all(commands, kLocalAtOnce, wave_.stop,
                     [&](std::size_t index, const process::Outcome& outcome) {
                       end(*items[index], looked(*items[index], outcome, nonces[index]));
                     });
  }

  std::vector<Result> looked(const Item& item, const process::Outcome& outcome, const std::string& nonce) {
    using End = process::Outcome::End;
    const Reason reason = outcome.end == End::timed_out     ? Reason::timed_out
                          : outcome.end == End::cancelled   ? Reason::cancelled
                          : outcome.end == End::not_started ? Reason::local_error
                          : outcome.ok()                    ? Reason::none
                                                            : Reason::lost;
    Result here = make(item, reason == Reason::none ? State::ok : State::unknown, reason,
                       reason == Reason::none ? std::string("measured here") : outcome.reason);
    if (reason != Reason::none) return {std::move(here)};
    return collected(item, std::move(here), outcome.out, nonce);
  }

  std::vector<Result> collected(const Item& item, Result login, const std::string& output,
                                const std::string& nonce, const std::optional<round::Heard>& heard = {}) {
    round::Collected got = round::parse_collector(output, nonce, *item.host, heard);
    login.machine_id = got.machine_id;
    if (!got.hostname.empty()) login.facts.emplace("hostname", got.hostname);
    std::string serials = join(got.serials, "; ");
    if (!serials.empty()) login.facts.emplace("serials", std::move(serials));
    const Pin* pin = pin_of(item, request_);
    if (pin != nullptr && !pin->machine_id.empty() && !got.machine_id.empty() &&
        pin->machine_id != got.machine_id) {
      Result other =
          make(item, State::critical, Reason::identity_changed, "another machine-id than the pinned one");
      other.check = "identity";
      other.facts = {{"pinned_machine_id", pin->machine_id}, {"seen_machine_id", got.machine_id}};
      other.machine_id = got.machine_id;
      got.results.push_back(std::move(other));
    }
    got.results.push_back(std::move(login));
    return std::move(got.results);
  }

  const Wave& wave_;
  const Request& request_;
  Own& own_;
};

}  // namespace

namespace {
// A name with several addresses is looked up once more: the login tries them one after the other.
const std::string& address_of(const Item& item) {
  return item.further.empty() ? item.address : item.host->address;
}
}  // namespace

ssh::Request login_of(const Item& item, const Wave& wave) {
  ssh::Request one;
  const auto& ways = wave.request->ways;
  if (const auto way = ways.find(item.host->name); way != ways.end()) {
    one.target = way->second;
    if (one.target.address == item.host->address) one.target.address = address_of(item);
  } else {
    one.target.name = item.host->name;
    one.target.address = address_of(item);
    one.target.port = item.host->login.port;
    one.target.user = item.host->login.measure;
    if (const Pin* pin = pin_of(item, *wave.request)) one.target.known = pin->keys;
  }
  one.nonce = random_id(wave.random);
  return one;
}

Result make(const Item& item, State state, Reason reason, std::string summary) {
  Result result;
  result.host = item.host->name;
  result.check = inventory::kind(*item.check);
  result.object = inventory::object(*item.check);
  result.state = state;
  result.reason = reason;
  result.summary = printable_once(summary);
  return result;
}

bool definite(const Result& result) {
  switch (result.reason) {
    case Reason::resolve_failed:
    case Reason::host_key_unknown:
    case Reason::host_key_changed:
    case Reason::identity_changed:
    case Reason::no_key:
    case Reason::token_failed:  // nobody is asked for a touch again and again
    case Reason::auth_failed:
    case Reason::auth_partial:
    case Reason::not_permitted:
    case Reason::needs_root:
    case Reason::absent:
    case Reason::stale:
    case Reason::bad_exit:
    case Reason::certificate_untrusted:
    case Reason::certificate_name:
    case Reason::certificate_expired:
    case Reason::certificate_expiring:
    case Reason::cancelled:
      return true;
    case Reason::limit_reached:
      // The load is a mean of five minutes already, and a unit that systemd starts again is not failed.
      return result.check != "icmp" && result.check != "memory";
    default:
      return false;
  }
}

bool silent(const Item& item) {
  return std::any_of(item.results.begin(), item.results.end(), [](const Result& result) {
    if (result.check != "icmp" && result.check != "tcp" && result.check != "ssh") return false;
    if (result.facts.contains("answered_by")) return false;
    switch (result.reason) {
      case Reason::timed_out:
        return result.phase.empty() || result.phase == "connect";
      case Reason::unreachable:
      case Reason::no_route:
        return true;
      default:
        return false;
    }
  });
}

void settle(const std::vector<Item*>& items, const Wave& wave, const std::exception_ptr& thrown) {
  std::string why = "it was left out";
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const Error& error) {
    why = error.message().render(Language::english);
  } catch (const std::bad_alloc&) {
    why = "out of memory on this machine";
  } catch (const std::exception& error) {
    why = error.what();
  }
  for (Item* item : items) {
    if (!item->results.empty()) continue;
    item->results = {make(*item, State::unknown, Reason::local_error, why)};
    wave.ended(*item);
  }
}

void measure(const std::vector<Item*>& items, const Wave& wave, Own& own) {
  guarded(items, wave, [&] { Measuring(wave, own).run(items); });
}

}  // namespace jaga::probe
