#include "probe/monitor.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <embedded/collector.hpp>
#include <fstream>
#include <set>

#include "base/text.hpp"
#include "probe/icmp.hpp"
#include "probe/resolve.hpp"
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

// One check of one host; its results are all that came of it (the collector gives many).
struct Item {
  const inventory::Host* host = nullptr;
  const inventory::Check* check = nullptr;
  std::string address;
  std::vector<Result> results;
};

Result make(const Item& item, State state, Reason reason, std::string summary) {
  Result result;
  result.host = item.host->name;
  result.check = inventory::kind(*item.check);
  result.object = inventory::object(*item.check);
  result.state = state;
  result.reason = reason;
  result.summary = printable(summary);
  return result;
}

// Trying again a second later cannot change it.
bool definite(const Result& result) {
  switch (result.reason) {
    case Reason::resolve_failed:
    case Reason::host_key_unknown:
    case Reason::host_key_changed:
    case Reason::identity_changed:
    case Reason::no_key:
    case Reason::auth_failed:
    case Reason::not_permitted:
    case Reason::needs_root:
    case Reason::absent:
    case Reason::stale:
    case Reason::cancelled:
      return true;
    case Reason::limit_reached:
      return result.check == "updates" || result.check == "reboot";
    default:
      return false;
  }
}

bool suspect(const Item& item) {
  return std::any_of(item.results.begin(), item.results.end(),
                     [](const Result& result) { return result.state != State::ok && !definite(result); });
}

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
  // Both lists use one spelling; a killed wrapper has no namesake.
  if (failure == ssh::Failure::killed) return Reason::lost;
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
    case Reason::host_key_unknown:
    case Reason::no_route:
    case Reason::output_cut:
    case Reason::lost:
      return State::unknown;
    default:
      return State::critical;
  }
}

std::int64_t micros(std::chrono::nanoseconds span) {
  return span.count() / 1'000;
}

class Monitor {
 public:
  Monitor(const Request& request, std::stop_token stop, const std::function<void(const Progress&)>& progress)
      : request_(request), stop_(std::move(stop)), progress_(progress) {}

  round::Round run() {
    round_.installation = request_.installation;
    round_.previous = request_.previous_digest;
    round_.at = request_.now();
    round_.schedule = request_.schedule;
    round_.inventory = request_.inventory;
    round_.skipped = request_.skipped;
    prepare();
    std::vector<Item*> all;
    for (Item& item : items_) all.push_back(&item);
    measure(all);
    for (int attempt = 2; attempt <= round::kConfirmed && !stop_.stop_requested(); ++attempt) again();
    for (Item& item : items_)
      for (Result& result : item.results) {
        if (result.state != State::ok && definite(result)) result.attempts = round::kConfirmed;
        round_.results.push_back(std::move(result));
      }
    look_at_self();
    round::follow(round_, request_.previous);
    return std::move(round_);
  }

 private:
  bool wanted(const inventory::Check& check) const {
    return request_.kinds.empty() || std::find(request_.kinds.begin(), request_.kinds.end(),
                                               inventory::kind(check)) != request_.kinds.end();
  }

  void prepare() {
    std::vector<std::string> names;
    for (const inventory::Host& host : request_.hosts) names.push_back(host.address);
    const std::vector<Resolved> resolved = resolve(names);
    for (std::size_t i = 0; i < request_.hosts.size(); ++i) {
      const inventory::Host& host = request_.hosts[i];
      bool any = false;
      for (const inventory::Check& check : host.checks) {
        if (!wanted(check)) continue;
        any = true;
        Item item{&host, &check, resolved[i].address, {}};
        if (item.address.empty() && inventory::kind(check) != "local")
          item.results = {make(item, State::unknown, Reason::resolve_failed,
                               fmt::format("no address for '{}': {}", host.address, resolved[i].error_text))};
        items_.push_back(std::move(item));
      }
      if (!any) round_.skipped.push_back({host.name, "no check of the kinds asked for"});
    }
  }

