#include "inventory/write.hpp"

#include "base/duration.hpp"
#include "base/format.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "inventory/window.hpp"
#include "inventory/write_parts.hpp"
#include "yaml/write.hpp"

namespace jaga::inventory {

using yaml::Node;

void set_map(Node& into, const char* key, Node map) {
  if (!map.entries().empty()) into.set(key, std::move(map));
}
void set_text(Node& into, const char* key, const std::string& value, const std::string& usual) {
  if (value != usual) into.set(key, value);
}
void set_span(Node& into, const char* key, std::chrono::milliseconds value, std::chrono::milliseconds usual) {
  if (value != usual) into.set(key, format_duration(value));
}

namespace {

Node needs_of(const Host& host, const std::string& of) {
  Node list = Node::list();
  for (const Need& need : host.needs)
    if (need.of == of) list.add(Node::text(need.host + (need.check.empty() ? "" : "/" + need.check)));
  return list;
}

Node check_node(const Host& host, const Check& check) {
  Node body = Node::map();
  std::visit([&body](const auto& one) { one.write(body); }, check);
  if (Node needs = needs_of(host, name_of(check)); !needs.items().empty())
    body.set("needs", std::move(needs));
  Node node = Node::map();
  node.set(std::string(kind(check)), std::move(body));
  return node;
}

Node thresholds_node(const Thresholds& now) {
  const Thresholds& usual = default_thresholds();
  Node node = Node::map();
  const auto add = [&](const char* key, Limit Thresholds::*limit, bool percent) {
    Node one = Node::map();
    const auto side = [&](const char* name, const std::optional<std::int64_t>& value,
                          const std::optional<std::int64_t>& was) {
      if (value == was) return;
      if (!value)
        one.set(name, "off");
      else if (percent)
        one.set(name, formatted("{}%", *value));
      else
        one.set(name, *value);
    };
    side("warn", (now.*limit).warn, (usual.*limit).warn);
    side("crit", (now.*limit).crit, (usual.*limit).crit);
    set_map(node, key, std::move(one));
  };
  add("disk_used", &Thresholds::disk_used, true);
  add("inode_used", &Thresholds::inode_used, true);
  add("memory_available", &Thresholds::memory_available, true);
  add("swap_used", &Thresholds::swap_used, true);
  add("load", &Thresholds::load, true);
  add("failed_units", &Thresholds::failed_units, false);
  add("security_updates", &Thresholds::security_updates, false);
  add("reboot_required", &Thresholds::reboot_required, false);
  add("handles_used", &Thresholds::handles_used, true);
  add("conntrack_used", &Thresholds::conntrack_used, true);
  add("zombies", &Thresholds::zombies, false);
  add("blocked_processes", &Thresholds::blocked_processes, false);
  add("clock_offset", &Thresholds::clock_offset, false);
  add("temperature", &Thresholds::temperature, false);
  add("services_restart", &Thresholds::services_restart, false);
  add("failed_logins", &Thresholds::failed_logins, false);
  add("sudo_denied", &Thresholds::sudo_denied, false);
  add("account_left", &Thresholds::account_left, false);
  add("ssh_weak_settings", &Thresholds::ssh_weak_settings, false);
  add("sysctl_weak", &Thresholds::sysctl_weak, false);
  add("world_writable", &Thresholds::world_writable, false);
  add("support_left", &Thresholds::support_left, false);
  add("timer_run", &Thresholds::timer_run, false);
  add("disk_left", &Thresholds::disk_left, false);
  add("new_errors", &Thresholds::new_errors, false);
  add("rtt_rise", &Thresholds::rtt_rise, true);
  add("warranty_left", &Thresholds::warranty_left, false);
  return node;
}

Node host_node(const Host& host, const Host& usual) {
  Node node = Node::map();
  node.set("name", host.name).set("address", host.address);
  set_text(node, "kind", host.kind, usual.kind);
  if (!host.groups.empty()) node.set("groups", Node::texts(host.groups));
  Node parents = Node::map();
  if (!host.parents.any.empty()) parents.set("any", Node::texts(host.parents.any));
  if (!host.parents.all.empty()) parents.set("all", Node::texts(host.parents.all));
  set_map(node, "parents", std::move(parents));
  if (Node needs = needs_of(host, {}); !needs.items().empty()) node.set("needs", std::move(needs));
  set_text(node, "jump", host.jump);
  Node login = Node::map();
  set_text(login, "measure", host.login.measure, usual.login.measure);
  set_text(login, "repair", host.login.repair, usual.login.repair);
  if (host.login.port != usual.login.port) login.set("port", int{host.login.port});
  set_map(node, "login", std::move(login));
  Node place = Node::map();
  set_text(place, "site", host.place.site);
  set_text(place, "rack", host.place.rack);
  set_text(place, "power", host.place.power);
  set_text(place, "hypervisor", host.place.hypervisor);
  set_map(node, "place", std::move(place));
  Node hardware = Node::map();
  set_text(hardware, "model", host.hardware.model);
  set_text(hardware, "serial", host.hardware.serial);
  Node warranty = Node::map();
  set_text(warranty, "vendor", host.hardware.warranty_vendor);
  set_text(warranty, "until", host.hardware.warranty_until);
  set_map(hardware, "warranty", std::move(warranty));
  set_map(node, "hardware", std::move(hardware));
  if (!host.checks.empty()) {
    Node checks = Node::list();
    for (const auto& check : host.checks) checks.add(check_node(host, check));
    node.set("checks", std::move(checks));
  }
  if (!host.listen.empty()) {
    Node list = Node::list();
    for (const Sockets& each : host.listen) list.add(Node::text(to_text(each)));
    node.set("listen", std::move(list));
  }
  set_map(node, "thresholds", thresholds_node(host.thresholds()));
  Node periods = Node::map();
  for (const auto& [section, period] : host.periods()) periods.set(section, format_duration(period));
  set_map(node, "periods", std::move(periods));
  return node;
}

std::string top_yaml(Node hosts) {
  Node top = Node::map();
  top.set("hosts", std::move(hosts));
  return yaml::write_canonical(top);
}

}  // namespace

Node hosts_node(std::span<const Host> hosts) {
  Node list = Node::list();
  for (const Host& host : hosts) list.add(host_node(host, {}));
  return list;
}

std::string hosts_yaml(std::span<const Host> hosts) {
  return top_yaml(hosts_node(hosts));
}

std::string host_yaml(const Host& host, const Host& usual) {
  return top_yaml(Node::list().add(host_node(host, usual)));
}

std::string window_yaml(const Window& window) {
  Node top = Node::map();
  top.set("hosts", Node::texts(window.hosts));
  top.set("from", format_instant(window.from)).set("until", format_instant(window.until));
  top.set("by", window.by).set("reason", window.reason);
  return yaml::write_canonical(top);
}

std::string settings_yaml(const Settings& settings) {
  Node top = Node::map();
  top.set("format", "jaga/settings@1").set("repo", settings.repo).set("organisation", settings.organisation);
  top.set("language", settings.language == Language::indonesian ? "id" : "en");
  top.set("letterhead", Node::texts(settings.letterhead));
  if (!settings.city.empty()) top.set("city", settings.city);
  if (!settings.address.empty()) top.set("address", settings.address);
  if (!settings.contact.empty()) top.set("contact", Node::texts(settings.contact));
  if (!settings.emblem.empty()) top.set("emblem", settings.emblem);
  if (!settings.classification.empty()) top.set("classification", settings.classification);
  if (!settings.board.empty()) top.set("board", settings.board);
  if (settings.paper == Settings::PaperSize::f4) top.set("paper", "F4");
  Node keeping = Node::map();
  keeping.set("rounds", format_duration(settings.keep_rounds));
  top.set("keeping", std::move(keeping));
  if (settings.record == Settings::Rounds::changes) top.set("record", "changes");
  return yaml::write_canonical(top);
}

}  // namespace jaga::inventory
