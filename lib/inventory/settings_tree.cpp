#include "inventory/settings_tree.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/duration.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {
namespace {

using yaml::Node;

[[noreturn]] void fail(const Leaf& leaf, Message message, Message hint = {}) {
  throw yaml::error_at(leaf.source->code, leaf.source->file, leaf.mark, std::move(message), std::move(hint));
}

std::string text(const Leaf& leaf) {
  return yaml::text_of(leaf.value, *leaf.source);
}

milliseconds span(const Leaf& leaf) {
  const auto value = parse_duration(text(leaf));
  if (!value || value->count() == 0)
    fail(leaf, msg("not a length of time: '{text}'", {{"text", printable(text(leaf))}}),
         msg("write it as 500ms, 5s or 1m"));
  return *value;
}

std::int64_t percent(const Leaf& leaf, std::int64_t most) {
  std::string value = text(leaf);
  const bool has_sign = !value.empty() && value.back() == '%';
  if (has_sign) value.pop_back();
  std::int64_t number = 0;
  for (const char c : value) {
    if (c < '0' || c > '9' || number > most)
      number = most + 1;
    else
      number = number * 10 + (c - '0');
  }
  if (!has_sign || value.empty() || number > most)
    fail(leaf,
         msg("not a percentage up to {most}: '{text}'",
             {{"most", std::to_string(most)}, {"text", printable(text(leaf))}}),
         msg("write it as 20%"));
  return number;
}

std::int64_t integer(const Leaf& leaf, std::int64_t least, std::int64_t most) {
  return yaml::integer_of(leaf.value, *leaf.source, least, most);
}

std::string named(const Leaf& leaf) {
  std::string value = text(leaf);
  if (!is_name(value))
    fail(leaf, msg("not a name: '{text}'", {{"text", printable(value)}}),
         msg("use lower-case letters, digits, '.', '_' and '-'"));
  return value;
}

std::string login_name(const Leaf& leaf) {
  std::string value = text(leaf);
  const bool ok = !value.empty() && value.size() <= 32 && value.front() != '-' &&
                  std::all_of(value.begin(), value.end(), [](char c) {
                    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '_' || c == '-' || c == '.';
                  });
  if (!ok) fail(leaf, msg("not the name of a login: '{text}'", {{"text", printable(value)}}));
  return value;
}

std::string date_text(const Leaf& leaf) {
  std::string value = text(leaf);
  if (value.size() != 10 || !parse_time(value, std::chrono::minutes{0}))
    fail(leaf, msg("not a date: '{text}'", {{"text", printable(value)}}), msg("write it as 2020-01-10"));
  return value;
}

Parents parents(const Leaf& leaf) {
  if (leaf.value.kind() != Node::Kind::map)
    fail(leaf, msg("parents need to say how they reach"), msg("write them as {{any: [...]}} or {{all: [...]}}"));
  yaml::Fields fields(leaf.value, *leaf.source);
  Parents out{fields.texts_or_none("any"), fields.texts_or_none("all")};
  fields.finish();
  return out;
}

struct Percent {
  std::string_view key;
  Limit Thresholds::*limit;
  std::int64_t most;  // 0: a number, not a percentage
};
constexpr std::array<Percent, 8> kLimits = {{{"disk_used", &Thresholds::disk_used, 100},
                                             {"inode_used", &Thresholds::inode_used, 100},
                                             {"memory_available", &Thresholds::memory_available, 100},
                                             {"swap_used", &Thresholds::swap_used, 100},
                                             {"load", &Thresholds::load, 100'000},
                                             {"failed_units", &Thresholds::failed_units, 0},
                                             {"security_updates", &Thresholds::security_updates, 0},
                                             {"reboot_required", &Thresholds::reboot_required, 0}}};

[[noreturn]] void unknown(const Leaf& leaf, const std::string& path, std::vector<std::string> known) {
  const std::string last = path.substr(path.rfind('/') + 1);
  const std::string near = nearest(last, known);
  fail(leaf, msg("unknown setting '{path}'", {{"path", printable(path)}}),
       near.empty() ? msg("there are: {names}", {{"names", join(known, ", ")}})
                    : msg("did you mean '{name}'?", {{"name", near}}));
}

// `path` is KEY/warn or KEY/crit.
void set_threshold(Thresholds& thresholds, const std::string& path, const Leaf& leaf) {
  const auto parts = split(path, '/');
  std::vector<std::string> known;
  for (const auto& entry : kLimits) {
    known.emplace_back(entry.key);
    if (parts[0] != entry.key) continue;
    if (parts.size() != 2 || (parts[1] != "warn" && parts[1] != "crit"))
      unknown(leaf, path, {"warn", "crit"});
    Limit& limit = thresholds.*entry.limit;
    std::optional<std::int64_t> value;
    if (!leaf.value.is_scalar() || leaf.value.value() != "off")
      value = entry.most > 0 ? percent(leaf, entry.most) : integer(leaf, 1, 1'000'000);
    (parts[1] == "warn" ? limit.warn : limit.crit) = value;
    return;
  }
  unknown(leaf, parts[0], known);
}

// `path` is what follows the check's own path.
void set_check(Check& check, const std::string& path, const Leaf& leaf) {
  if (auto* icmp = std::get_if<IcmpCheck>(&check)) {
    if (path == "count")
      icmp->count = static_cast<int>(integer(leaf, 1, 100));
    else if (path == "timeout")
      icmp->timeout = span(leaf);
    else if (path == "interval")
      icmp->interval = span(leaf);
    else if (path == "warn/loss")
      icmp->warn_loss = static_cast<int>(percent(leaf, 100));
    else if (path == "crit/loss")
      icmp->crit_loss = static_cast<int>(percent(leaf, 100));
    else if (path == "warn/rtt")
      icmp->warn_rtt = span(leaf);
    else if (path == "crit/rtt")
      icmp->crit_rtt = span(leaf);
    else
      unknown(leaf, path, {"count", "timeout", "interval", "warn", "crit", "loss", "rtt"});
  } else if (auto* tcp = std::get_if<TcpCheck>(&check)) {
    if (path == "timeout")
      tcp->timeout = span(leaf);
    else if (path == "unit")
      tcp->unit = text(leaf);
    else
      unknown(leaf, path, {"port", "timeout", "unit"});
  } else if (auto* ssh = std::get_if<SshCheck>(&check)) {
    if (path == "timeout")
      ssh->timeout = span(leaf);
    else
      unknown(leaf, path, {"timeout"});
  } else if (auto* local = std::get_if<LocalCheck>(&check)) {
    if (path == "timeout")
      local->timeout = span(leaf);
    else
      unknown(leaf, path, {"timeout"});
  }
}

void set(Host& host, const std::string& path, const Leaf& leaf) {
  if (path == "kind")
    host.kind = named(leaf);
  else if (path == "parents")
    host.parents = parents(leaf);
  else if (path == "login/measure")
    host.login.measure = login_name(leaf);
  else if (path == "login/repair")
    host.login.repair = login_name(leaf);
  else if (path == "login/port")
    host.login.port = static_cast<std::uint16_t>(integer(leaf, 1, 65535));
  else if (path == "place/site")
    host.place.site = text(leaf);
  else if (path == "place/rack")
    host.place.rack = text(leaf);
  else if (path == "place/power")
    host.place.power = text(leaf);
  else if (path == "place/hypervisor")
    host.place.hypervisor = text(leaf);
  else if (path == "hardware/model")
    host.hardware.model = text(leaf);
  else if (path == "hardware/serial")
    host.hardware.serial = text(leaf);
  else if (path == "hardware/warranty/vendor")
    host.hardware.warranty_vendor = text(leaf);
  else if (path == "hardware/warranty/until")
    host.hardware.warranty_until = date_text(leaf);
  else if (path.starts_with("thresholds/"))
    set_threshold(host.thresholds, path.substr(11), leaf);
  else
    unknown(leaf, path,
            {"name",       "address", "kind",    "parents",  "login",  "place", "hardware", "checks",
             "thresholds", "groups",  "measure", "repair",   "port",   "site",  "rack",     "power",
             "hypervisor", "model",   "serial",  "warranty", "vendor", "until"});
}

// Leaves below a map; a list or a scalar is a leaf, and so are parents, which do not merge.
void flatten(const Node& map, const yaml::Source& source, const std::string& prefix, Layer& layer) {
  for (const auto& entry : map.entries()) {
    const std::string path = prefix + entry.key;
    if (entry.value.kind() == Node::Kind::map && path != "parents")
      flatten(entry.value, source, path + "/", layer);
    else
      layer[path] = Leaf{entry.value, entry.value.mark(), &source};
  }
}

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
  std::string path = "checks/" + kind;
  Leaf own = here;
  const Node* port = body == nullptr ? nullptr : body->find("port");
  if (kind == "tcp") {
    if (port == nullptr)
      fail(here, msg("a tcp check needs a port"), msg("write it as {{tcp: {{port: 443}}}}"));
    path += ":" + std::to_string(yaml::integer_of(*port, source, 1, 65535));
  }
  Layer fields;
  if (body != nullptr && body->kind() == Node::Kind::map) {
    flatten(*body, source, path + "/", fields);
    if (kind == "tcp") fields.erase(path + "/port");
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

Check make_check(const std::string& id) {
  if (id == "icmp") return IcmpCheck{};
  if (id == "ssh") return SshCheck{};
  if (id == "local") return LocalCheck{};
  TcpCheck tcp;
  tcp.port = static_cast<std::uint16_t>(std::stoi(id.substr(4)));
  return tcp;
}

}  // namespace

Layer read_layer(const Node& map, const yaml::Source& source) {
  Layer layer;
  Node rest = Node::map();
  if (map.kind() != Node::Kind::map)
    throw yaml::error_at(source.code, source.file, map.mark(), msg("settings are a map"));
  for (const auto& entry : map.entries()) {
    if (entry.key == "checks") {
      if (entry.value.kind() != Node::Kind::list)
        throw yaml::error_at(source.code, source.file, entry.mark, msg("checks are a list"));
      for (const auto& item : entry.value.items()) flatten_check(item, source, layer);
    } else if (entry.key != "name" && entry.key != "address" && entry.key != "groups") {
      rest.set(entry.key, entry.value);
    }
  }
  flatten(rest, source, "", layer);
  Host scratch;
  apply_layer(layer, scratch);
  return layer;
}

void apply_layer(const Layer& layer, Host& host) {
  host.checks.clear();
  for (const auto& [path, leaf] : layer) {
    if (!path.starts_with("checks/")) {
      set(host, path, leaf);
      continue;
    }
    const std::string id = path.substr(7);
    if (id.find('/') != std::string::npos || leaf.value.value() == "off") continue;
    Check check = make_check(id);
    const std::string prefix = path + "/";
    for (auto field = layer.lower_bound(prefix); field != layer.end() && field->first.starts_with(prefix);
         ++field)
      set_check(check, field->first.substr(prefix.size()), field->second);
    if (const auto* icmp = std::get_if<IcmpCheck>(&check);
        icmp != nullptr && icmp->warn_loss > icmp->crit_loss)
      fail(leaf, msg("the loss that warns is above the critical one"));
    host.checks.push_back(std::move(check));
  }
  std::stable_sort(host.checks.begin(), host.checks.end(), [](const Check& a, const Check& b) {
    if (a.index() != b.index()) return a.index() < b.index();
    const auto* left = std::get_if<TcpCheck>(&a);
    const auto* right = std::get_if<TcpCheck>(&b);
    return left != nullptr && right != nullptr && left->port < right->port;
  });
}

Thresholds read_thresholds(const Node& map, const yaml::Source& source) {
  Layer layer;
  flatten(map, source, "", layer);
  Thresholds out;
  for (const auto& [path, leaf] : layer) set_threshold(out, path, leaf);
  return out;
}

}  // namespace jaga::inventory
