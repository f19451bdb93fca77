#include "round/look.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>

#include "round/collector.hpp"

namespace jaga::round {
namespace {

using std::chrono::milliseconds;

bool is_slow_section(std::string_view section) {
  const std::vector<std::string>& slow = inventory::slow_sections();
  return std::find(slow.begin(), slow.end(), section) != slow.end();
}

// FNV-1a: the same on every machine and in every version, unlike std::hash.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
  // Mix the last letters, in which host names differ, into all bits.
  return hash ^ hash >> 29U;
}

std::span<const Result> results_of(const Round& round, std::string_view host) {
  const auto first = std::ranges::lower_bound(round.results, host, {}, &Result::host);
  return {first, std::ranges::upper_bound(round.results, host, {}, &Result::host)};
}

// What is known of one section.
struct Known {
  std::vector<const Result*> results;
  Instant measured{};
  bool good = true;
};

bool is_due(const inventory::Host& host, const std::string& section, const Known& known, Instant now) {
  const milliseconds period = host.period(section);
  const milliseconds age = now - known.measured;
  if (known.good || section == "updates" || age.count() <= 0 || age >= period)
    return round::is_due(host.name, period, known.measured, now);
  return age >= kAgainAfter;
}

}  // namespace

bool is_slow(const Result& result) {
  return is_slow_section(section_of(result));
}

bool is_due(std::string_view host, milliseconds period, Instant then, Instant now) {
  if (now <= then || now - then >= period) return true;
  const milliseconds turn{
      static_cast<milliseconds::rep>(hash_of(host) % static_cast<std::uint64_t>(period.count()))};
  const auto number = [&](Instant at) {
    const milliseconds::rep since = (at.time_since_epoch() - turn).count();
    return since >= 0 ? since / period.count() : (since + 1) / period.count() - 1;
  };
  return number(then) != number(now);
}

Look plan_look(const inventory::Host& host, const Round& previous, Instant now, Instant repaired) {
  std::map<std::string, Known, std::less<>> known;
  Instant looked{};
  Look look;
  for (const Result& result : results_of(previous, host.name)) {
    const Instant measured = measured_at(result, previous);
    if (result.check == "ssh" || result.check == "local") {
      looked = std::max(looked, measured);
      if (!result.machine_id.empty()) look.machine_id = result.machine_id;
    }
    if (!is_slow(result) || result.reason == Reason::cancelled) continue;
    Known& one = known[std::string(section_of(result))];
    one.measured = one.results.empty() ? measured : std::min(one.measured, measured);
    one.good = one.good && result.state == State::ok;
    one.results.push_back(&result);
  }
  if (known.empty()) return look;
  const auto carry = [&](const Known& one, std::vector<Result>& to) {
    for (const Result* result : one.results) {
      to.push_back(*result);
      to.back().measured = one.measured;
    }
  };
  for (const std::string_view name : collector_sections()) {
    const std::string section(name);
    const auto one = known.find(section);
    bool due = !is_slow_section(section);
    // A section without results does not exist on the host; it was requested when the host was last due.
    const bool outdated = one != known.end() && one->second.measured <= repaired;
    if (!due && outdated) due = true;
    if (!due)
      due = one == known.end() ? round::is_due(host.name, host.period(section), looked, now)
                               : is_due(host, section, one->second, now);
    if (due) look.sections.push_back(section);
    if (one == known.end() || outdated) continue;
    if (!due)
      carry(one->second, look.carried);
    else if (now > one->second.measured && now - one->second.measured < host.period(section))
      carry(one->second, look.kept);
  }
  if (look.sections.size() == collector_sections().size()) look.sections.clear();
  return look;
}

void add_carried(Round& round, const std::set<std::string>& hosts, const std::map<std::string, Look>& looks) {
  struct Looked {
    bool answered = false;
    bool another_machine = false;
  };
  std::map<std::string, Looked> all;
  for (const std::string& host : hosts)
    if (looks.contains(host)) all[host];
  for (const Result& result : round.results) {
    const auto at = all.find(result.host);
    if (at == all.end() || (result.check != "ssh" && result.check != "local")) continue;
    const std::string& known = looks.at(result.host).machine_id;
    at->second.answered = at->second.answered || result.state == State::ok;
    if (!known.empty() && !result.machine_id.empty() && known != result.machine_id)
      at->second.another_machine = true;
  }
  for (const auto& [host, looked] : all) {
    if (looked.another_machine) continue;
    const Look& look = looks.at(host);
    round.results.insert(round.results.end(), look.carried.begin(), look.carried.end());
    if (!looked.answered) round.results.insert(round.results.end(), look.kept.begin(), look.kept.end());
  }
}

}  // namespace jaga::round