  void measure(const std::vector<Item*>& items) {
    std::vector<Item*> icmp, tcp, ssh, local;
    for (Item* item : items) {
      if (!item->results.empty()) continue;  // its name had no address
      if (std::holds_alternative<inventory::IcmpCheck>(*item->check)) icmp.push_back(item);
      if (std::holds_alternative<inventory::TcpCheck>(*item->check)) tcp.push_back(item);
      if (std::holds_alternative<inventory::SshCheck>(*item->check)) ssh.push_back(item);
      if (std::holds_alternative<inventory::LocalCheck>(*item->check)) local.push_back(item);
    }
    ping(icmp);
    connect(tcp);
    log_in(ssh);
    look_here(local);
    report();
  }

  // Suspects once more; a state that comes again has one attempt more.
  void again() {
    std::vector<Item*> suspects;
    std::vector<std::vector<Result>> before;
    for (Item& item : items_) {
      if (!suspect(item)) continue;
      before.push_back(std::move(item.results));
      item.results.clear();
      suspects.push_back(&item);
    }
    measure(suspects);
    for (std::size_t i = 0; i < suspects.size(); ++i)
      for (Result& result : suspects[i]->results)
        for (const Result& old : before[i])
          if (old.check == result.check && old.object == result.object && old.state == result.state)
            result.attempts = old.attempts + 1;
  }

  void ping(const std::vector<Item*>& items) {
    if (items.empty()) return;
    std::vector<IcmpTarget> targets;
    for (const Item* item : items) {
      const auto& check = std::get<inventory::IcmpCheck>(*item->check);
      targets.push_back({item->address, request_.count.value_or(check.count), check.interval,
                         request_.timeout.value_or(check.timeout), false});
    }
    std::array<std::byte, 8> random{};
    request_.random(random);
    IcmpOptions options;
    options.rate = request_.rate;
    std::memcpy(&options.seed, random.data(), random.size());
    const IcmpRun run = icmp_ping(targets, options, stop_);
    round_.self.own_drops += static_cast<std::int64_t>(run.own_drops);
    if (run.not_permitted) round_.self.note = run.not_permitted->render(Language::english);
    std::vector<Item*> silent;
    for (std::size_t i = 0; i < items.size(); ++i) {
      items[i]->results = {result_of(*items[i], run.results[i])};
      if (run.results[i].received == 0 && run.results[i].end != IcmpResult::End::cancelled)
        silent.push_back(items[i]);
    }
    try_tcp(silent);
  }

  Result result_of(const Item& item, const IcmpResult& echo) const {
    const auto& check = std::get<inventory::IcmpCheck>(*item.check);
    switch (echo.end) {
      case IcmpResult::End::bad_address:
        return make(item, State::unknown, Reason::resolve_failed, "no address");
      case IcmpResult::End::no_route:
        return make(item, State::unknown, Reason::no_route, "no route from here");
      case IcmpResult::End::not_permitted:
        return make(item, State::unknown, Reason::not_permitted, "icmp is not permitted for this user");
      case IcmpResult::End::cancelled:
        return make(item, State::unknown, Reason::cancelled, "interrupted");
      case IcmpResult::End::local_error:
        return make(item, State::unknown, Reason::local_error, echo.error_text);
      case IcmpResult::End::unreachable: {
        Result result =
            make(item, State::critical, Reason::unreachable,
                 fmt::format("{} says: {}", echo.error_from.empty() ? "this machine" : echo.error_from,
                             echo.error_text));
        if (!echo.error_from.empty()) result.facts.emplace("router", echo.error_from);
        result.facts.emplace("icmp_type", std::int64_t{echo.icmp_type});
        result.facts.emplace("icmp_code", std::int64_t{echo.icmp_code});
        result.facts.emplace("loss_percent", std::int64_t{echo.lost_percent()});
        return result;
      }
      case IcmpResult::End::measured:
        break;
    }
    const int loss = echo.lost_percent();
    State state = loss >= check.crit_loss   ? State::critical
                  : loss >= check.warn_loss ? State::warning
                                            : State::ok;
    if (check.warn_rtt && echo.median >= *check.warn_rtt && state == State::ok) state = State::warning;
    if (check.crit_rtt && echo.median >= *check.crit_rtt) state = State::critical;
    const Reason reason = state == State::ok   ? Reason::none
                          : echo.received == 0 ? Reason::timed_out
                                               : Reason::limit_reached;
    Result result = make(item, state, reason,
                         echo.received == 0 ? std::string("no reply")
                                            : fmt::format("{}% loss, {:.2f} ms", loss,
                                                          static_cast<double>(echo.median.count()) / 1e6));
    result.facts = {{"sent", std::int64_t{echo.sent}},
                    {"received", std::int64_t{echo.received}},
                    {"loss_percent", std::int64_t{loss}},
                    {"late", std::int64_t{echo.late}},
                    {"duplicates", std::int64_t{echo.duplicates}}};
    if (echo.received > 0) {
      result.facts.emplace("rtt_us", micros(echo.median));
      result.facts.emplace("rtt_min_us", micros(echo.min));
      result.facts.emplace("rtt_p95_us", micros(echo.p95));
      result.facts.emplace("rtt_max_us", micros(echo.max));
      result.facts.emplace("jitter_us", micros(echo.jitter));
    }
    return result;
  }

