#include "fault/catalogue.hpp"

#include <embedded/rule_auth_failure.hpp>
#include <embedded/rule_disk_full.hpp>
#include <embedded/rule_failed_unit.hpp>
#include <embedded/rule_filtered.hpp>
#include <embedded/rule_host_down.hpp>
#include <embedded/rule_host_key_changed.hpp>
#include <embedded/rule_host_key_unknown.hpp>
#include <embedded/rule_memory_pressure.hpp>
#include <embedded/rule_monitor_isolated.hpp>
#include <embedded/rule_overload.hpp>
#include <embedded/rule_packet_loss.hpp>
#include <embedded/rule_service_down.hpp>
#include <embedded/rule_service_hung.hpp>

namespace jaga::fault {
namespace {

struct Builtin {
  std::string_view id;
  std::string_view bytes;
};
// A function, since the embedded views of other files may not be ready while this one's globals are made.
const std::vector<Builtin>& builtin_rules() {
  static const std::vector<Builtin> kRules = {
      {"auth-failure", embedded::rule_auth_failure},
      {"disk-full", embedded::rule_disk_full},
      {"failed-unit", embedded::rule_failed_unit},
      {"filtered", embedded::rule_filtered},
      {"host-down", embedded::rule_host_down},
      {"host-key-changed", embedded::rule_host_key_changed},
      {"host-key-unknown", embedded::rule_host_key_unknown},
      {"memory-pressure", embedded::rule_memory_pressure},
      {"monitor-isolated", embedded::rule_monitor_isolated},
      {"overload", embedded::rule_overload},
      {"packet-loss", embedded::rule_packet_loss},
      {"service-down", embedded::rule_service_down},
      {"service-hung", embedded::rule_service_hung},
  };
  return kRules;
}

}  // namespace

std::string_view name(Severity severity) {
  return severity == Severity::warning ? "warning" : "critical";
}

const Rule* Catalogue::find(std::string_view id) const {
  const auto found = rules.find(std::string(id));
  return found == rules.end() ? nullptr : &found->second;
}

std::vector<std::string> builtin_rule_names() {
  std::vector<std::string> names;
  for (const auto& rule : builtin_rules()) names.emplace_back(rule.id);
  return names;
}

Catalogue catalogue(std::span<const Office> office) {
  Catalogue out;
  for (const auto& one : office) {
    Rule rule = parse_rule(one.bytes, "rules/" + one.name + ".yaml", one.name);
    out.rules.emplace(one.name, std::move(rule));
  }
  for (const auto& one : builtin_rules()) {
    const std::string id(one.id);
    if (!out.rules.contains(id)) out.rules.emplace(id, parse_rule(one.bytes, id + ".yaml", id));
  }
  return out;
}

}  // namespace jaga::fault
