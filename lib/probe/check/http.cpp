#include "probe/http.hpp"

#include <algorithm>

#include "base/date.hpp"
#include "base/duration.hpp"
#include "base/format.hpp"
#include "base/system_text.hpp"
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

Message words_of(const HttpResult& result) {
  switch (result.end) {
    case HttpResult::End::refused:
      return sentence("connection refused: nothing listens on the port");
    case HttpResult::End::timed_out:
      return sentence("no answer in time ({phase})", {{"phase", result.phase}});
    case HttpResult::End::closed:
      return sentence("closed by the server ({phase})", {{"phase", result.phase}});
    case HttpResult::End::too_much:
      return sentence("a header of more than {count} bytes", {{"count", std::to_string(kMostHead)}});
    case HttpResult::End::bad_location:
      return sentence("redirects to '{url}', which is not supported", {{"url", result.error_text}});
    case HttpResult::End::too_many_redirects:
      return sentence("too many redirects, the next to '{url}'", {{"url", result.error_text}});
    case HttpResult::End::cancelled:
      return sentence("interrupted");
    default:
      return system_text(result.error_text);
  }
}

// Adds a finding to the summary; it determines the state if it is worse than the current one.
void find(Result& result, State state, Reason reason, Message words) {
  if (result.summary.empty())
    result.summary = words;
  else
    result.summary =
        sentence("{first}; {second}").with("first", result.summary.part()).with("second", std::move(words));
  if (round::badness(state) <= round::badness(result.state)) return;
  result.state = state;
  result.reason = reason;
}

Message whom_it_is_for(const Certificate& certificate) {
  constexpr std::size_t kShown = 5;
  const std::vector<std::string>& names = certificate.names;
  if (names.empty())
    return certificate.subject.empty()
               ? sentence("the certificate names no host: it has no alternative name (subjectAltName)")
               : sentence(
                     "the certificate names no host: it has no alternative name (subjectAltName), and "
                     "clients ignore its common name '{name}'",
                     {{"name", certificate.subject}});
  if (names.size() == 1)
    return sentence("the certificate is for another name: {name}", {{"name", names.front()}});
  const std::size_t shown = std::min(kShown, names.size());
  Message::Arguments list = {{"names", join(std::span(names).first(shown), ", ")}};
  if (names.size() == shown) return sentence("the certificate is for other names: {names}", list);
  list.emplace_back("count", std::to_string(names.size() - shown));
  return sentence("the certificate is for other names: {names} and {count} more", list);
}

void judge_certificate(Result& result, const HttpCheck& check, const Certificate& certificate, Instant now) {
  const auto days_until = [&](Instant end) {
    return std::chrono::floor<std::chrono::days>(end - now).count();
  };
  result.facts.emplace("certificate_days", std::int64_t{days_until(certificate.not_after)});
  if (!certificate.issuer.empty()) result.facts.emplace("certificate_issuer", certificate.issuer);
  if (!certificate.subject.empty()) result.facts.emplace("certificate_subject", certificate.subject);
  // When an issuing certificate expires, this certificate becomes invalid as well.
  Instant end = certificate.not_after;
  Message which = sentence("the certificate");
  if (check.verify && certificate.issuer_ends) {
    end = certificate.issuer_ends->not_after;
    which = sentence("the issuing certificate '{name}'", {{"name", certificate.issuer_ends->subject}});
    result.facts.emplace("issuer_days", std::int64_t{days_until(end)});
    result.facts.emplace("issuer_subject", certificate.issuer_ends->subject);
  }
  using Fault = Certificate::Fault;
  if (certificate.fault == Fault::expired && (check.verify || certificate.not_after <= now))
    return find(
        result, State::critical, Reason::certificate_expired,
        sentence("{certificate} expired on {date}", {{"date", iso_date(end, std::chrono::minutes{0})}})
            .with("certificate", which));
  const auto left = end - now;
  const bool critical = check.expires_crit && left <= *check.expires_crit;
  if (critical || (check.expires_warn && left <= *check.expires_warn))
    find(result, critical ? State::critical : State::warning, Reason::certificate_expiring,
         sentence("{certificate} expires in {time}",
                  {{"time", brief_duration(std::chrono::duration_cast<milliseconds>(left))}})
             .with("certificate", which));
  if (!check.verify) return;
  if (certificate.fault == Fault::not_yet)
    find(result, State::critical, Reason::certificate_untrusted,
         sentence("the certificate is not valid yet"));
  if (certificate.fault == Fault::untrusted)
    find(result, State::critical, Reason::certificate_untrusted,
         sentence("the certificate is not trusted: {reason}").with("reason", system_text(certificate.why)));
  if (certificate.fault == Fault::wrong_name)
    find(result, State::critical, Reason::certificate_name, whom_it_is_for(certificate));
}

Result result_of(const Item& item, const HttpResult& got, Instant now) {
  const auto& check = std::get<HttpCheck>(*item.check);
  const Reason reason = reason_of(got.end);
  Result result =
      make(item, service_state(reason), reason, reason == Reason::none ? Message{} : words_of(got));
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
    result.summary = sentence("{status} in {time} ms",
                              {{"status", std::to_string(got.status)},
                               {"time", formatted("{:.0f}", static_cast<double>(got.total.count()) / 1e6)}});
    if (std::find(check.status.begin(), check.status.end(), got.status) == check.status.end())
      find(result, State::critical, Reason::bad_status, sentence("not the expected status"));
    else if (!got.found && !got.readable)
      find(result, State::critical, Reason::bad_body,
           sentence("cannot search for '{text}': the body is encoded as {coding}, which was not requested",
                    {{"text", check.body}, {"coding", got.coding}}));
    else if (!got.found)
      find(result, State::critical, Reason::bad_body,
           got.cut ? sentence("'{text}' is not in the first {count} bytes of the body",
                              {{"text", check.body}, {"count", std::to_string(got.body_bytes)}})
                   : sentence("'{text}' is not in the {count} bytes of the body",
                              {{"text", check.body}, {"count", std::to_string(got.body_bytes)}}));
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
