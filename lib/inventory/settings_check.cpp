// The settings of checks. A check is known by its kind and object: layers merge what they say of the same
// one.
#include <algorithm>

#include "base/id.hpp"
#include "base/text.hpp"
#include "inventory/settings_leaf.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {
namespace {

using yaml::Node;

void set(IcmpCheck& icmp, const std::string& path, const Leaf& leaf) {
  if (path == "count")
    icmp.count = static_cast<int>(integer(leaf, 1, 100));
  else if (path == "timeout")
    icmp.timeout = span(leaf);
  else if (path == "interval")
    icmp.interval = span(leaf);
  else if (path == "warn/loss")
    icmp.warn_loss = static_cast<int>(percent(leaf, 100));
  else if (path == "crit/loss")
    icmp.crit_loss = static_cast<int>(percent(leaf, 100));
  else if (path == "warn/rtt")
    icmp.warn_rtt = span(leaf);
  else if (path == "crit/rtt")
    icmp.crit_rtt = span(leaf);
  else
    unknown(leaf, path, {"count", "timeout", "interval", "warn", "crit", "loss", "rtt"});
}

void set(TcpCheck& tcp, const std::string& path, const Leaf& leaf) {
  if (path == "port")
    tcp.port = static_cast<std::uint16_t>(integer(leaf, 1, 65'535));
  else if (path == "timeout")
    tcp.timeout = span(leaf);
  else if (path == "unit")
    tcp.unit = text(leaf);
  else
    unknown(leaf, path, {"port", "timeout", "unit"});
}

template <typename Collector>
void set_collector(Collector& check, const std::string& path, const Leaf& leaf) {
  if (path != "timeout") unknown(leaf, path, {"timeout"});
  check.timeout = span(leaf);
}

void set(SshCheck& ssh, const std::string& path, const Leaf& leaf) {
  set_collector(ssh, path, leaf);
}
void set(LocalCheck& local, const std::string& path, const Leaf& leaf) {
  set_collector(local, path, leaf);
}

void set(PluginCheck& plugin, const std::string& path, const Leaf& leaf) {
  if (path == "name") {
    plugin.name = text(leaf);
  } else if (path == "command") {
    plugin.command = texts(leaf);
    if (!plugin.command.front().starts_with('/'))
      fail(leaf,
           msg("the program of a plugin is not named by its full path: '{program}'",
               {{"program", printable(plugin.command.front())}}),
           msg("as [\"/usr/lib/nagios/plugins/check_disk\", \"-w\", \"20%\"]"));
  } else if (path == "via") {
    const std::string word = text(leaf);
    if (word != "local" && word != "ssh") fail(leaf, msg("a plugin runs via local or ssh"));
    plugin.via = word == "ssh" ? PluginCheck::Via::ssh : PluginCheck::Via::local;
  } else if (path == "timeout") {
    plugin.timeout = span(leaf);
  } else {
    unknown(leaf, path, {"name", "command", "via", "timeout"});
  }
}

// The object of a plugin: its name, or that of its program.
std::string plugin_name(const Node* body, const Leaf& here, const yaml::Source& source) {
  std::string name;
  if (const Node* given = body == nullptr ? nullptr : body->find("name")) {
    name = yaml::text_of(*given, source);
  } else if (const Node* command = body == nullptr ? nullptr : body->find("command");
             command != nullptr && command->kind() == Node::Kind::list && !command->items().empty()) {
    const std::string program = yaml::text_of(command->items().front(), source);
    name = program.substr(program.rfind('/') + 1);
  } else {
    fail(here, msg("a plugin check needs a command"),
         msg("write it as {{plugin: {{command: [\"/usr/lib/nagios/plugins/check_load\"]}}}}"));
  }
  if (!is_name(name))
    fail(here, msg("a plugin check needs a name: '{text}' is none", {{"text", printable(name)}}),
         msg("use lower-case letters, digits, '.', '_' and '-'"));
  return name;
}

}  // namespace

void flatten_check(const Node& item, const yaml::Source& source, Layer& layer) {
  const bool bare = item.is_scalar();
  if (!bare && (item.kind() != Node::Kind::map || item.entries().size() != 1))
    throw yaml::error_at(source.code, source.file, item.mark(), msg("not a check"),
                         msg("write a check as 'ssh' or as {{tcp: {{port: 443}}}}"));
  const std::string kind = bare ? item.value() : item.entries().front().key;
  const Leaf here{Node::plain("on"), item.mark(), &source};
  const auto& kinds = check_kinds();
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
    fail(here, msg("unknown kind of check '{kind}'", {{"kind", printable(kind)}}),
         msg("there are: {names}", {{"names", join(kinds, ", ")}}));
  const Node* body = bare ? nullptr : &item.entries().front().value;
  Leaf own = here;
  Layer fields;
  std::string path = "checks/" + kind;
  if (kind == "tcp") {
    const Node* port = body == nullptr ? nullptr : body->find("port");
    if (port == nullptr)
      fail(here, msg("a tcp check needs a port"), msg("write it as {{tcp: {{port: 443}}}}"));
    path += ":" + std::to_string(yaml::integer_of(*port, source, 1, 65'535));
  } else if (kind == "plugin") {
    const std::string name = plugin_name(body, here, source);
    path += ":" + name;
    fields[path + "/name"] = Leaf{Node::text(name), item.mark(), &source};
  }
  if (body != nullptr && body->kind() == Node::Kind::map) {
    flatten(*body, source, path + "/", fields);
    if (const auto off = fields.find(path + "/off"); off != fields.end()) {
      if (text(off->second) != "true") fail(off->second, msg("off can only be true"));
      own.value = Node::plain("off");
      fields.erase(off);
    }
  } else if (body != nullptr) {
    if (!body->is_scalar() || body->value() != "off")
      fail(here, msg("the settings of a check are a map, or 'off'"));
    own.value = Node::plain("off");
  }
  if (!layer.emplace(path, own).second)
    fail(here, msg("the check '{check}' stands here twice", {{"check", path.substr(7)}}));
  layer.merge(fields);
}

Check make_check(std::string_view kind) {
  if (kind == "icmp") return IcmpCheck{};
  if (kind == "ssh") return SshCheck{};
  if (kind == "local") return LocalCheck{};
  if (kind == "plugin") return PluginCheck{};
  return TcpCheck{};
}

void set_check(Check& check, const std::string& path, const Leaf& leaf) {
  std::visit([&](auto& one) { set(one, path, leaf); }, check);
}

void check_limits(const Check& check, const Leaf& leaf) {
  if (const auto* icmp = std::get_if<IcmpCheck>(&check); icmp != nullptr && icmp->warn_loss > icmp->crit_loss)
    fail(leaf, msg("the loss that warns is above the critical one"));
}

}  // namespace jaga::inventory
