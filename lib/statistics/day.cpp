#include "statistics/day.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "round/check_name.hpp"

namespace jaga::statistics {
namespace {

using round::State;
using std::chrono::milliseconds;

std::size_t at(State state) {
  return static_cast<std::size_t>(state);
}

// Whole minutes, rounded; a state that was there is at least one.
std::int64_t minutes(milliseconds span) {
  if (span.count() == 0) return 0;
  return std::max<std::int64_t>(1, (span.count() + 30'000) / 60'000);
}

std::vector<TimeSpan> merged(std::vector<TimeSpan> spans) {
  std::sort(spans.begin(), spans.end(), [](const TimeSpan& a, const TimeSpan& b) { return a.from < b.from; });
  std::vector<TimeSpan> out;
  for (const TimeSpan& one : spans) {
    if (!out.empty() && one.from <= out.back().until)
      out.back().until = std::max(out.back().until, one.until);
    else
      out.push_back(one);
  }
  return out;
}

// What does not fit into a day because each state is rounded by itself is taken from the longest.
void fit(record::HostDay& day) {
  std::int64_t* longest = &day.ok;
  for (std::int64_t* one : {&day.warning, &day.critical, &day.unknown, &day.maintenance})
    if (*one > *longest) longest = one;
  if (const std::int64_t over = day.measured() - record::kMinutesOfDay; over > 0) *longest -= over;
}

}  // namespace

DayCount::DayCount(Instant from, Instant until, WindowsOf windows)
    : from_(from), until_(until), windows_(std::move(windows)) {}

milliseconds DayCount::in_windows(const std::string& name, Host& host, Instant from, Instant until) const {
  if (!host.asked) {
    host.asked = true;
    if (windows_) host.windows = merged(windows_(name));
  }
  milliseconds sum{0};
  for (const TimeSpan& window : host.windows) {
    const Instant begin = std::max(from, window.from);
    const Instant end = std::min(until, window.until);
    if (begin < end) sum += end - begin;
  }
  return sum;
}

void DayCount::count_until(const std::string& name, Host& host, Instant when) {
  if (!host.known) return;
  const Instant from = std::max(host.since, from_);
  const Instant to = std::min({when, until_, host.measured + kLongestGap});
  host.since = when;
  if (to <= from) return;
  const milliseconds maintenance = in_windows(name, host, from, to);
  host.maintenance += maintenance;
  const milliseconds rest = to - from - maintenance;
  State worst = State::ok;
  for (const Check& check : host.failing) {
    if (round::badness(check.state) > round::badness(worst)) worst = check.state;
    if (check.state != State::unknown && rest.count() > 0) host.failed[check.name] += rest;
  }
  host.time[at(worst)] += rest;
}

void DayCount::add(const round::Round& round) {
  if (round.at >= from_ && round.at < until_) ++rounds_;
  // A round without hosts (only the inventory's size of it is known) ends what other hosts were measured.
  std::set<std::string_view> known;
  if (!round.partial)
    for (auto& [name, host] : hosts_) {
      count_until(name, host, round.at);
      if (std::exchange(host.known, false)) known.insert(name);
    }
  for (std::size_t first = 0; first < round.results.size();) {
    std::size_t last = first;
    const std::string& name = round.results[first].host;
    while (last < round.results.size() && round.results[last].host == name) ++last;
    Host& host = hosts_[name];
    count_until(name, host, round.at);
    std::vector<Check> failing;
    bool measured = false;
    for (std::size_t one = first; one < last; ++one) {
      const round::Result& result = round.results[one];
      measured = measured || result.reason != round::Reason::cancelled;
      if (result.state != State::ok && result.hard)
        failing.push_back({round::check_name(result.check, result.object), result.state});
    }
    if (round.partial && host.known)
      for (const Check& before : host.failing) {
        const bool again = std::any_of(round.results.begin() + static_cast<std::ptrdiff_t>(first),
                                       round.results.begin() + static_cast<std::ptrdiff_t>(last),
                                       [&](const round::Result& result) {
                                         return result.reason != round::Reason::cancelled &&
                                                round::check_name(result.check, result.object) == before.name;
                                       });
        if (!again) failing.push_back(before);
      }
    first = last;
    if (!measured) {  // it says nothing: what was known goes on
      host.known = host.known || known.contains(name);
      continue;
    }
    host.failing = std::move(failing);
    host.since = host.measured = round.at;
    host.known = true;
  }
}

std::vector<record::HostDay> DayCount::finish() {
  std::vector<record::HostDay> out;
  for (auto& [name, host] : hosts_) {
    count_until(name, host, until_);
    record::HostDay day;
    day.host = name;
    day.ok = minutes(host.time[at(State::ok)]);
    day.warning = minutes(host.time[at(State::warning)]);
    day.critical = minutes(host.time[at(State::critical)]);
    day.unknown = minutes(host.time[at(State::unknown)]);
    day.maintenance = minutes(host.maintenance);
    fit(day);
    if (day.measured() == 0) continue;
    std::vector<std::pair<std::string, milliseconds>> failed(host.failed.begin(), host.failed.end());
    std::stable_sort(failed.begin(), failed.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    for (auto& one : failed) day.failed.push_back(std::move(one.first));
    record::limit_failed(day, record::kMostFailedBytes);
    out.push_back(std::move(day));
  }
  return out;
}

}  // namespace jaga::statistics
