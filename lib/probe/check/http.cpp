#include "probe/http.hpp"

#include <algorithm>

#include "base/duration.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "inventory/url.hpp"
#include "probe/other_way.hpp"

namespace jaga::probe {
namespace {

using inventory::HttpCheck;
using round::Reason;
using round::Result;
using round::State;
using std::chrono::milliseconds;

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
      make(item, service_state(reason), reason, reason == Reason::none ? std::string() : words_of(got));
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

void ask_http(const std::vector<Item*>& items, const Work& work) {
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
  const std::vector<HttpResult> results = http_get(std::move(targets), 0, work.wave.stop, [&](std::size_t) {
    work.wave.partly(1);
    ++told;
  });
  work.wave.partly(-told);
  const Instant now = work.wave.request->now();
  for (std::size_t i = 0; i < items.size(); ++i)
    work.ended(*items[i], {result_of(*items[i], results[i], now)});
}

}  // namespace

template <>
const Method& method<inventory::HttpCheck>() {
  static constexpr Method kMethod{ask_http};
  return kMethod;
}

}  // namespace jaga::probe
