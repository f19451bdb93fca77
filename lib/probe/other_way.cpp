#include "probe/other_way.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "probe/tcp.hpp"

namespace jaga::probe {
namespace {

using round::Reason;
using round::Result;
using round::State;
using std::chrono::milliseconds;

// Whether the host has an icmp check in this round.
bool is_pinged(const inventory::Host& host, const Request& request) {
  constexpr std::string_view kKind = inventory::IcmpCheck::kKind;
  return host.has_check(kKind) &&
         (request.kinds.empty() ||
          std::find(request.kinds.begin(), request.kinds.end(), kKind) != request.kinds.end());
}

}  // namespace

IcmpOptions icmp_options(const Wave& wave) {
  std::array<std::byte, 8> random{};
  wave.random(random);
  IcmpOptions options;
  options.rate = wave.rate;
  options.pace = wave.pace;
  std::memcpy(&options.seed, random.data(), random.size());
  return options;
}

void try_ports(const std::vector<Item*>& items, const Work& work) {
  std::vector<TcpTarget> targets;
  std::vector<Item*> owners;
  for (Item* item : items) {
    std::set<std::uint16_t> ports;
    for (const inventory::Check& check : item->host->checks)
      if (const auto* tcp = std::get_if<inventory::TcpCheck>(&check)) ports.insert(tcp->port);
    if (item->host->has_check("ssh")) ports.insert(item->host->login.port);
    for (const std::uint16_t port : ports) {
      targets.push_back({item->address, port, work.wave.request->timeout.value_or(milliseconds{1'000})});
      owners.push_back(item);
    }
  }
  if (targets.empty()) return;
  const std::vector<TcpResult> results = tcp_connect(targets, 0, work.wave.stop);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const bool up = results[i].end == TcpResult::End::connected || results[i].end == TcpResult::End::refused;
    Result& result = owners[i]->results.front();
    if (!up || !result.facts.emplace("tcp_port", std::int64_t{targets[i].port}).second) continue;
    result.facts.emplace("connect_us", micros(results[i].connect));
    if (result.reason == Reason::not_permitted) {
      result.state = State::ok;
      result.reason = Reason::none;
      result.summary = sentence("answers on TCP port {port}; ICMP is not permitted here",
                                {{"port", std::to_string(targets[i].port)}});
    } else {
      result.summary = sentence("{result}; the host answers on TCP port {port}",
                                {{"port", std::to_string(targets[i].port)}})
                           .with("result", result.summary.part());
    }
  }
}

void try_echo(const std::vector<Item*>& items, const Work& work) {
  std::vector<IcmpTarget> targets;
  std::vector<Item*> owners;
  for (Item* item : items) {
    if (is_pinged(*item->host, *work.wave.request)) continue;
    targets.push_back({item->address, 3, milliseconds{100}, milliseconds{1'000}, true});
    owners.push_back(item);
  }
  if (targets.empty()) return;
  const IcmpRun run = icmp_ping(std::move(targets), icmp_options(work.wave), work.wave.stop);
  for (std::size_t i = 0; i < owners.size(); ++i) {
    if (run.results[i].received == 0) continue;
    Result& result = owners[i]->results.front();
    result.facts.emplace("echo_us", micros(run.results[i].min));
    result.summary =
        sentence("{result}; the host answers to echo requests").with("result", result.summary.part());
  }
}

}  // namespace jaga::probe
