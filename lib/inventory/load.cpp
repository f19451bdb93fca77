#include <algorithm>
#include <set>

#include "base/id.hpp"
#include "base/text.hpp"
#include "inventory/address.hpp"
#include "inventory/inventory.hpp"
#include "inventory/needs.hpp"
#include "inventory/settings_tree.hpp"
#include "inventory/targets.hpp"
#include "inventory/url.hpp"
#include "inventory/write.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {
namespace {

using yaml::Node;

// Layers point into it.
struct Document {
  yaml::Source source;
  Node top;
};

struct Shared {
  Layer defaults;
  std::map<std::string, Layer> groups;
};

std::string place_of(const std::string& file, yaml::Mark mark) {
  return file + ":" + std::to_string(mark.line);
}

// Settings of all groups of a host; where two set the same differently, the host has to say which.
Layer merged_groups(const Host& host, const Layer& own, const Shared& shared) {
  Layer merged;
  std::map<std::string, std::string> set_by;
  for (const auto& group : host.groups) {
    for (const auto& [path, leaf] : shared.groups.at(group)) {
      const auto [at, added] = merged.emplace(path, leaf);
      if (added) {
        set_by[path] = group;
      } else if (!(at->second.value == leaf.value) && !own.contains(path)) {
        throw yaml::error_at(ExitCode::config, host.file, host.mark,
                             msg("the groups '{a}' and '{b}' of '{host}' disagree about '{path}'",
                                 {{"a", set_by[path]}, {"b", group}, {"host", host.name}, {"path", path}}),
                             msg("set it for the host itself"));
      }
    }
  }
  return merged;
}

// Puts a host's own words into what its checks and needs say with {name} and {address}.
void fill_places(Host& host) {
  const auto refuse = [&host](Message message) {
    throw yaml::error_at(ExitCode::config, host.file, host.mark, std::move(message));
  };
  const Words words{host.name, host.address, refuse};
  for (Check& check : host.checks)
    std::visit(
        [&words](auto& one) {
          if constexpr (requires { one.fill(words); }) one.fill(words);
        },
        check);
  for (Need& need : host.needs) words.fill_url(need.of);
  std::set<std::string> seen;
  for (const Check& check : host.checks) {
    const std::string name = std::string(kind(check)) + ":" + object(check);
    if (!seen.insert(name).second)
      refuse(msg("duplicate check '{check}' of '{host}'", {{"check", printable(name)}, {"host", host.name}}));
  }
}

std::vector<std::string> expanded(yaml::Fields& fields, std::string_view key) {
  std::vector<std::string> out;
  try {
    expand_targets(fields.text(key), out);
  } catch (const Error& error) {
    if (error.code() != ExitCode::usage) throw;
    throw fields.error(key, error.message(), error.hint());
  }
  return out;
}

// Names and addresses of one entry: as many addresses as names, or one with {name} in it.
std::vector<std::pair<std::string, std::string>> read_names(yaml::Fields& fields) {
  const std::string given = fields.text("name");
  if (given.find('[') == std::string::npos) {
    const std::string name = fields.name("name", kMostHostName);
    std::string address = fields.text("address");
    replace_all(address, "{name}", name);
    return {{name, address}};
  }
  const std::vector<std::string> names = expanded(fields, "name");
  std::vector<std::string> addresses;
  const std::string pattern = fields.text("address");
  if (pattern.find("{name}") != std::string::npos) {
    for (const std::string& name : names) {
      addresses.push_back(pattern);
      replace_all(addresses.back(), "{name}", name);
    }
  } else {
    addresses = expanded(fields, "address");
  }
  if (addresses.size() != names.size())
    throw fields.error(
        "address",
        msg("{addresses} addresses for {names} names",
            {{"addresses", std::to_string(addresses.size())}, {"names", std::to_string(names.size())}}),
        msg("for example name: \"web[01-20]\" with address: \"10.1.0.[1-20]\" or \"{{name}}.example.org\""));
  std::vector<std::pair<std::string, std::string>> out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!is_name(names[i], kMostHostName))
      throw fields.error("name", msg("invalid name '{text}'", {{"text", printable(names[i])}}),
                         msg("use lower-case letters, digits, '.', '_' and '-'"));
    out.emplace_back(names[i], addresses[i]);
  }
  return out;
}

