#include "inventory/settings_tree.hpp"

#include <algorithm>
#include <array>

#include "base/date.hpp"
#include "base/duration.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "inventory/needs.hpp"
#include "inventory/settings_leaf.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {

using yaml::Node;

void fail(const Leaf& leaf, Message message, Message hint) {
  throw yaml::error_at(leaf.source->code, leaf.source->file, leaf.mark, std::move(message), std::move(hint));
}

std::string text(const Leaf& leaf) {
  return yaml::text_of(leaf.value, *leaf.source);
}

std::vector<std::string> texts(const Leaf& leaf) {
  if (leaf.value.kind() != Node::Kind::list || leaf.value.items().empty())
    fail(leaf, msg("expected a list of texts"));
  std::vector<std::string> out;
  for (const Node& item : leaf.value.items()) out.push_back(yaml::text_of(item, *leaf.source));
  return out;
}

milliseconds span(const Leaf& leaf) {
  const auto value = parse_duration(text(leaf));
  if (!value || value->count() == 0)
    fail(leaf, msg("invalid duration '{text}'", {{"text", printable(text(leaf))}}),
         msg("write it as 500ms, 5s or 1m"));
  return *value;
}

std::optional<milliseconds> span_or_off(const Leaf& leaf) {
  if (leaf.value.is_scalar() && leaf.value.value() == "off") return std::nullopt;
  return span(leaf);
}

bool truth(const Leaf& leaf) {
  const std::string word = text(leaf);
  if (word != "true" && word != "false")
    fail(leaf, msg("expected true or false: '{text}'", {{"text", printable(word)}}));
  return word == "true";
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
         msg("invalid percentage '{text}' (at most {most})",
             {{"most", std::to_string(most)}, {"text", printable(text(leaf))}}),
         msg("write it as 20%"));
  return number;
}

std::int64_t integer(const Leaf& leaf, std::int64_t least, std::int64_t most) {
  return yaml::integer_of(leaf.value, *leaf.source, least, most);
}

void unknown(const Leaf& leaf, const std::string& path, std::vector<std::string> known) {
  const std::string last = path.substr(path.rfind('/') + 1);
  const std::string near = nearest(last, known);
  fail(leaf, msg("unknown setting '{path}'", {{"path", printable(path)}}),
       known.empty()  ? Message{}
       : near.empty() ? msg("known names: {names}", {{"names", join(known, ", ")}})
                      : msg("did you mean '{name}'?", {{"name", near}}));
}

// A list or a scalar is a leaf, and so are parents, which do not merge.
void flatten(const Node& map, const yaml::Source& source, const std::string& prefix, Layer& layer) {
  for (const auto& entry : map.entries()) {
    const std::string path = prefix + entry.key;
    if (entry.value.kind() == Node::Kind::map && path != "parents")
      flatten(entry.value, source, path + "/", layer);
    else
      layer[path] = Leaf{entry.value, entry.value.mark(), &source};
  }
}

