#include "probe/dns.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <thread>

#include "base/clipped.hpp"
#include "base/system_text.hpp"
#include "base/text.hpp"
#include "probe/other_way.hpp"
#include "probe/resolve.hpp"

namespace jaga::probe {
namespace {

using inventory::DnsCheck;
using round::Reason;
using round::Result;
using round::State;

Reason reason_of(DnsResult::End end) {
  switch (end) {
    case DnsResult::End::answered:
      return Reason::none;
    case DnsResult::End::no_such_name:
      return Reason::no_such_name;
    case DnsResult::End::no_records:
      return Reason::no_records;
    case DnsResult::End::timed_out:
      return Reason::timed_out;
    case DnsResult::End::refused:
      return Reason::refused;
    case DnsResult::End::no_route:
      return Reason::no_route;
    case DnsResult::End::rejected:
    case DnsResult::End::misunderstood:
    case DnsResult::End::referred:
      return Reason::query_refused;
    case DnsResult::End::cut_off:
      return Reason::output_cut;
    case DnsResult::End::failed:
      return Reason::server_failed;
    case DnsResult::End::bad_answer:
      return Reason::bad_output;
    case DnsResult::End::cancelled:
      return Reason::cancelled;
    case DnsResult::End::bad_name:
    case DnsResult::End::local_error:
      break;
  }
  return Reason::local_error;
}

Message words_of(const DnsResult& result) {
  switch (result.end) {
    case DnsResult::End::no_such_name:
      return sentence("no such name");
    case DnsResult::End::no_records:
      return sentence("the name has no record of this type");
    case DnsResult::End::timed_out:
      return sentence("no answer in time");
    case DnsResult::End::refused:
      return sentence("connection refused: nothing listens on the port");
    case DnsResult::End::rejected:
      return sentence("the server refuses the query");
    case DnsResult::End::misunderstood:
      return sentence("the server does not understand the query (FORMERR)");
    case DnsResult::End::referred:
      return sentence("the server does not resolve the name, but refers to {servers}",
                      {{"servers", result.error_text}});
    case DnsResult::End::cut_off:
      return sentence("the answer is too long for UDP, and over TCP: {error}")
          .with("error", system_text(result.error_text));
    case DnsResult::End::failed:
      return sentence("the server failed to resolve the name");
    case DnsResult::End::bad_answer:
      return sentence("the answer is malformed");
    case DnsResult::End::cancelled:
      return sentence("interrupted");
    default:
      return system_text(result.error_text);
  }
}

// Compares an expected value; for SOA records a single number is compared with the serial.
bool matches(const std::string& expected, const std::string& seen, int type) {
  const std::string canonical = dns_canonical(expected, type);
  if (canonical == seen) return true;
  if (type != dns_type("SOA") || canonical.find(' ') != std::string::npos) return false;
  const std::vector<std::string> words = split(seen, ' ');
  return words.size() == 7 && words[2] == canonical;
}

Result result_of(const Item& item, const DnsResult& got) {
  const auto& check = std::get<DnsCheck>(*item.check);
  const int type = *dns_type(check.type);
  const Reason reason = reason_of(got.end);
  Result result = make(item, service_state(reason), reason, words_of(got));
  if (reason == Reason::timed_out) result.phase = "query";
  if (reason != Reason::none) return result;
  std::vector<std::string> seen;
  for (const DnsRecord& record : got.records) seen.push_back(record.text);
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  std::string all = sanitized(clipped(join(seen, ", "), 512));
  result.facts = {
      {"answer_us", micros(got.took)},
      {"records", static_cast<std::int64_t>(seen.size())},
      {"answer", all},
      {"ttl_s",
       std::int64_t{std::min_element(got.records.begin(), got.records.end(),
                                     [](const DnsRecord& a, const DnsRecord& b) { return a.ttl < b.ttl; })
                        ->ttl}}};
  result.summary = printable_once(all);
  if (check.expect.empty()) return result;
  const auto among = [&](const std::string& text) {
    return std::any_of(check.expect.begin(), check.expect.end(),
                       [&](const std::string& expected) { return matches(expected, text, type); });
  };
  const bool all_wanted = std::all_of(seen.begin(), seen.end(), among);
  const bool all_there =
      std::all_of(check.expect.begin(), check.expect.end(), [&](const std::string& expected) {
        return std::any_of(seen.begin(), seen.end(),
                           [&](const std::string& text) { return matches(expected, text, type); });
      });
  if (all_wanted && all_there) return result;
  result.state = State::critical;
  result.reason = Reason::bad_answer;
  result.summary = sentence("answered {answer}; expected {expected}",
                            {{"answer", all}, {"expected", join(check.expect, ", ")}});
  return result;
}

void ask_at(const std::string& server, const std::vector<Item*>& items, std::vector<DnsTarget>& targets,
            std::vector<Item*>& asked) {
  for (Item* item : items) {
    const auto& check = std::get<DnsCheck>(*item->check);
    targets.push_back({check.name, *dns_type(check.type), server, check.port, check.timeout});
    asked.push_back(item);
  }
}

void ask(const std::vector<DnsTarget>& targets, const std::vector<Item*>& items, const Wave& wave,
         const Ended& ended) {
  const auto tell = [&](std::size_t i, const DnsResult& result) {
    ended(*items[i], {result_of(*items[i], result)});
  };
  const std::vector<DnsResult> results = dns_ask(targets, wave.stop, tell);
  for (std::size_t i = 0; i < items.size(); ++i)
    if (items[i]->results.empty()) tell(i, results[i]);
}

void ask_named(const std::vector<std::string>& servers,
               const std::map<std::string, std::vector<Item*>>& by_name, const Wave& wave,
               const Ended& ended) {
  Resolver resolver(servers);
  resolve_in_batches(resolver, wave.stop, [&](const Resolver::Found& found, bool /*last*/) {
    std::vector<DnsTarget> targets;
    std::vector<Item*> asked;
    for (const auto& [index, server] : found) {
      const std::vector<Item*>& items = by_name.at(servers[index]);
      if (!server.address.empty()) {
        ask_at(server.address, items, targets, asked);
        continue;
      }
      for (Item* item : items)
        ended(*item,
              {make(*item, State::unknown, Reason::resolve_failed,
                    sentence("no address for the server '{name}': {reason}", {{"name", servers[index]}})
                        .with("reason", system_text(server.error_text)))});
    }
    ask(targets, asked, wave, ended);
  });
  for (const auto& entry : by_name)
    for (Item* item : entry.second)
      if (item->results.empty()) ended(*item, {result_of(*item, DnsResult{})});
}

void ask_dns(const std::vector<Item*>& items, const Work& work) {
  const Wave& wave = work.wave;
  const Ended& ended = work.ended;
  std::vector<DnsTarget> targets;
  std::vector<Item*> asked;
  std::vector<std::string> names;
  std::map<std::string, std::vector<Item*>> by_name;
  for (Item* item : items) {
    const std::string& server = std::get<DnsCheck>(*item->check).server;
    if (server.empty() || is_numeric(server)) {
      ask_at(server, {item}, targets, asked);
      continue;
    }
    auto& waiting = by_name[server];
    if (waiting.empty()) names.push_back(server);
    waiting.push_back(item);
  }
  if (names.empty()) return ask(targets, asked, wave, ended);
  // Queries to numeric servers do not wait for the names of other servers.
  const auto ask_them = [&] { guarded(asked, wave, [&] { ask(targets, asked, wave, ended); }); };
  std::jthread at_once;
  try {
    at_once = std::jthread(ask_them);
  } catch (const std::exception&) {  // no thread available: run in this one
    ask_them();
  }
  ask_named(names, by_name, wave, ended);
}

}  // namespace

template <>
const Method& method<inventory::DnsCheck>() {
  static constexpr Method kMethod{ask_dns};
  return kMethod;
}

}  // namespace jaga::probe