std::vector<Host> read_hosts(const Node& node, const Document& document, const Shared& shared) {
  yaml::Fields fields(node, document.source);
  Host host;
  host.file = document.source.file;
  host.mark = node.mark();
  const std::vector<std::pair<std::string, std::string>> names = read_names(fields);
  for (const auto& entry : names)
    if (!is_address(entry.second))
      throw fields.error("address", msg("invalid address: '{text}'", {{"text", printable(entry.second)}}),
                         address_hint(entry.second));
  host.name = names.front().first;
  host.groups = fields.texts_or_none("groups");
  for (auto group = host.groups.begin(); group != host.groups.end(); ++group) {
    if (!shared.groups.contains(*group)) {
      std::vector<std::string> known;
      for (const auto& [name, unused] : shared.groups) known.push_back(name);
      const std::string near = nearest(*group, known);
      throw fields.error("groups", msg("unknown group '{name}'", {{"name", printable(*group)}}),
                         near.empty() ? msg("groups are defined in hosts.yaml under 'groups'")
                                      : msg("did you mean '{name}'?", {{"name", near}}));
    }
    if (std::find(host.groups.begin(), group, *group) != group)
      throw fields.error("groups", msg("duplicate group '{name}'", {{"name", *group}}));
  }
  // Earlier layers win in merge().
  Layer layer = read_layer(node, document.source);
  Layer groups = merged_groups(host, layer, shared);
  Layer defaults = shared.defaults;
  layer.merge(groups);
  layer.merge(defaults);
  apply_layer(layer, host);
  std::vector<Host> out(names.size(), host);
  for (std::size_t i = 0; i < names.size(); ++i) {
    out[i].name = names[i].first;
    out[i].address = names[i].second;
    fill_places(out[i]);
    // One of a group or the defaults, which this host stands for itself.
    if (out[i].jump == out[i].name) out[i].jump.clear();
  }
  return out;
}

void check_parents(const Inventory& inventory) {
  std::vector<std::string> names;
  for (const auto& host : inventory.hosts) names.push_back(host.name);
  for (const auto& host : inventory.hosts) {
    std::vector<std::string> all = host.parents.any;
    all.insert(all.end(), host.parents.all.begin(), host.parents.all.end());
    for (const auto& parent : all) {
      if (inventory.find(parent) != nullptr) continue;
      const std::string near = nearest(parent, names);
      throw yaml::error_at(
          ExitCode::config, host.file, host.mark,
          msg("unknown parent '{parent}' of '{host}'", {{"parent", printable(parent)}, {"host", host.name}}),
          near.empty() ? msg("define the parent as a host in hosts.yaml")
                       : msg("did you mean '{name}'?", {{"name", near}}));
    }
  }
}

// A jump host is one of the inventory, whose keys can be pinned; no way leads through one twice.
void check_jumps(const Inventory& inventory) {
  std::vector<std::string> names;
  for (const auto& host : inventory.hosts) names.push_back(host.name);
  for (const auto& host : inventory.hosts) {
    if (host.jump.empty()) continue;
    std::vector<std::string> way{host.name};
    for (const Host* at = &host; !at->jump.empty();) {
      const Host* next = inventory.find(at->jump);
      if (next == nullptr) {
        const std::string near = nearest(at->jump, names);
        throw yaml::error_at(ExitCode::config, at->file, at->mark,
                             msg("unknown jump host '{jump}' of '{host}'",
                                 {{"jump", printable(at->jump)}, {"host", at->name}}),
                             near.empty() ? msg("define the jump host as a host in hosts.yaml")
                                          : msg("did you mean '{name}'?", {{"name", near}}));
      }
      const bool twice = std::find(way.begin(), way.end(), next->name) != way.end();
      way.push_back(next->name);
      if (twice) {
        throw yaml::error_at(ExitCode::config, host.file, host.mark,
                             msg("the jump hosts of '{host}' form a cycle: {way}",
                                 {{"host", host.name}, {"way", join(way, " -> ")}}));
      }
      at = next;
    }
  }
}

