// The settings of checks. A check is known by its kind and object: layers merge what they say of the same
// one.
#include <algorithm>

#include "base/id.hpp"
#include "base/text.hpp"
#include "inventory/settings_leaf.hpp"
#include "inventory/url.hpp"
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

std::vector<int> statuses(const Leaf& leaf) {
  std::vector<int> out;
  if (leaf.value.is_scalar()) return {static_cast<int>(integer(leaf, 200, 599))};
  for (const Node& item : leaf.value.items())
    out.push_back(static_cast<int>(yaml::integer_of(item, *leaf.source, 200, 599)));
  if (out.empty()) fail(leaf, msg("not a list of statuses of HTTP"), msg("write it as [200, 401]"));
  return out;
}

void set(HttpCheck& http, const std::string& path, const Leaf& leaf) {
  if (path == "url")
    http.url = text(leaf);
  else if (path == "status")
    http.status = statuses(leaf);
  else if (path == "body")
    http.body = text(leaf);
  else if (path == "redirects")
    http.redirects = static_cast<int>(integer(leaf, 0, 20));
  else if (path == "timeout")
    http.timeout = span(leaf);
  else if (path == "expires/warn")
    http.expires_warn = span_or_off(leaf);
  else if (path == "expires/crit")
    http.expires_crit = span_or_off(leaf);
  else if (path == "verify")
    http.verify = truth(leaf);
  else if (path == "ca") {
    http.ca = text(leaf);
    if (!http.ca.starts_with('/')) fail(leaf, msg("a file of certificates is named by its full path"));
  } else {
    unknown(leaf, path,
            {"url", "status", "body", "redirects", "timeout", "expires", "warn", "crit", "verify", "ca"});
  }
}

const std::vector<std::string>& record_types() {
  static const std::vector<std::string> kTypes = {"A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "TXT"};
  return kTypes;
}

void set(DnsCheck& dns, const std::string& path, const Leaf& leaf) {
  if (path == "name") {
    dns.name = text(leaf);
  } else if (path == "type") {
    dns.type = text(leaf);
    const auto& types = record_types();
    if (std::find(types.begin(), types.end(), dns.type) == types.end())
      fail(leaf, msg("not a type of record: '{text}'", {{"text", printable(dns.type)}}),
           msg("there are: {names}", {{"names", join(types, ", ")}}));
  } else if (path == "expect") {
    dns.expect = leaf.value.is_scalar() ? std::vector<std::string>{text(leaf)} : texts(leaf);
  } else if (path == "server") {
    dns.server = text(leaf);
  } else if (path == "port") {
    dns.port = static_cast<std::uint16_t>(integer(leaf, 1, 65'535));
  } else if (path == "timeout") {
    dns.timeout = span(leaf);
  } else {
    unknown(leaf, path, {"name", "type", "expect", "server", "port", "timeout"});
  }
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

// The text that a map has under `key`, or nullopt.
std::optional<std::string> word_of(const Node* body, const char* key, const yaml::Source& source) {
  const Node* node = body == nullptr ? nullptr : body->find(key);
  if (node == nullptr) return std::nullopt;
  return yaml::text_of(*node, source);
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
  // What names the check stands among its settings, also where another layer only adds to them.
  std::string shown = kind;
  const auto named = [&](const std::string& object) {
    path += ":" + percent_encode(object);
    shown += ":" + printable(object);
  };
  const auto put = [&](const char* key, const std::string& value) {
    fields[path + "/" + key] = Leaf{Node::text(value), item.mark(), &source};
  };
  if (kind == "tcp") {
    const Node* port = body == nullptr ? nullptr : body->find("port");
    if (port == nullptr)
      fail(here, msg("a tcp check needs a port"), msg("write it as {{tcp: {{port: 443}}}}"));
    named(std::to_string(yaml::integer_of(*port, source, 1, 65'535)));
  } else if (kind == "http") {
    const auto url = word_of(body, "url", source);
    if (!url)
      fail(here, msg("an http check needs a url"),
           msg("write it as {{http: {{url: \"https://www.example.org/\"}}}}"));
    named(*url);
  } else if (kind == "dns") {
    const auto name = word_of(body, "name", source);
    if (!name)
      fail(here, msg("a dns check needs a name"),
           msg("write it as {{dns: {{name: \"www.example.org\", type: \"A\"}}}}"));
    const std::string type = word_of(body, "type", source).value_or(DnsCheck{}.type);
    named(*name + "/" + type);
    put("type", type);
  } else if (kind == "plugin") {
    const std::string name = plugin_name(body, here, source);
    named(name);
    put("name", name);
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
    fail(here, msg("the check '{check}' stands here twice", {{"check", shown}}));
  layer.merge(fields);
}

Check make_check(std::string_view kind) {
  if (kind == "icmp") return IcmpCheck{};
  if (kind == "ssh") return SshCheck{};
  if (kind == "local") return LocalCheck{};
  if (kind == "http") return HttpCheck{};
  if (kind == "dns") return DnsCheck{};
  if (kind == "plugin") return PluginCheck{};
  return TcpCheck{};
}

void set_check(Check& check, const std::string& path, const Leaf& leaf) {
  std::visit([&](auto& one) { set(one, path, leaf); }, check);
}

void check_limits(const Check& check, const Leaf& leaf) {
  if (const auto* icmp = std::get_if<IcmpCheck>(&check); icmp != nullptr && icmp->warn_loss > icmp->crit_loss)
    fail(leaf, msg("the loss that warns is above the critical one"));
  if (const auto* http = std::get_if<HttpCheck>(&check); http != nullptr && http->expires_warn &&
                                                         http->expires_crit &&
                                                         *http->expires_warn < *http->expires_crit)
    fail(leaf, msg("the warning about the certificate comes after the critical one"));
}

}  // namespace jaga::inventory
