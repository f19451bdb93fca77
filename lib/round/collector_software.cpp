// Parses what the collector reports about units, packages and accounts.

#include <algorithm>
#include <set>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "round/sections.hpp"

namespace jaga::round {
namespace {

void units(Findings& found) {
  // Without systemd there are no units; with both limits off nobody expects any.
  const inventory::Limit& limit = found.limits().failed_units;
  const bool wanted = limit.warn || limit.crit;
  const Section* section = wanted ? found.section("unit") : found.section_if_there("unit");
  if (section == nullptr) return;
  std::set<std::string> failed;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() >= 4 && word[2] == "failed") failed.insert(said(word[0], 200));
  }
  const auto number = static_cast<std::int64_t>(failed.size());
  const State state = over(number, found.limits().failed_units);
  Result& all =
      found.add("unit", state,
                number == 0 ? sentence("no failed unit")
                            : several(number, sentence("1 failed unit"), sentence("{count} failed units")));
  all.facts = {{"failed", number}};
  std::size_t count = 0;
  for (const std::string& unit : failed) {
    if (++count > kMostObjects) break;
    Result& result = found.add("unit", state, sentence("failed"), unit);
    result.facts = {{"active", std::string("failed")}};
  }
}

void uptime(Findings& found) {
  const Section* section = found.section("uptime");
  if (section == nullptr) return;
  const auto word = section->lines.empty() ? std::vector<std::string_view>{} : words(section->lines.front());
  const auto value = word.empty() ? std::nullopt : hundredths(word[0]);
  if (!value) return found.unknown("uptime", Reason::bad_output, not_understood());
  Result& result =
      found.add("uptime", State::ok, sentence("up for {days}").with("days", days(*value / 100 / 86'400)));
  result.facts = {{"uptime_s", *value / 100}};
}

// Numbers within count as numbers: "6.1.0-9" precedes "6.1.0-10".
bool older(std::string_view a, std::string_view b) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  while (!a.empty() && !b.empty()) {
    if (digit(a.front()) && digit(b.front())) {
      const auto run = [&](std::string_view& text) {
        text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
        std::size_t size = 0;
        while (size < text.size() && digit(text[size])) ++size;
        const std::string_view number = text.substr(0, size);
        text.remove_prefix(size);
        return number;
      };
      const std::string_view left = run(a);
      const std::string_view right = run(b);
      if (left.size() != right.size()) return left.size() < right.size();
      if (left != right) return left < right;
      continue;
    }
    if (a.front() != b.front()) return a.front() < b.front();
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
}

// "required" or "no"; then "running 6.1.0-9", and "installed 6.1.0-10" for each kernel in /boot.
void reboot(Findings& found) {
  const Section* section = found.section("reboot");
  if (section == nullptr) return;
  const std::string_view line = section->lines.empty() ? std::string_view{} : section->lines.front();
  if (line != "required" && line != "no")
    return found.unknown("reboot", Reason::bad_output, not_understood());
  std::string_view running;
  std::string_view newest;
  bool runs_one_of_them = false;
  for (const std::string_view each : section->lines) {
    const auto word = words(each);
    if (word.size() != 2) continue;
    if (word[0] == "running") running = word[1];
    if (word[0] != "installed") continue;
    if (newest.empty() || older(newest, word[1])) newest = word[1];
    runs_one_of_them = runs_one_of_them || word[1] == running;
  }
  // In a container /boot is another system's, or nobody's.
  const bool outdated = runs_one_of_them && older(running, newest);
  const bool required = line == "required" || outdated;
  Result& result =
      found.add("reboot", over(required ? 1 : 0, found.limits().reboot_required),
                outdated   ? sentence("reboot required: {running} is running, {newest} is installed",
                                      {{"running", said(running, 64)}, {"newest", said(newest, 64)}})
                : required ? sentence("reboot required")
                           : sentence("no reboot required"));
  result.facts = {{"required", std::int64_t{required ? 1 : 0}},
                  {"kernel_outdated", std::int64_t{outdated ? 1 : 0}}};
}

// "Inst NAME [OLD] (NEW LABEL:VERSION/SUITE, LABEL:VERSION/SUITE [amd64])" of apt-get -s: whether one of the
// archives that have the new version is for security: "Debian-Security:12/stable-security",
// "Ubuntu:24.04/noble-security". The name of a package says nothing.
bool is_for_security(std::string_view line) {
  const std::size_t begin = line.find('(');
  if (begin == std::string_view::npos) return false;
  line = line.substr(begin, line.find_first_of("[)", begin) - begin);
  const std::vector<std::string_view> word = words(line);
  for (std::size_t at = 1; at < word.size(); ++at) {  // the first is the version
    std::string_view archive = word[at];
    if (archive.ends_with(',')) archive.remove_suffix(1);
    if (archive.ends_with("-security") || archive.substr(0, archive.find(':')).ends_with("-Security"))
      return true;
  }
  return false;
}

// "lists TIME now TIME", then lines "Inst" of apt-get, or "pending COUNT" and "security COUNT"; "security -"
// where the distribution does not say which updates are for security.
void updates(Findings& found) {
  const Section* section = found.section("updates");
  if (section == nullptr) return;
  std::int64_t pending = 0;
  std::optional<std::int64_t> security = 0;
  std::optional<std::int64_t> lists, now;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() == 4 && word[0] == "lists") {
      lists = number_of(word[1]);
      now = number_of(word[3]);
    } else if (!word.empty() && word[0] == "Inst") {
      ++pending;
      if (is_for_security(line)) security = security.value_or(0) + 1;
    } else if (word.size() == 2 && word[0] == "pending") {
      pending = number_of(word[1]).value_or(0);
    } else if (word.size() == 2 && word[0] == "security") {
      security = number_of(word[1]);
    }
  }
  if (!lists || !now) return found.unknown("updates", Reason::bad_output, not_understood());
  const std::int64_t age = *now > *lists ? *now - *lists : 0;
  const bool stale = *lists == 0 || age > kMostListAge;
  Message updates = several(pending, sentence("1 pending update"), sentence("{count} pending updates"));
  if (security)
    updates =
        sentence("{updates}, {security} of them for security", {{"security", std::to_string(*security)}})
            .with("updates", std::move(updates));
  Result& result = found.add(
      "updates", stale ? State::unknown : over(security.value_or(0), found.limits().security_updates),
      stale ? sentence("the package lists are too old to tell") : std::move(updates));
  if (stale) result.reason = Reason::stale;
  result.facts = {{"pending", pending}, {"lists_age_s", age}};
  if (security) result.facts.emplace("security", *security);
}

// The names of /etc/passwd whose uid is 0.
void accounts(Findings& found) {
  const Section* section = found.section_if_there("account");
  if (section == nullptr) return;
  std::set<std::string> others;
  for (const std::string_view line : section->lines)
    if (line != "root" && others.size() < kMostObjects) others.insert(said(line, 64));
  if (others.empty()) {
    found.add("account", State::ok, sentence("only root has uid 0"));
    return;
  }
  for (const std::string& name : others)
    found.add("account", State::critical, sentence("has uid 0, the rights of root"), name);
}

}  // namespace

void read_software(Findings& found) {
  units(found);
  uptime(found);
  reboot(found);
  updates(found);
  accounts(found);
}

}  // namespace jaga::round
