#include "inventory/check.hpp"

#include <algorithm>
#include <embedded/inventory_thresholds.hpp>

#include "inventory/settings_tree.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {

const std::vector<std::string>& check_kinds() {
  static const std::vector<std::string> kKinds = {"icmp", "tcp", "ssh", "local", "http", "dns", "plugin"};
  return kKinds;
}

std::string_view kind(const Check& check) {
  return check_kinds().at(check.index());
}

std::string object(const Check& check) {
  if (const auto* tcp = std::get_if<TcpCheck>(&check)) return std::to_string(tcp->port);
  if (const auto* http = std::get_if<HttpCheck>(&check)) return http->url;
  if (const auto* dns = std::get_if<DnsCheck>(&check)) return dns->name + "/" + dns->type;
  if (const auto* plugin = std::get_if<PluginCheck>(&check)) return plugin->name;
  return {};
}

bool is_unit_name(std::string_view text) {
  if (text.empty() || text.size() > 255 || text.front() == '-' || text.front() == '.') return false;
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == text.size()) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
           c == '-' || c == '_' || c == '.' || c == '\\' || c == '@';
  });
}

const Thresholds& default_thresholds() {
  static const Thresholds kDefaults = [] {
    const yaml::Source source{"thresholds.yaml", ExitCode::software};
    return read_thresholds(yaml::parse_canonical(embedded::inventory_thresholds.canonical, source.file), source);
  }();
  return kDefaults;
}

}  // namespace jaga::inventory
