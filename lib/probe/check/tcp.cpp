#include "probe/tcp.hpp"

#include "base/format.hpp"
#include "base/system_text.hpp"
#include "probe/other_way.hpp"

namespace jaga::probe {
namespace {

using round::Reason;
using round::Result;
using std::chrono::milliseconds;

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

Message words_of(const TcpResult& result) {
  switch (result.end) {
    case TcpResult::End::connected:
      return sentence("connected in {time} ms",
                      {{"time", formatted("{:.2f}", static_cast<double>(result.connect.count()) / 1e6)}});
    case TcpResult::End::refused:
      return sentence("connection refused: nothing listens on the port");
    case TcpResult::End::timed_out:
      return sentence("no answer");
    case TcpResult::End::no_route:
      return sentence("no route from here");
    case TcpResult::End::cancelled:
      return sentence("interrupted");
    default:
      return system_text(result.error_text.empty() ? std::string(round::name(reason_of(result.end)))
                                                   : result.error_text);
  }
}

// The addresses of a name share its timeout.
TcpTarget target_of(const Item& item, const std::string& address, const Request& request) {
  const auto& check = std::get<inventory::TcpCheck>(*item.check);
  const auto count = static_cast<milliseconds::rep>(1 + item.further.size());
  return {address, check.port, request.timeout.value_or(check.timeout) / count};
}

// Tries further addresses of the name. Prefers one that accepts the connection, then one that refuses it.
// Returns for each item the address its result is from; empty: the first.
std::vector<std::string> try_further(const std::vector<Item*>& items, std::vector<TcpResult>& results,
                                     const Work& work) {
  using End = TcpResult::End;
  std::vector<std::string> from(items.size());
  for (std::size_t at = 0; at < kMostFurther && !work.wave.stop.stop_requested(); ++at) {
    std::vector<TcpTarget> targets;
    std::vector<std::size_t> owners;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (results[i].end == End::connected || items[i]->further.size() <= at) continue;
      targets.push_back(target_of(*items[i], items[i]->further[at], *work.wave.request));
      owners.push_back(i);
    }
    if (targets.empty()) break;
    const std::vector<TcpResult> more = tcp_connect(targets, 0, work.wave.stop);
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

void connect_to(const std::vector<Item*>& items, const Work& work) {
  std::vector<TcpTarget> targets;
  for (const Item* item : items) targets.push_back(target_of(*item, item->address, *work.wave.request));
  std::ptrdiff_t told = 0;
  std::vector<TcpResult> results = tcp_connect(targets, 0, work.wave.stop, [&](std::size_t) {
    work.wave.partly(1);
    ++told;
  });
  const std::vector<std::string> elsewhere = try_further(items, results, work);
  work.wave.partly(-told);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Reason reason = reason_of(results[i].end);
    Result result = make(*items[i], state_of(reason), reason, words_of(results[i]));
    if (!elsewhere[i].empty())
      result.summary = sentence("{result}, from {address} and not {first}",
                                {{"address", elsewhere[i]}, {"first", items[i]->address}})
                           .with("result", result.summary.part());
    if (reason == Reason::timed_out) result.phase = "connect";
    if (reason == Reason::none) result.facts.emplace("connect_us", micros(results[i].connect));
    work.ended(*items[i], {std::move(result)});
  }
}

}  // namespace

template <>
const Method& method<inventory::TcpCheck>() {
  static constexpr Method kMethod{connect_to, true, false, try_echo};
  return kMethod;
}

}  // namespace jaga::probe
