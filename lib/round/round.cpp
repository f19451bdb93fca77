#include "round/round.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <span>
#include <tuple>

#include "base/secrets.hpp"
#include "round/order.hpp"

namespace jaga::round {
namespace {

constexpr std::array<std::string_view, 4> kStates = {"ok", "warning", "critical", "unknown"};
constexpr std::array<std::string_view, 47> kReasons = {"none",
                                                       "limit_reached",
                                                       "resolve_failed",
                                                       "no_route",
                                                       "unreachable",
                                                       "refused",
                                                       "reset",
                                                       "closed",
                                                       "timed_out",
                                                       "not_ssh",
                                                       "handshake_failed",
                                                       "host_key_unknown",
                                                       "host_key_changed",
                                                       "identity_changed",
                                                       "no_key",
                                                       "agent_failed",
                                                       "token_failed",
                                                       "auth_failed",
                                                       "auth_partial",
                                                       "exec_failed",
                                                       "lost",
                                                       "output_cut",
                                                       "bad_output",
                                                       "not_permitted",
                                                       "needs_root",
                                                       "absent",
                                                       "stale",
                                                       "reported",
                                                       "bad_exit",
                                                       "killed",
                                                       "tls_failed",
                                                       "certificate_untrusted",
                                                       "certificate_name",
                                                       "certificate_expired",
                                                       "certificate_expiring",
                                                       "not_http",
                                                       "bad_status",
                                                       "bad_body",
                                                       "bad_redirect",
                                                       "no_such_name",
                                                       "no_records",
                                                       "query_refused",
                                                       "server_failed",
                                                       "bad_answer",
                                                       "cancelled",
                                                       "local_error",
                                                       "site_silent"};
static_assert(kReasons.size() == static_cast<std::size_t>(Reason::site_silent) + 1);

auto key_of(const Result& result) {
  return std::tuple<std::string_view, std::string_view, std::string_view>(result.host, result.check,
                                                                          result.object);
}

}  // namespace

std::string_view name(State state) {
  return kStates.at(static_cast<std::size_t>(state));
}
std::string_view name(Reason reason) {
  return kReasons.at(static_cast<std::size_t>(reason));
}

std::optional<State> parse_state(std::string_view text) {
  const auto at = std::find(kStates.begin(), kStates.end(), text);
  if (at == kStates.end()) return std::nullopt;
  return static_cast<State>(at - kStates.begin());
}

std::optional<Reason> parse_reason(std::string_view text) {
  const auto at = std::find(kReasons.begin(), kReasons.end(), text);
  if (at == kReasons.end()) return std::nullopt;
  return static_cast<Reason>(at - kReasons.begin());
}

int badness(State state) {
  switch (state) {
    case State::ok:
      return 0;
    case State::unknown:
      return 1;
    case State::warning:
      return 2;
    case State::critical:
      return 3;
  }
  return 1;
}

char letter(State state) {
  return name(state).front();
}

void put_in_order(std::vector<Result>& results) {
  const auto precedes = [](const Result& a, const Result& b) { return key_of(a) < key_of(b); };
  const auto misplaced = [&](const Result& a, const Result& b) { return !precedes(a, b); };
  if (std::adjacent_find(results.begin(), results.end(), misplaced) == results.end()) return;
  // A result is large: their places are sorted, and each result is moved once, within the same memory.
  std::vector<std::uint32_t> places(results.size());
  std::iota(places.begin(), places.end(), 0U);
  std::sort(places.begin(), places.end(), [&](std::uint32_t left, std::uint32_t right) {
    const Result& a = results[left];
    const Result& b = results[right];
    return std::tuple(key_of(a), -badness(a.state), left) < std::tuple(key_of(b), -badness(b.state), right);
  });
  for (std::uint32_t begin = 0; begin < places.size(); ++begin) {
    if (places[begin] == begin) continue;
    Result held = std::move(results[begin]);
    std::uint32_t to = begin;
    for (std::uint32_t from = places[to]; from != begin; from = places[to]) {
      results[to] = std::move(results[from]);
      places[to] = to;
      to = from;
    }
    results[to] = std::move(held);
    places[to] = to;
  }
  // Of several with the same key the first one is the worst.
  results.erase(std::unique(results.begin(), results.end(), misplaced), results.end());
}

namespace {

// The state before, as far as it was measured.
std::optional<State> state_before(const Result& before) {
  if (before.reason != Reason::cancelled) return before.state;
  for (const State state : {State::ok, State::warning, State::critical, State::unknown})
    if (!before.history.empty() && letter(state) == before.history.back()) return state;
  return std::nullopt;
}

}  // namespace

void follow(Round& round, const Round* previous) {
  put_in_order(round.results);
  // Both are in the same order.
  std::span<const Result> earlier;
  if (previous != nullptr) earlier = previous->results;
  for (Result& result : round.results) {
    while (!earlier.empty() && key_of(earlier.front()) < key_of(result)) earlier = earlier.subspan(1);
    const Result* before =
        !earlier.empty() && key_of(earlier.front()) == key_of(result) ? &earlier.front() : nullptr;
    if (result.measured) {
      if (before == nullptr || before->reason == Reason::cancelled) continue;
      const Instant known = measured_at(*before, *previous);
      if (known <= *result.measured) continue;
      result = *before;
      result.measured = known;
      continue;
    }
    if (result.reason == Reason::cancelled) {
      result.since = before == nullptr ? round.at : before->since;
      result.attempts = before == nullptr ? 1 : before->attempts;
      result.history = before == nullptr ? "" : before->history;
      result.hard = false;
      continue;
    }
    if (result.state == State::ok) result.attempts = 1;
    const bool told = !round.source.empty() && result.since != Instant{};
    if (!told) result.since = round.at;
    result.history = before == nullptr ? "" : before->history;
    if (before != nullptr && state_before(*before) == result.state) {
      if (!told) result.since = before->since;
      result.attempts = std::min(kMostAttempts, before->attempts + result.attempts);
    }
    result.history += letter(result.state);
    if (result.history.size() > kHistory) result.history.erase(0, result.history.size() - kHistory);
    result.hard = result.state == State::ok || result.attempts >= kConfirmed;
  }
}

Instant measured_at(const Result& result, const Round& round) {
  return result.measured.value_or(round.at);
}

State worst(const Round& round) {
  State worst = State::ok;
  for (const Result& result : round.results)
    if (badness(result.state) > badness(worst)) worst = result.state;
  return worst;
}

void mask_secrets(Round& round) {
  for (Result& result : round.results) {
    // Arguments of the message may contain the secret, so replace the message by the masked text.
    if (std::string masked = jaga::mask_secrets(result.summary.text()); masked != result.summary.text())
      result.summary = std::move(masked);
    for (auto& [key, fact] : result.facts)
      if (auto* words = std::get_if<std::string>(&fact)) *words = jaga::mask_secrets(*words);
  }
  for (Skipped& skipped : round.skipped) skipped.why = jaga::mask_secrets(skipped.why);
  round.self.note = jaga::mask_secrets(round.self.note);
}

const Result* find(const Round& round, std::string_view host, std::string_view check,
                   std::string_view object) {
  const auto wanted = std::tuple(host, check, object);
  const auto at =
      std::lower_bound(round.results.begin(), round.results.end(), wanted,
                       [](const Result& result, const auto& key) { return key_of(result) < key; });
  return at != round.results.end() && key_of(*at) == wanted ? &*at : nullptr;
}

std::optional<std::int64_t> number(const Result& result, const std::string& fact) {
  const auto at = result.facts.find(fact);
  if (at == result.facts.end()) return std::nullopt;
  const auto* value = std::get_if<std::int64_t>(&at->second);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<std::string> text(const Result& result, const std::string& fact) {
  const auto at = result.facts.find(fact);
  if (at == result.facts.end()) return std::nullopt;
  const auto* value = std::get_if<std::string>(&at->second);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

}  // namespace jaga::round
