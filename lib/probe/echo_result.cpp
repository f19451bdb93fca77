#include "probe/echo_result.hpp"

#include "base/format.hpp"
#include "base/system_text.hpp"
#include "probe/icmp_socket.hpp"

namespace jaga::probe {
namespace {

using round::Reason;
using round::Result;
using round::State;

std::int64_t micros(std::chrono::nanoseconds span) {
  return span.count() / 1'000;
}

bool same_address(const std::string& one, const std::string& other) {
  const auto left = parse_peer(one);
  const auto right = parse_peer(other);
  return left && right && left->same_host(*right);
}

void put_error(Result& result, const Item& item, const IcmpError& error) {
  if (!error.from.empty()) result.facts.emplace("router", error.from);
  if (same_address(error.from, item.address)) result.facts.emplace("from_host", std::int64_t{1});
  result.facts.emplace("icmp_type", std::int64_t{error.type});
  result.facts.emplace("icmp_code", std::int64_t{error.code});
}

}  // namespace

Result echo_result(const Item& item, const IcmpResult& echo) {
  const auto& check = std::get<inventory::IcmpCheck>(*item.check);
  const IcmpError& error = echo.last_error();
  switch (echo.end) {
    case IcmpResult::End::bad_address:
      return make(item, State::unknown, Reason::resolve_failed, sentence("no address"));
    case IcmpResult::End::no_route:
      return make(item, State::unknown, Reason::no_route, sentence("no route from here"));
    case IcmpResult::End::not_permitted:
      return make(item, State::unknown, Reason::not_permitted, sentence("ICMP is not permitted for this user"));
    case IcmpResult::End::cancelled:
      return make(item, State::unknown, Reason::cancelled, sentence("interrupted"));
    case IcmpResult::End::local_error:
      return make(item, State::unknown, Reason::local_error, system_text(error.text));
    case IcmpResult::End::unreachable: {
      Result result =
          make(item, State::critical, Reason::unreachable,
               error.from.empty()
                   ? sentence("this machine reports: {error}").with("error", system_text(error.text))
                   : sentence("{router} reports: {error}", {{"router", error.from}})
                         .with("error", system_text(error.text)));
      put_error(result, item, error);
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
  Message summary = echo.received == 0
                        ? sentence("no reply")
                        : sentence("{loss}% loss, {rtt} ms",
                                   {{"loss", std::to_string(loss)},
                                    {"rtt", formatted("{:.2f}", static_cast<double>(echo.median.count()) / 1e6)}});
  if (echo.late > 0)
    summary = sentence("{result}, {count} too late", {{"count", std::to_string(echo.late)}})
                  .with("result", std::move(summary));
  Result result = make(item, state, reason, summary);
  result.facts = {{"sent", std::int64_t{echo.sent}},
                  {"received", std::int64_t{echo.received}},
                  {"loss_percent", std::int64_t{loss}},
                  {"late", std::int64_t{echo.late}},
                  {"duplicates", std::int64_t{echo.duplicates}}};
  if (!error.from.empty()) put_error(result, item, error);
  if (echo.received > 0) {
    result.facts.emplace("rtt_us", micros(echo.median));
    result.facts.emplace("rtt_min_us", micros(echo.min));
    result.facts.emplace("rtt_p95_us", micros(echo.p95));
    result.facts.emplace("rtt_max_us", micros(echo.max));
    result.facts.emplace("jitter_us", micros(echo.jitter));
  }
  return result;
}

Result echo_elsewhere(const Item& item, const IcmpResult& first, const HeardEcho& heard) {
  Item there = item;
  there.address = heard.address;
  Result result = echo_result(there, heard.echo);
  result.facts.emplace("answered_by", heard.address);
  if (first.end == IcmpResult::End::no_route) return result;
  result.summary = sentence("{result} from {address}; {silent}, the first address of its name, does not answer",
                            {{"address", heard.address}, {"silent", item.address}})
                       .with("result", result.summary.part());
  result.facts.emplace("silent_address", item.address);
  result.facts.emplace("silent_addresses", heard.silent);
  if (result.state == State::ok) {
    result.state = State::warning;
    result.reason = first.end == IcmpResult::End::unreachable ? Reason::unreachable : Reason::timed_out;
  }
  return result;
}

}  // namespace jaga::probe