// Depth first, without recursion over a hostile file's depth: a host whose parents are all settled is
// settled.
void check_circles(const Inventory& inventory) {
  std::set<std::string> settled;
  for (bool moved = true; moved;) {
    moved = false;
    for (const auto& host : inventory.hosts) {
      if (settled.contains(host.name)) continue;
      const auto is_settled = [&](const std::string& parent) { return settled.contains(parent); };
      if (!std::all_of(host.parents.any.begin(), host.parents.any.end(), is_settled) ||
          !std::all_of(host.parents.all.begin(), host.parents.all.end(), is_settled))
        continue;
      settled.insert(host.name);
      moved = true;
    }
  }
  for (const auto& host : inventory.hosts) {
    if (settled.contains(host.name)) continue;
    // Each unsettled host has an unsettled parent: following them comes round.
    std::vector<std::string> way;
    std::string at = host.name;
    while (std::find(way.begin(), way.end(), at) == way.end()) {
      way.push_back(at);
      const Parents& parents = inventory.at(at).parents;
      std::vector<std::string> all = parents.any;
      all.insert(all.end(), parents.all.begin(), parents.all.end());
      at = *std::find_if(all.begin(), all.end(),
                         [&](const std::string& name) { return !settled.contains(name); });
    }
    way.erase(way.begin(), std::find(way.begin(), way.end(), at));
    way.push_back(at);
    const Host& first = inventory.at(at);
    throw yaml::error_at(
        ExitCode::config, first.file, first.mark,
        msg("the parents of '{host}' form a cycle: {way}", {{"host", at}, {"way", join(way, " -> ")}}));
  }
}

// Sorts the hosts, and checks what they say about each other.
void put_together(Inventory& inventory) {
  std::stable_sort(inventory.hosts.begin(), inventory.hosts.end(),
                   [](const Host& a, const Host& b) { return a.name < b.name; });
  for (std::size_t i = 1; i < inventory.hosts.size(); ++i) {
    const Host& a = inventory.hosts[i - 1];
    const Host& b = inventory.hosts[i];
    if (a.name == b.name)
      throw yaml::error_at(ExitCode::config, b.file, b.mark,
                           msg("duplicate host '{name}', also at {place}",
                               {{"name", b.name}, {"place", place_of(a.file, a.mark)}}));
  }
  for (const auto& host : inventory.hosts)
    for (const auto& group : host.groups) inventory.groups[group].push_back(host.name);
  check_parents(inventory);
  check_circles(inventory);
  check_needs(inventory);
  check_jumps(inventory);
}

}  // namespace

Inventory load(const File& hosts_yaml, std::span<const File> hosts_d) {
  Inventory inventory;
  Shared shared;
  Sha256 digest;
  const auto open = [&](const File& file) -> Document {
    digest.update(file.name + "\n" + std::to_string(file.bytes.size()) + "\n");
    digest.update(file.bytes);
    return {yaml::Source{file.name, ExitCode::config}, yaml::read_hand_edited(file.bytes, file.name)};
  };
  const auto take_hosts = [&](yaml::Fields& fields, const Document& document) {
    for (const auto& node : fields.list_or_none("hosts"))
      for (Host& host : read_hosts(node, document, shared)) inventory.hosts.push_back(std::move(host));
  };

  const Document main = open(hosts_yaml);
  yaml::Fields fields(main.top, main.source);
  if (const Node* defaults = fields.optional_map("defaults")) {
    for (const std::string_view key : {"name", "address", "groups"})
      if (defaults->find(key) != nullptr)
        throw fields.error("defaults",
                           msg("'{key}' can be set only for a single host", {{"key", std::string(key)}}));
    shared.defaults = read_layer(*defaults, main.source);
  }
  if (const Node* groups = fields.optional_map("groups")) {
    for (const auto& entry : groups->entries()) {
      if (!is_name(entry.key))
        throw yaml::error_at(ExitCode::config, hosts_yaml.name, entry.mark,
                             msg("invalid name '{text}'", {{"text", printable(entry.key)}}));
      shared.groups[entry.key] = read_layer(entry.value, main.source);
      inventory.groups[entry.key];
    }
  }
  take_hosts(fields, main);
  fields.finish();
  for (const auto& file : hosts_d) {
    const Document document = open(file);  // not needed any more when its hosts are read
    yaml::Fields only(document.top, document.source);
    take_hosts(only, document);
    only.finish();
  }

  inventory.hosts.shrink_to_fit();  // they stay as long as the command runs
  put_together(inventory);
  inventory.digest = digest.finish();
  return inventory;
}

Inventory load_hosts(const Node& list, const yaml::Source& source) {
  const Document document{source, {}};
  Inventory inventory;
  for (const Node& node : list.items())
    for (Host& host : read_hosts(node, document, {})) inventory.hosts.push_back(std::move(host));
  put_together(inventory);
  return inventory;
}

}  // namespace jaga::inventory
