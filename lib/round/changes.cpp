#include "round/changes.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <string_view>

#include "round/look.hpp"
#include "round/trend.hpp"

namespace jaga::round {
namespace {

// The results of one host, which are adjacent because results are sorted.
std::span<const Result> host_at(const std::vector<Result>& results, std::size_t begin) {
  std::size_t end = begin;
  while (end < results.size() && results[end].host == results[begin].host) ++end;
  return std::span(results).subspan(begin, end - begin);
}

// An ok result of `full` as it would be after `rounds` further rounds in the same state. Results of slow
// sections are carried, except in rounds of version 1.
Result unchanged(Result result, int rounds, const Round& full, int version) {
  if (version > 1 && is_slow(result)) {
    result.measured = measured_at(result, full);
    return result;
  }
  const auto more = static_cast<std::size_t>(rounds);
  result.attempts =
      rounds >= kMostAttempts ? kMostAttempts : std::min(kMostAttempts, result.attempts + rounds);
  result.history.append(std::min(more, kHistory), letter(State::ok));
  if (result.history.size() > kHistory) result.history.erase(0, result.history.size() - kHistory);
  return result;
}

bool same_texts(const Facts& a, const Facts& b) {
  const auto is_text = [](const auto& fact) { return std::holds_alternative<std::string>(fact.second); };
  auto left = std::find_if(a.begin(), a.end(), is_text);
  auto right = std::find_if(b.begin(), b.end(), is_text);
  while (left != a.end() && right != b.end()) {
    if (*left != *right) return false;
    left = std::find_if(std::next(left), a.end(), is_text);
    right = std::find_if(std::next(right), b.end(), is_text);
  }
  return left == a.end() && right == b.end();
}

bool as_expected(const Result& now, const Result& before, int rounds, const Round& full) {
  if (now.state != State::ok || before.state != State::ok) return false;
  const Result expected = unchanged(before, rounds, full, 2);
  return now.measured == expected.measured && now.host == expected.host && now.check == expected.check &&
         now.object == expected.object && now.reason == expected.reason && now.phase == expected.phase &&
         now.since == expected.since && now.hard == expected.hard && now.attempts == expected.attempts &&
         now.history == expected.history && now.host_key == expected.host_key &&
         now.machine_id == expected.machine_id && same_texts(now.facts, expected.facts) &&
         !counts_differ(now, expected);
}

bool same_day(Instant a, Instant b) {
  return std::chrono::floor<std::chrono::days>(a) == std::chrono::floor<std::chrono::days>(b);
}

}  // namespace

std::optional<Round> only_changes(const Round& now, const Round& full, const Base& base) {
  if (full.base || full.partial || now.partial || !same_day(now.at, full.at) ||
      now.installation != full.installation || now.inventory != full.inventory || now.skipped != full.skipped)
    return std::nullopt;
  Round changes = now;
  changes.base = base;
  changes.results.clear();
  std::size_t old = 0;
  for (std::size_t at = 0; at < now.results.size();) {
    const std::span<const Result> host = host_at(now.results, at);
    if (old == full.results.size() || full.results[old].host != host.front().host) return std::nullopt;
    const std::span<const Result> before = host_at(full.results, old);
    if (!std::equal(host.begin(), host.end(), before.begin(), before.end(),
                    [&](const Result& a, const Result& b) { return as_expected(a, b, base.rounds, full); }))
      changes.results.insert(changes.results.end(), host.begin(), host.end());
    at += host.size();
    old += before.size();
  }
  if (old != full.results.size()) return std::nullopt;
  if (changes.results.size() * 2 > now.results.size()) return std::nullopt;
  return changes;
}

Round complete(Round changes, const Round& full) {
  std::set<std::string_view> told;
  for (const Result& result : changes.results) told.insert(result.host);
  std::vector<Result> results;
  results.reserve(full.results.size());
  for (const Result& result : full.results)
    if (!told.contains(result.host)) {
      results.push_back(unchanged(result, changes.base->rounds, full, changes.version));
      if (!results.back().measured) carry_on(results.back(), changes.at - full.at);
    }
  told.clear();
  const auto quiet = static_cast<std::ptrdiff_t>(results.size());
  std::move(changes.results.begin(), changes.results.end(), std::back_inserter(results));
  std::inplace_merge(results.begin(), results.begin() + quiet, results.end(),
                     [](const Result& a, const Result& b) { return a.host < b.host; });
  changes.results = std::move(results);
  changes.base.reset();
  return changes;
}

}  // namespace jaga::round
