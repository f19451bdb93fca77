#include "inventory/inventory.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace jaga::inventory {
namespace {

std::vector<std::string> names_of(const std::vector<Host>& hosts) {
  std::vector<std::string> names;
  for (const auto& host : hosts) names.push_back(host.name);
  return names;
}

Message hint_for(std::string_view wanted, const std::vector<std::string>& known) {
  const std::string near = nearest(wanted, known);
  return near.empty() ? msg("list the hosts with: jaga host list")
                      : msg("did you mean '{name}'?", {{"name", near}});
}

}  // namespace

Thresholds& Host::change_thresholds() {
  own_thresholds_ = std::make_shared<Thresholds>(thresholds());
  return *own_thresholds_;
}

namespace {

// Failed logins are those of the last hour: a longer period would miss some. A power supply that fails leaves
// no time until the next one.
milliseconds usual_period(std::string_view section) {
  constexpr std::chrono::minutes kSoon{15};
  return section == "login" || section == "ipmi" ? milliseconds{kSoon} : milliseconds{kUsualPeriod};
}

}  // namespace

const Periods& Host::periods() const {
  static const Periods kNone;
  return own_periods_ ? *own_periods_ : kNone;
}

milliseconds Host::period(std::string_view section) const {
  const Periods& set = periods();
  if (const auto own = set.find(section); own != set.end()) return own->second;
  const auto all = set.find("all");
  return all == set.end() ? usual_period(section) : all->second;
}

void Host::set_period(const std::string& section, milliseconds period) {
  Periods changed = periods();
  changed[section] = period;
  own_periods_ = std::make_shared<const Periods>(std::move(changed));
}

bool Host::has_check(std::string_view wanted) const {
  return std::any_of(checks.begin(), checks.end(),
                     [&](const Check& check) { return inventory::kind(check) == wanted; });
}

bool Host::logs_in() const {
  return std::any_of(checks.begin(), checks.end(), inventory::logs_in);
}

bool Host::over_ssh() const {
  return std::any_of(checks.begin(), checks.end(), inventory::over_ssh);
}

const Host* Inventory::find(std::string_view name) const {
  const auto at =
      std::lower_bound(hosts.begin(), hosts.end(), name,
                       [](const Host& host, std::string_view wanted) { return host.name < wanted; });
  return at == hosts.end() || at->name != name ? nullptr : &*at;
}

bool Inventory::has_ssh(const Host& host) const {
  return host.over_ssh() ||
         std::any_of(hosts.begin(), hosts.end(), [&](const Host& other) { return other.jump == host.name; });
}

const Host& Inventory::at(std::string_view name) const {
  if (const Host* host = find(name)) return *host;
  throw Error{ExitCode::no_input, msg("unknown host '{name}'", {{"name", printable(name)}}),
              hint_for(name, names_of(hosts))};
}

std::vector<const Host*> Inventory::select(std::span<const std::string> wanted) const {
  std::set<std::string> chosen;
  for (const auto& item : wanted) {
    if (!item.starts_with('@')) {
      chosen.insert(at(item).name);
      continue;
    }
    const auto group = groups.find(item.substr(1));
    if (group == groups.end()) {
      std::vector<std::string> known;
      for (const auto& [name, unused] : groups) known.push_back(name);
      throw Error{ExitCode::no_input, msg("unknown group '{name}'", {{"name", printable(item.substr(1))}}),
                  known.empty() ? msg("hosts.yaml has no groups")
                                : msg("known groups: {names}", {{"names", join(known, ", ")}})};
    }
    chosen.insert(group->second.begin(), group->second.end());
  }
  std::vector<const Host*> out;
  for (const auto& host : hosts)
    if (wanted.empty() || chosen.contains(host.name)) out.push_back(&host);
  return out;
}

std::vector<std::string> Inventory::below(std::string_view name) const {
  std::set<std::string> found;
  std::vector<std::string> todo{std::string(name)};
  while (!todo.empty()) {
    const std::string parent = std::move(todo.back());
    todo.pop_back();
    for (const auto& host : hosts) {
      const auto has = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), parent) != list.end();
      };
      if ((has(host.parents.any) || has(host.parents.all)) && found.insert(host.name).second)
        todo.push_back(host.name);
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace jaga::inventory
