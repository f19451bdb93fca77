#include <algorithm>
#include <deque>
#include <set>

#include "base/id.hpp"
#include "base/text.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings_tree.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {
namespace {

using yaml::Node;

// Layers keep pointers into the sources, so these stay where they are until all is merged.
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

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// What checks of a group or of the defaults say with a host's own words: {name} and {address}.
void fill_places(Host& host) {
  const auto fill = [&host](std::string& text) {
    replace_all(text, "{name}", host.name);
    replace_all(text, "{address}", host.address);
  };
  for (Check& check : host.checks) {
    auto* plugin = std::get_if<PluginCheck>(&check);
    if (plugin == nullptr) continue;
    for (std::string& word : plugin->command) fill(word);
    if (plugin->command.empty())
      throw yaml::error_at(ExitCode::config, host.file, host.mark,
                           msg("the plugin check '{check}' of '{host}' has no command",
                               {{"check", plugin->name}, {"host", host.name}}));
  }
}

Host read_host(const Node& node, const Document& document, const Shared& shared) {
  yaml::Fields fields(node, document.source);
  Host host;
  host.file = document.source.file;
  host.mark = node.mark();
  host.name = fields.name("name", kMostHostName);
  host.address = fields.text("address");
  if (!is_address(host.address))
    throw fields.error("address", msg("not an address: '{text}'", {{"text", printable(host.address)}}),
                       msg("an address is IPv4, IPv6 or a host name"));
  host.groups = fields.texts_or_none("groups");
  for (auto group = host.groups.begin(); group != host.groups.end(); ++group) {
    if (!shared.groups.contains(*group)) {
      std::vector<std::string> known;
      for (const auto& [name, unused] : shared.groups) known.push_back(name);
      const std::string near = nearest(*group, known);
      throw fields.error("groups", msg("unknown group '{name}'", {{"name", printable(*group)}}),
                         near.empty() ? msg("groups stand in hosts.yaml under 'groups'")
                                      : msg("did you mean '{name}'?", {{"name", near}}));
    }
    if (std::find(host.groups.begin(), group, *group) != group)
      throw fields.error("groups", msg("the group '{name}' stands here twice", {{"name", *group}}));
  }
  // Earlier layers win in merge().
  Layer layer = read_layer(node, document.source);
  Layer groups = merged_groups(host, layer, shared);
  Layer defaults = shared.defaults;
  layer.merge(groups);
  layer.merge(defaults);
  apply_layer(layer, host);
  fill_places(host);
  return host;
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
          near.empty() ? msg("a parent is a host of its own in hosts.yaml")
                       : msg("did you mean '{name}'?", {{"name", near}}));
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
        msg("the parents of '{host}' lead back to it: {way}", {{"host", at}, {"way", join(way, " -> ")}}));
  }
}

}  // namespace

Inventory load(const File& hosts_yaml, std::span<const File> hosts_d) {
  std::deque<Document> documents;
  Inventory inventory;
  Shared shared;
  Sha256 digest;
  const auto open = [&](const File& file) -> const Document& {
    digest.update(file.name + "\n" + std::to_string(file.bytes.size()) + "\n");
    digest.update(file.bytes);
    documents.push_back(
        {yaml::Source{file.name, ExitCode::config}, yaml::read_hand_edited(file.bytes, file.name)});
    return documents.back();
  };
  const auto take_hosts = [&](yaml::Fields& fields, const Document& document) {
    for (const auto& node : fields.list_or_none("hosts"))
      inventory.hosts.push_back(read_host(node, document, shared));
  };

  const Document& main = open(hosts_yaml);
  yaml::Fields fields(main.top, main.source);
  if (const Node* defaults = fields.optional_map("defaults")) {
    for (const std::string_view key : {"name", "address", "groups"})
      if (defaults->find(key) != nullptr)
        throw fields.error("defaults", msg("'{key}' belongs to one host", {{"key", std::string(key)}}));
    shared.defaults = read_layer(*defaults, main.source);
  }
  if (const Node* groups = fields.optional_map("groups")) {
    for (const auto& entry : groups->entries()) {
      if (!is_name(entry.key))
        throw yaml::error_at(ExitCode::config, hosts_yaml.name, entry.mark,
                             msg("not a name: '{text}'", {{"text", printable(entry.key)}}));
      shared.groups[entry.key] = read_layer(entry.value, main.source);
      inventory.groups[entry.key];
    }
  }
  take_hosts(fields, main);
  fields.finish();
  for (const auto& file : hosts_d) {
    const Document& document = open(file);
    yaml::Fields only(document.top, document.source);
    take_hosts(only, document);
    only.finish();
  }

  std::stable_sort(inventory.hosts.begin(), inventory.hosts.end(),
                   [](const Host& a, const Host& b) { return a.name < b.name; });
  for (std::size_t i = 1; i < inventory.hosts.size(); ++i) {
    const Host& a = inventory.hosts[i - 1];
    const Host& b = inventory.hosts[i];
    if (a.name == b.name)
      throw yaml::error_at(ExitCode::config, b.file, b.mark,
                           msg("the host '{name}' stands twice, also at {place}",
                               {{"name", b.name}, {"place", place_of(a.file, a.mark)}}));
  }
  for (const auto& host : inventory.hosts)
    for (const auto& group : host.groups) inventory.groups[group].push_back(host.name);
  check_parents(inventory);
  check_circles(inventory);
  inventory.digest = digest.finish();
  return inventory;
}

}  // namespace jaga::inventory
