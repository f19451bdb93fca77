// Parses what the collector reports about maintenance: services to restart, timers, the release.

#include <algorithm>
#include <set>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "round/hardening.hpp"
#include "round/sections.hpp"

namespace jaga::round {
namespace {

// "tool needrestart" or "tool maps", then "service NAME" or "process NAME".
void restarts(Findings& found) {
  const Section* section = found.section_if_there("restart");
  if (section == nullptr) return;
  std::set<std::string> names;
  bool told = false;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() < 2) continue;
    if (word[0] == "tool") told = true;
    if ((word[0] == "service" || word[0] == "process") && names.size() < kMostObjects)
      names.insert(said(word[1], 100));
  }
  if (!told) return found.unknown("restart", Reason::bad_output, not_understood());
  const auto number = static_cast<std::int64_t>(names.size());
  std::string list;
  std::size_t shown = 0;
  for (const std::string& name : names) {
    if (++shown > 8) {
      list += ", ...";
      break;
    }
    list += (list.empty() ? "" : ", ") + name;
  }
  Result& result = found.add("restart", over(number, found.limits().services_restart),
                             number == 0 ? sentence("no service needs a restart after an update")
                                         : several(number, sentence("1 service needs a restart: {names}", {{"names", list}}),
                                                   sentence("{count} services need a restart: {names}",
                                                            {{"names", list}})));
  result.facts = {{"services", number}};
  if (number > 0) result.facts.emplace("names", list);
}

// "Fri 2026-11-27 06:39:00 UTC" in seconds since 1970.
std::optional<std::int64_t> seconds_of(std::string_view text) {
  const auto word = words(text);
  if (word.size() != 4 || word[3] != "UTC" || word[2].size() < 8) return std::nullopt;
  const auto day = day_of(word[1]);
  const auto hour = number_of(word[2].substr(0, 2));
  const auto minute = number_of(word[2].substr(3, 2));
  const auto second = number_of(word[2].substr(6, 2));
  if (!day || !hour || !minute || !second) return std::nullopt;
  return *day * 86'400 + *hour * 3'600 + *minute * 60 + *second;
}

// "now SECONDS", then properties of `systemctl show`, each timer's after the other's.
void timers(Findings& found) {
  const Section* section = found.section_if_there("timer");
  if (section == nullptr) return;
  struct Timer {
    std::map<std::string_view, std::string_view> is;
    std::string_view operator[](std::string_view key) const {
      const auto at = is.find(key);
      return at == is.end() ? std::string_view{} : at->second;
    }
  };
  std::optional<std::int64_t> now;
  std::vector<Timer> all(1);
  for (const std::string_view line : section->lines) {
    const std::size_t equals = line.find('=');
    if (line.starts_with("now ")) now = number_of(line.substr(4));
    if (equals == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, equals);
    // Empty lines stand between them, but only a key that comes again is sure.
    if (all.back().is.count(key) == 1) {
      if (all.size() >= 4 * kMostObjects) break;
      all.emplace_back();
    }
    all.back().is.emplace(key, line.substr(equals + 1));
  }
  if (!now) return found.unknown("timer", Reason::bad_output, not_understood());
  std::set<std::string> seen;
  std::size_t stale = 0;
  for (const Timer& timer : all) {
    const std::string name = said(timer["Id"], 200);
    if (!name.ends_with(".timer") || !seen.insert(name).second) continue;
    State state = State::warning;
    Message why;
    std::optional<std::int64_t> age;  // in hours
    const auto last = seconds_of(timer["LastTriggerUSec"]);
    const auto next = seconds_of(timer["NextElapseUSecRealtime"]);
    if (last && *last <= *now) age = (*now - *last) / 3'600;
    const std::string_view result = timer["Result"];
    if (timer["ActiveState"] == "failed" || (!result.empty() && result != "success"))
      why = sentence("failed: {why}", {{"why", said(result, 40)}});
    else if (timer["UnitFileState"] == "enabled" && timer["ActiveState"] == "inactive")
      why = sentence("enabled, but not started");
    else if (timer["SubState"] == "running" && age && over(*age, found.limits().timer_run) != State::ok) {
      state = over(*age, found.limits().timer_run);
      why = sentence("its unit has been running for {hours}").with("hours", hours(*age));
    } else if (timer["SubState"] == "waiting" && next && *now > *next && *now - *next > 3'600) {
      why = sentence("overdue by {hours}").with("hours", hours((*now - *next) / 3'600));
    }
    if (why.empty() || ++stale > kMostObjects) continue;
    Result& one = found.add("timer", state, why, name);
    if (age) one.facts = {{"hours", *age}};
  }
  if (stale > 0 || seen.empty()) return;
  const auto number = static_cast<std::int64_t>(seen.size());
  found.add("timer", State::ok, several(number, sentence("1 timer on schedule"), sentence("{count} timers on schedule")))
      .facts = {{"timers", number}};
}

// "now SECONDS", then lines of os-release(5): ID=debian, VERSION_ID="12", SUPPORT_END=2026-05-13.
void release(Findings& found, const std::optional<Heard>& heard) {
  const Section* section = found.section_if_there("release");
  if (section == nullptr) return;
  std::optional<std::int64_t> now;
  std::map<std::string_view, std::string> is;
  for (const std::string_view line : section->lines) {
    const std::size_t equals = line.find('=');
    if (line.starts_with("now ")) now = number_of(line.substr(4));
    if (equals == std::string_view::npos) continue;
    std::string_view value = trim(line.substr(equals + 1));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
      value = value.substr(1, value.size() - 2);
    is.emplace(line.substr(0, equals), said(value, 64));
  }
  // Its clock may be wrong, ours is that of the round.
  if (heard) now = std::chrono::floor<std::chrono::seconds>(heard->heard.time_since_epoch()).count();
  if (!now) return found.unknown("release", Reason::bad_output, not_understood());
  const Release known = release_of(is["ID"], is["VERSION_ID"]);
  auto last = day_of(is["SUPPORT_END"]);
  if (!last) last = known.last;
  const std::string name = is["ID"] + (is["VERSION_ID"].empty() ? "" : " " + is["VERSION_ID"]);
  if (!last) {
    // Of a distribution without releases, or one that nobody here knows, there is nothing to say.
    if (known.known && !is["VERSION_ID"].empty())
      found.unknown("release", Reason::absent, sentence("the end of updates for {release} is unknown", {{"release", name}}));
    return;
  }
  const std::int64_t left = *last - *now / 86'400;
  const Message::Arguments of = {{"release", name}};
  Result& result = found.add("release", under(left, found.limits().support_left),
                             left < 0 ? sentence("{release} has had no security updates for {days}", of)
                                            .with("days", days(-left))
                                      : sentence("{release} gets security updates for another {days}", of)
                                            .with("days", days(left)));
  result.facts = {{"days", left}, {"name", name}};
}

}  // namespace

void read_upkeep(Findings& found, const std::optional<Heard>& heard) {
  restarts(found);
  timers(found);
  release(found, heard);
}

}  // namespace jaga::round
