#include "fault/catalogue.hpp"

#include <embedded/rules.hpp>

namespace jaga::fault {

std::string_view name(Severity severity) {
  return severity == Severity::warning ? "warning" : "critical";
}

std::optional<Severity> parse_severity(std::string_view text) {
  for (const Severity severity : {Severity::warning, Severity::critical})
    if (name(severity) == text) return severity;
  return std::nullopt;
}

const Rule* Catalogue::find(std::string_view id) const {
  const auto found = rules.find(std::string(id));
  return found == rules.end() ? nullptr : &found->second;
}

std::vector<std::string> builtin_rule_names() {
  std::vector<std::string> names;
  for (const embedded::Named& rule : embedded::rules) names.emplace_back(rule.name);
  return names;
}

std::optional<Rule> find_rule(std::string_view id, const std::optional<OfficeRule>& office) {
  try {
    if (office) return parse_rule(office->bytes, "rules/" + office->name + ".yaml", office->name);
    for (const embedded::Named& one : embedded::rules)
      if (one.name == id) return parse_rule(one.bytes, std::string(id) + ".yaml", id);
  } catch (const Error& error) {
    if (error.code() != ExitCode::config) throw;
  }
  return std::nullopt;
}

Catalogue catalogue(std::span<const OfficeRule> office, std::vector<Error>* wrong) {
  Catalogue out;
  for (const auto& one : office) {
    try {
      out.rules.emplace(one.name, parse_rule(one.bytes, "rules/" + one.name + ".yaml", one.name));
    } catch (const Error& error) {
      if (wrong == nullptr || error.code() != ExitCode::config) throw;
      wrong->push_back(error);
    }
  }
  for (const embedded::Named& one : embedded::rules) {
    const std::string id(one.name);
    if (!out.rules.contains(id)) out.rules.emplace(id, parse_rule(one.bytes, id + ".yaml", id));
  }
  return out;
}

}  // namespace jaga::fault