namespace {

std::string named(const Leaf& leaf) {
  std::string value = text(leaf);
  if (!is_name(value))
    fail(leaf, msg("invalid name '{text}'", {{"text", printable(value)}}),
         msg("use lower-case letters, digits, '.', '_' and '-'"));
  return value;
}

std::string login_name(const Leaf& leaf) {
  std::string value = text(leaf);
  if (!is_login_name(value)) fail(leaf, msg("invalid login name '{text}'", {{"text", printable(value)}}));
  return value;
}

std::string date_text(const Leaf& leaf) {
  std::string value = text(leaf);
  if (!is_iso_date(value))
    fail(leaf, msg("invalid date '{text}'", {{"text", printable(value)}}), msg("write it as 2020-01-10"));
  return value;
}

Parents parents(const Leaf& leaf) {
  if (leaf.value.kind() != Node::Kind::map)
    fail(leaf, msg("parents must state whether one is enough (any) or all are needed (all)"),
         msg("write them as {{any: [...]}} or {{all: [...]}}"));
  yaml::Fields fields(leaf.value, *leaf.source);
  Parents out{fields.texts_or_none("any"), fields.texts_or_none("all")};
  fields.finish();
  return out;
}

// "tcp:443" or "udp:6000-6010".
std::vector<Sockets> sockets(const Leaf& leaf) {
  std::vector<Sockets> out;
  for (const std::string& each : texts(leaf)) {
    const auto parsed = parse_sockets(each);
    if (!parsed)
      fail(leaf, msg("invalid port '{text}'", {{"text", printable(each)}}),
           msg("write it as tcp:443 or udp:6000-6010"));
    out.push_back(*parsed);
  }
  return out;
}

struct Percent {
  std::string_view key;
  Limit Thresholds::*limit;
  std::int64_t most;  // 0: a number, not a percentage
};
constexpr std::array<Percent, 27> kLimits = {{{"disk_used", &Thresholds::disk_used, 100},
                                              {"inode_used", &Thresholds::inode_used, 100},
                                              {"memory_available", &Thresholds::memory_available, 100},
                                              {"swap_used", &Thresholds::swap_used, 100},
                                              {"load", &Thresholds::load, 100'000},
                                              {"failed_units", &Thresholds::failed_units, 0},
                                              {"security_updates", &Thresholds::security_updates, 0},
                                              {"reboot_required", &Thresholds::reboot_required, 0},
                                              {"handles_used", &Thresholds::handles_used, 100},
                                              {"conntrack_used", &Thresholds::conntrack_used, 100},
                                              {"zombies", &Thresholds::zombies, 0},
                                              {"blocked_processes", &Thresholds::blocked_processes, 0},
                                              {"clock_offset", &Thresholds::clock_offset, 0},
                                              {"temperature", &Thresholds::temperature, 0},
                                              {"services_restart", &Thresholds::services_restart, 0},
                                              {"failed_logins", &Thresholds::failed_logins, 0},
                                              {"sudo_denied", &Thresholds::sudo_denied, 0},
                                              {"account_left", &Thresholds::account_left, 0},
                                              {"ssh_weak_settings", &Thresholds::ssh_weak_settings, 0},
                                              {"sysctl_weak", &Thresholds::sysctl_weak, 0},
                                              {"world_writable", &Thresholds::world_writable, 0},
                                              {"support_left", &Thresholds::support_left, 0},
                                              {"timer_run", &Thresholds::timer_run, 0},
                                              {"disk_left", &Thresholds::disk_left, 0},
                                              {"new_errors", &Thresholds::new_errors, 0},
                                              {"rtt_rise", &Thresholds::rtt_rise, 100'000},
                                              {"warranty_left", &Thresholds::warranty_left, 0}}};

// A value, where `path` needs a map of these names.
[[noreturn]] void no_map(const Leaf& leaf, const std::string& path, const std::vector<std::string>& names) {
  fail(leaf, msg("'{key}' must be a map", {{"key", path}}),
       msg("known names: {names}", {{"names", join(names, ", ")}}));
}

// `path` is KEY/warn or KEY/crit.
void set_threshold(Thresholds& thresholds, const std::string& path, const Leaf& leaf) {
  const auto parts = split(path, '/');
  std::vector<std::string> known;
  for (const auto& entry : kLimits) {
    known.emplace_back(entry.key);
    if (parts[0] != entry.key) continue;
    if (parts.size() == 1) no_map(leaf, parts[0], {"warn", "crit"});
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

std::vector<std::string> known_periods() {
  std::vector<std::string> known = slow_sections();
  known.emplace_back("all");
  return known;
}

void set_period(Host& host, const std::string& section, const Leaf& leaf) {
  const std::vector<std::string> known = known_periods();
  if (std::find(known.begin(), known.end(), section) == known.end()) unknown(leaf, section, known);
  const milliseconds period = span(leaf);
  if (period < std::chrono::seconds{1} || period > kMostPeriod)
    fail(leaf, msg("invalid period '{text}' (1s to 30d)", {{"text", printable(text(leaf))}}));
  host.set_period(section, period);
}

// All settings of a host but those of thresholds and periods, as paths.
constexpr std::array<std::string_view, 22> kSettings = {"name",
                                                        "address",
                                                        "groups",
                                                        "kind",
                                                        "parents",
                                                        "needs",
                                                        "jump",
                                                        "listen",
                                                        "checks",
                                                        "thresholds",
                                                        "periods",
                                                        "login/measure",
                                                        "login/repair",
                                                        "login/port",
                                                        "place/site",
                                                        "place/rack",
                                                        "place/power",
                                                        "place/hypervisor",
                                                        "hardware/model",
                                                        "hardware/serial",
                                                        "hardware/warranty/vendor",
                                                        "hardware/warranty/until"};

// The names that may stand directly below `prefix`, "" or "login/".
std::vector<std::string> names_below(std::string_view prefix) {
  if (prefix == "periods/") return known_periods();
  std::vector<std::string> out;
  if (prefix == "thresholds/")
    for (const Percent& entry : kLimits) out.emplace_back(entry.key);
  for (std::string_view path : kSettings) {
    if (!path.starts_with(prefix)) continue;
    path.remove_prefix(prefix.size());
    std::string name(path.substr(0, path.find('/')));
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
  }
  return out;
}

// A setting that is not known, named up to the part that is not; or a value where the setting needs a map.
[[noreturn]] void refuse(const Leaf& leaf, const std::string& path) {
  std::string above;
  for (const std::string& part : split(path, '/')) {
    const std::vector<std::string> known = names_below(above);
    if (std::find(known.begin(), known.end(), part) == known.end()) unknown(leaf, above + part, known);
    above += part + "/";
  }
  no_map(leaf, path, names_below(above));
}

void set(Host& host, const std::string& path, const Leaf& leaf) {
  if (path == "kind")
    host.kind = named(leaf);
  else if (path == "parents")
    host.parents = parents(leaf);
  else if (path == "needs")
    for (Need& need : read_needs(leaf, {})) host.needs.push_back(std::move(need));
  else if (path == "listen")
    host.listen = sockets(leaf);
  else if (path == "jump")
    host.jump = named(leaf);
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
    set_threshold(host.change_thresholds(), path.substr(11), leaf);
  else if (path.starts_with("periods/"))
    set_period(host, path.substr(8), leaf);
  else
    refuse(leaf, path);
}

}  // namespace

Layer read_layer(const Node& map, const yaml::Source& source) {
  Layer layer;
  Node rest = Node::map();
  if (map.kind() != Node::Kind::map)
    throw yaml::error_at(source.code, source.file, map.mark(), msg("settings must be a map"));
  for (const auto& entry : map.entries()) {
    if (entry.key == "checks") {
      if (entry.value.kind() != Node::Kind::list)
        throw yaml::error_at(source.code, source.file, entry.mark, msg("'checks' must be a list"));
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
  host.needs.clear();
  for (const auto& [path, leaf] : layer) {
    if (!path.starts_with("checks/")) {
      set(host, path, leaf);
      continue;
    }
    const std::string id = path.substr(7);
    if (id.find('/') != std::string::npos || leaf.value.value() == "off") continue;
    Check check = make_check(id.substr(0, id.find(':')));
    const std::string prefix = path + "/";
    for (auto field = layer.lower_bound(prefix); field != layer.end() && field->first.starts_with(prefix);
         ++field)
      if (field->first != prefix + "needs")
        set_check(check, field->first.substr(prefix.size()), field->second);
    check_limits(check, leaf);
    if (const auto needs = layer.find(prefix + "needs"); needs != layer.end()) {
      for (Need& need : read_needs(needs->second, name_of(check))) host.needs.push_back(std::move(need));
    }
    host.checks.push_back(std::move(check));
  }
  std::stable_sort(host.checks.begin(), host.checks.end(), comes_before);
}

Thresholds read_thresholds(const Node& map, const yaml::Source& source) {
  Layer layer;
  flatten(map, source, "", layer);
  Thresholds out;
  for (const auto& [path, leaf] : layer) set_threshold(out, path, leaf);
  return out;
}

}  // namespace jaga::inventory
