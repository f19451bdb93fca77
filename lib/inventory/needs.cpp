#include "inventory/needs.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/id.hpp"
#include "base/text.hpp"
#include "inventory/settings_leaf.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {
namespace {

std::string shown(const std::string& host, const std::string& check) {
  return host + (check.empty() ? "" : "/" + check);
}

[[noreturn]] void refuse(const Host& host, Message message, Message hint = {}) {
  throw yaml::error_at(ExitCode::config, host.file, host.mark, std::move(message), std::move(hint));
}

void check_that_it_is_there(const Inventory& inventory, const Host& host, const Need& need) {
  const Host* other = inventory.find(need.host);
  if (other == nullptr) {
    std::vector<std::string> names;
    for (const Host& one : inventory.hosts) names.push_back(one.name);
    const std::string near = nearest(need.host, names);
    refuse(host,
           msg("'{host}' needs '{need}', which is not a host",
               {{"host", host.name}, {"need", printable(need.host)}}),
           near.empty() ? msg("define the needed host in hosts.yaml, with or without a check")
                        : msg("did you mean '{name}'?", {{"name", near}}));
  }
  if (need.check.empty()) return;
  std::vector<std::string> known;
  for (const Check& check : other->checks) known.push_back(name_of(check));
  if (std::find(known.begin(), known.end(), need.check) != known.end()) return;
  // What the collector reports is not written down beforehand.
  const auto& kinds = check_kinds();
  const std::string kind = need.check.substr(0, need.check.find(':'));
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end() && is_name(kind) && other->logs_in()) return;
  const std::string near = nearest(need.check, known);
  refuse(host,
         msg("'{host}' needs '{need}', but '{other}' has no check '{check}'",
             {{"host", host.name},
              {"need", printable(shown(need.host, need.check))},
              {"other", need.host},
              {"check", printable(need.check)}}),
         near.empty() ? msg("its checks are: {names}", {{"names", join(known, ", ")}})
                      : msg("did you mean '{name}'?", {{"name", near}}));
}

// A host, or one of its checks; what a host needs, each of its checks needs.
using Place = std::pair<std::string, std::string>;

std::vector<Place> needed_by(const Inventory& inventory, const Place& place) {
  std::vector<Place> out;
  for (const Need& need : inventory.at(place.first).needs)
    if (need.of.empty() || need.of == place.second) out.emplace_back(need.host, need.check);
  return out;
}

// Depth first with a stack of its own: a hostile file may be deep.
void check_circles(const Inventory& inventory) {
  struct Step {
    Place place;
    std::vector<Place> next;
    std::size_t at = 0;
  };
  std::set<Place> settled;
  for (const Host& host : inventory.hosts) {
    if (host.needs.empty()) continue;
    std::vector<Place> starts{{host.name, ""}};
    for (const Need& need : host.needs)
      if (!need.of.empty()) starts.emplace_back(host.name, need.of);
    for (const Place& start : starts) {
      if (settled.contains(start)) continue;
      std::vector<Step> way{{start, needed_by(inventory, start)}};
      std::set<Place> on_way{start};
      while (!way.empty()) {
        Step& last = way.back();
        if (last.at == last.next.size()) {
          on_way.erase(last.place);
          settled.insert(last.place);
          way.pop_back();
          continue;
        }
        const Place next = last.next[last.at++];
        if (on_way.contains(next)) {
          std::vector<std::string> names;
          for (const Step& step : way) {
            if (names.empty() && step.place != next) continue;
            names.push_back(shown(step.place.first, step.place.second));
          }
          names.push_back(names.front());
          refuse(inventory.at(next.first), msg("circular dependency of '{host}': {way}",
                                               {{"host", names.front()}, {"way", join(names, " -> ")}}));
        }
        if (settled.contains(next)) continue;
        on_way.insert(next);
        way.push_back({next, needed_by(inventory, next)});
      }
    }
  }
}

}  // namespace

std::vector<Need> read_needs(const Leaf& leaf, const std::string& of) {
  if (leaf.value.kind() != yaml::Node::Kind::list)
    fail(leaf, msg("'needs' must be a list"), msg("write them as [\"db01\", \"db01/tcp:5432\"]"));
  std::vector<Need> out;
  for (const yaml::Node& item : leaf.value.items()) {
    const std::string text = yaml::text_of(item, *leaf.source);
    const std::size_t slash = text.find('/');
    Need need{text.substr(0, slash), slash == std::string::npos ? "" : text.substr(slash + 1), of};
    if (!is_name(need.host, kMostHostName) || (slash != std::string::npos && need.check.empty()))
      fail(leaf, msg("not a host or a check of a host: '{text}'", {{"text", printable(text)}}),
           msg("write it as \"db01\" or \"db01/tcp:5432\""));
    if (std::find(out.begin(), out.end(), need) != out.end())
      fail(leaf, msg("duplicate entry '{text}'", {{"text", printable(text)}}));
    out.push_back(std::move(need));
  }
  return out;
}

void check_needs(const Inventory& inventory) {
  for (const Host& host : inventory.hosts)
    for (const Need& need : host.needs) check_that_it_is_there(inventory, host, need);
  check_circles(inventory);
}

}  // namespace jaga::inventory
