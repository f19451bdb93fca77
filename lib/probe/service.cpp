#include "probe/service.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <thread>

#include "base/clipped.hpp"
#include "base/duration.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "probe/dns.hpp"
#include "probe/http.hpp"
#include "probe/resolve.hpp"

namespace jaga::probe {
namespace {

using inventory::DnsCheck;
using inventory::HttpCheck;
using round::Reason;
using round::Result;
using round::State;
using std::chrono::milliseconds;

std::int64_t micros(std::chrono::nanoseconds span) {
  return span.count() / 1'000;
}

// ---- HTTP

Reason reason_of(HttpResult::End end) {
  switch (end) {
    case HttpResult::End::answered:
      return Reason::none;
    case HttpResult::End::refused:
      return Reason::refused;
    case HttpResult::End::timed_out:
      return Reason::timed_out;
    case HttpResult::End::no_route:
      return Reason::no_route;
    case HttpResult::End::unreachable:
      return Reason::unreachable;
    case HttpResult::End::reset:
      return Reason::reset;
    case HttpResult::End::closed:
      return Reason::closed;
    case HttpResult::End::tls_failed:
      return Reason::tls_failed;
    case HttpResult::End::not_http:
      return Reason::not_http;
    case HttpResult::End::too_much:
      return Reason::output_cut;
    case HttpResult::End::bad_location:
    case HttpResult::End::too_many_redirects:
      return Reason::bad_redirect;
    case HttpResult::End::resolve_failed:
    case HttpResult::End::bad_address:
      return Reason::resolve_failed;
    case HttpResult::End::cancelled:
      return Reason::cancelled;
    case HttpResult::End::local_error:
      break;
  }
  return Reason::local_error;
}

State state_of(Reason reason) {
  switch (reason) {
    case Reason::none:
      return State::ok;
    case Reason::no_route:
    case Reason::resolve_failed:
    case Reason::cancelled:
    case Reason::local_error:
      return State::unknown;
    default:
      return State::critical;
  }
}

std::string words_of(const HttpResult& result) {
  switch (result.end) {
    case HttpResult::End::refused:
      return "refused: nobody listens";
    case HttpResult::End::timed_out:
      return formatted("no answer in time ({})", result.phase);
    case HttpResult::End::closed:
      return formatted("closed by the server ({})", result.phase);
    case HttpResult::End::too_much:
      return formatted("a head of more than {} bytes", kMostHead);
    case HttpResult::End::bad_location:
      return formatted("redirects to '{}', which cannot be asked", result.error_text);
    case HttpResult::End::too_many_redirects:
      return formatted("too many redirects, the next to '{}'", result.error_text);
    case HttpResult::End::cancelled:
      return "interrupted";
    default:
      return result.error_text;
  }
}

// Puts a finding over what is there where it is worse.
void find(Result& result, State state, Reason reason, const std::string& words) {
  if (!result.summary.empty()) result.summary += "; ";
  result.summary += printable_once(words);
  if (round::badness(state) <= round::badness(result.state)) return;
  result.state = state;
  result.reason = reason;
}

std::string whom_it_is_for(const Certificate& certificate) {
  constexpr std::size_t kShown = 5;
  const std::vector<std::string>& names = certificate.names;
  if (names.empty())
    return formatted("the certificate names no host: it has no alternative name (subjectAltName){}",
                     certificate.subject.empty()
                         ? std::string()
                         : formatted(", and clients pass over its common name '{}'", certificate.subject));
  if (names.size() == 1) return formatted("the certificate is for another name: {}", names.front());
  const std::size_t shown = std::min(kShown, names.size());
  return formatted("the certificate is for other names: {}{}", join(std::span(names).first(shown), ", "),
                   names.size() > shown ? formatted(" and {} more", names.size() - shown) : std::string());
}

void judge_certificate(Result& result, const HttpCheck& check, const Certificate& certificate, Instant now) {
  const auto days_until = [&](Instant end) {
    return std::chrono::floor<std::chrono::days>(end - now).count();
  };
  result.facts.emplace("certificate_days", std::int64_t{days_until(certificate.not_after)});
  if (!certificate.issuer.empty()) result.facts.emplace("certificate_issuer", certificate.issuer);
  if (!certificate.subject.empty()) result.facts.emplace("certificate_subject", certificate.subject);
  // Once an issuer on the way to a trusted one ends, the certificate is worth nothing.
  Instant end = certificate.not_after;
  std::string which = "the certificate";
  if (check.verify && certificate.issuer_ends) {
    end = certificate.issuer_ends->not_after;
    which = formatted("the issuing certificate '{}'", certificate.issuer_ends->subject);
    result.facts.emplace("issuer_days", std::int64_t{days_until(end)});
    result.facts.emplace("issuer_subject", certificate.issuer_ends->subject);
  }
  using Fault = Certificate::Fault;
  if (certificate.fault == Fault::expired && (check.verify || certificate.not_after <= now))
    return find(result, State::critical, Reason::certificate_expired,
                formatted("{} expired on {}", which, format_instant(end).substr(0, 10)));
  const auto left = end - now;
  const bool critical = check.expires_crit && left <= *check.expires_crit;
  if (critical || (check.expires_warn && left <= *check.expires_warn))
    find(
        result, critical ? State::critical : State::warning, Reason::certificate_expiring,
        formatted("{} expires in {}", which, brief_duration(std::chrono::duration_cast<milliseconds>(left))));
  if (!check.verify) return;
  if (certificate.fault == Fault::not_yet)
    find(result, State::critical, Reason::certificate_untrusted, "the certificate is not valid yet");
  if (certificate.fault == Fault::untrusted)
    find(result, State::critical, Reason::certificate_untrusted,
         formatted("the certificate is not trusted: {}", certificate.why));
  if (certificate.fault == Fault::wrong_name)
    find(result, State::critical, Reason::certificate_name, whom_it_is_for(certificate));
}

Result result_of(const Item& item, const HttpResult& got, Instant now) {
  const auto& check = std::get<HttpCheck>(*item.check);
  const Reason reason = reason_of(got.end);
  Result result =
      make(item, state_of(reason), reason, reason == Reason::none ? std::string() : words_of(got));
  if (reason == Reason::timed_out || reason == Reason::closed || reason == Reason::reset)
    result.phase = got.phase;
  if (got.connect.count() > 0) result.facts.emplace("connect_us", micros(got.connect));
  if (got.tls.count() > 0) result.facts.emplace("tls_us", micros(got.tls));
  if (got.first_byte.count() > 0) result.facts.emplace("first_byte_us", micros(got.first_byte));
  if (got.status != 0) result.facts.emplace("status", std::int64_t{got.status});
  if (got.redirects > 0) {
    result.facts.emplace("redirects", std::int64_t{got.redirects});
    result.facts.emplace("location", printable_once(got.location));
  }
  if (reason == Reason::none) {
    result.facts.emplace("total_us", micros(got.total));
    result.facts.emplace("body_bytes", static_cast<std::int64_t>(got.body_bytes));
    result.summary = formatted("{} in {:.0f} ms", got.status, static_cast<double>(got.total.count()) / 1e6);
    if (std::find(check.status.begin(), check.status.end(), got.status) == check.status.end())
      find(result, State::critical, Reason::bad_status, "not the status that is wanted");
    else if (!got.found && !got.readable)
      find(result, State::critical, Reason::bad_body,
           formatted("'{}' cannot be looked for: the body is encoded as {}, which was not asked for",
                     check.body, got.coding));
    else if (!got.found)
      find(result, State::critical, Reason::bad_body,
           formatted("'{}' is not in the {}{} bytes of the body", check.body, got.cut ? "first " : "",
                     got.body_bytes));
  }
  if (got.certificate) judge_certificate(result, check, *got.certificate, now);
  return result;
}

// ---- DNS

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

std::string words_of(const DnsResult& result) {
  switch (result.end) {
    case DnsResult::End::no_such_name:
      return "there is no such name";
    case DnsResult::End::no_records:
      return "the name has no record of this type";
    case DnsResult::End::timed_out:
      return "no answer in time";
    case DnsResult::End::refused:
      return "refused: nobody listens";
    case DnsResult::End::rejected:
      return "the server refuses the question";
    case DnsResult::End::misunderstood:
      return "the server does not understand the question (FORMERR)";
    case DnsResult::End::referred:
      return formatted("the server does not look it up, but refers to {}", result.error_text);
    case DnsResult::End::cut_off:
      return formatted("the answer is too long for UDP, and by TCP: {}", result.error_text);
    case DnsResult::End::failed:
      return "the server could not find out";
    case DnsResult::End::bad_answer:
      return "an answer that cannot be understood";
    case DnsResult::End::cancelled:
      return "interrupted";
    default:
      return result.error_text;
  }
}

// One expected text: a serial number alone is that of an SOA record.
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
  Result result = make(item, state_of(reason), reason, words_of(got));
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
  result.summary = printable_once("answered " + all + "; expected " + join(check.expect, ", "));
  return result;
}

}  // namespace