  // The other method: a host that does not answer echoes may still answer on a port that is known of it.
  void try_tcp(const std::vector<Item*>& items) {
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
    const std::vector<TcpResult> results = tcp_connect(targets, 0, stop_);
    for (std::size_t i = 0; i < results.size(); ++i) {
      const bool up =
          results[i].end == TcpResult::End::connected || results[i].end == TcpResult::End::refused;
      if (!up) continue;
      Result& result = owners[i]->results.front();
      result.facts.insert_or_assign("tcp_port", std::int64_t{targets[i].port});
      if (result.reason != Reason::not_permitted) continue;
      result.state = State::ok;
      result.reason = Reason::none;
      result.summary = fmt::format("answers on TCP port {}; icmp is not permitted here", targets[i].port);
      result.facts.emplace("connect_us", micros(results[i].connect));
    }
  }

  void connect(const std::vector<Item*>& items) {
    std::vector<TcpTarget> targets;
    for (const Item* item : items) {
      const auto& check = std::get<inventory::TcpCheck>(*item->check);
      targets.push_back({item->address, check.port, request_.timeout.value_or(check.timeout)});
    }
    const std::vector<TcpResult> results = tcp_connect(targets, 0, stop_);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Reason reason = reason_of(results[i].end);
      Result result = make(
          *items[i], state_of(reason), reason,
          reason == Reason::none
              ? fmt::format("connected in {:.2f} ms", static_cast<double>(results[i].connect.count()) / 1e6)
              : std::string(round::name(reason)));
      if (reason == Reason::timed_out) result.phase = "connect";
      if (reason == Reason::none) result.facts.emplace("connect_us", micros(results[i].connect));
      items[i]->results = {std::move(result)};
    }
  }

  void log_in(const std::vector<Item*>& items) {
    if (items.empty()) return;
    std::vector<ssh::Request> requests;
    for (const Item* item : items) {
      ssh::Request one;
      one.target.name = item->host->name;
      one.target.address = item->address;
      one.target.port = item->host->login.port;
      one.target.user = item->host->login.measure;
      if (const Pin* pin = pin_of(*item)) one.target.known = pin->keys;
      one.nonce = random_id(request_.random);
      one.script.text = std::string(embedded::collector);
      one.script.args = {random_id(request_.random)};
      one.most_output = kMostCollected;
      one.deadlines.run = std::get<inventory::SshCheck>(*item->check).timeout;
      requests.push_back(std::move(one));
    }
    const std::vector<ssh::Result> results = ssh::run_all(requests, request_.ssh, stop_);
    for (std::size_t i = 0; i < items.size(); ++i) take(*items[i], requests[i], results[i]);
  }

  void take(Item& item, const ssh::Request& request, const ssh::Result& result) {
    const Reason reason = reason_of(result.failure);
    Result login =
        make(item, state_of(reason), reason,
             reason == Reason::none ? std::string("logged in") : result.detail.render(Language::english));
    if (reason != Reason::none) login.phase = ssh::name(result.phase);
    if (result.seen) login.host_key = result.seen->text();
    if (reason == Reason::host_key_changed || reason == Reason::host_key_unknown) {
      if (result.seen) login.facts.emplace("seen_fingerprint", result.seen->fingerprint());
      if (!request.target.known.empty())
        login.facts.emplace("pinned_fingerprint", request.target.known.front().fingerprint());
    }
    if (reason != Reason::none) {
      item.results = {std::move(login)};
      return;
    }
    collected(item, std::move(login), result.out, request.script.args.front());
  }

  void look_here(const std::vector<Item*>& items) {
    for (Item* item : items) {
      const std::string nonce = random_id(request_.random);
      process::Command command;
      command.argv = {"/bin/sh", "-c", std::string(embedded::collector), "jaga", nonce};
      command.environment = request_.environment;
      command.timeout = std::get<inventory::LocalCheck>(*item->check).timeout;
      command.most_output = kMostCollected;
      const process::Outcome outcome = process::run(command, stop_);
      using End = process::Outcome::End;
      const Reason reason = outcome.end == End::timed_out     ? Reason::timed_out
                            : outcome.end == End::cancelled   ? Reason::cancelled
                            : outcome.end == End::not_started ? Reason::local_error
                            : outcome.ok()                    ? Reason::none
                                                              : Reason::lost;
      Result here = make(*item, reason == Reason::none ? State::ok : State::unknown, reason,
                         reason == Reason::none ? std::string("measured here") : outcome.reason);
      if (reason == Reason::none)
        collected(*item, std::move(here), outcome.out, nonce);
      else
        item->results = {std::move(here)};
    }
  }

  void collected(Item& item, Result login, const std::string& output, const std::string& nonce) {
    round::Collected got = round::parse_collector(output, nonce, *item.host);
    login.machine_id = got.machine_id;
    if (!got.hostname.empty()) login.facts.emplace("hostname", got.hostname);
    std::string serials = join(got.serials, "; ");
    if (!serials.empty()) login.facts.emplace("serials", std::move(serials));
    item.results = std::move(got.results);
    const Pin* pin = pin_of(item);
    if (pin != nullptr && !pin->machine_id.empty() && !got.machine_id.empty() &&
        pin->machine_id != got.machine_id) {
      Result other =
          make(item, State::critical, Reason::identity_changed, "another machine-id than the pinned one");
      other.check = "identity";
      other.facts = {{"pinned_machine_id", pin->machine_id}, {"seen_machine_id", got.machine_id}};
      other.machine_id = got.machine_id;
      item.results.push_back(std::move(other));
    }
    item.results.push_back(std::move(login));
  }

  const Pin* pin_of(const Item& item) const {
    const auto at = request_.pins.find(item.host->name);
    return at == request_.pins.end() ? nullptr : &at->second;
  }

  // /proc/net/route of proc(5): addresses as hexadecimal numbers in the machine's byte order.
  void look_at_self() {
    round_.self.route = false;
    std::ifstream routes("/proc/net/route");
    std::string line;
    std::getline(routes, line);
    while (std::getline(routes, line)) {
      std::array<char, 33> device{};
      unsigned destination = 1;
      unsigned gateway = 0;
      if (std::sscanf(line.c_str(), "%32s %8x %8x", device.data(), &destination, &gateway) != 3 ||
          destination != 0)
        continue;
      round_.self.route = true;
      std::array<unsigned char, 4> bytes{};
      std::memcpy(bytes.data(), &gateway, bytes.size());
      if (gateway != 0)
        round_.self.gateway = fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
    }
    for (const Result& result : round_.results)
      if (result.state == State::ok || result.reason == Reason::refused) round_.self.route = true;
    if (round_.self.gateway.empty() || stop_.stop_requested()) return;
    IcmpTarget gateway{round_.self.gateway, 3, milliseconds{50}, milliseconds{500}, true};
    const IcmpRun run = icmp_ping({gateway}, {}, stop_);
    if (run.results[0].end == IcmpResult::End::measured)
      round_.self.gateway_reachable = run.results[0].received > 0;
  }

  void report() const {
    if (!progress_) return;
    Progress now;
    now.total = items_.size();
    for (const Item& item : items_) {
      now.done += item.results.empty() ? 0U : 1U;
      for (const Result& result : item.results) now.failing += result.state == State::ok ? 0U : 1U;
    }
    progress_(now);
  }

  const Request& request_;
  std::stop_token stop_;
  const std::function<void(const Progress&)>& progress_;
  round::Round round_;
  std::vector<Item> items_;
};

}  // namespace

round::Round run(const Request& request, std::stop_token stop,
                 const std::function<void(const Progress&)>& progress) {
  return Monitor(request, std::move(stop), progress).run();
}

}  // namespace jaga::probe