void ask_http(const std::vector<Item*>& items, const Wave& wave, const Ended& ended) {
  std::vector<HttpTarget> targets;
  for (const Item* item : items) {
    const auto& check = std::get<HttpCheck>(*item->check);
    HttpTarget target;
    target.url = *inventory::parse_url(check.url);
    target.address = item->address;
    target.further = item->further;
    target.wanted = check.status;
    target.body = check.body;
    target.redirects = check.redirects;
    target.timeout = check.timeout;
    target.ca = check.ca;
    targets.push_back(std::move(target));
  }
  std::ptrdiff_t told = 0;
  const std::vector<HttpResult> results = http_get(std::move(targets), 0, wave.stop, [&](std::size_t) {
    wave.partly(1);
    ++told;
  });
  wave.partly(-told);
  const Instant now = wave.request->now();
  for (std::size_t i = 0; i < items.size(); ++i) ended(*items[i], {result_of(*items[i], results[i], now)});
}

namespace {

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
                    formatted("no address for the server '{}': {}", servers[index], server.error_text))});
    }
    ask(targets, asked, wave, ended);
  });
  for (const auto& entry : by_name)
    for (Item* item : entry.second)
      if (item->results.empty()) ended(*item, {result_of(*item, DnsResult{})});
}

}  // namespace

void ask_dns(const std::vector<Item*>& items, const Wave& wave, const Ended& ended) {
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
  // Servers that have addresses wait for none that has only a name.
  const auto ask_them = [&] { guarded(asked, wave, [&] { ask(targets, asked, wave, ended); }); };
  std::jthread at_once;
  try {
    at_once = std::jthread(ask_them);
  } catch (const std::exception&) {  // no thread left: one after the other
    ask_them();
  }
  ask_named(names, by_name, wave, ended);
}

}  // namespace jaga::probe
