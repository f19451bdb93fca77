#include "workflow/office_rules.hpp"

#include "base/text.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kFolder = "rules/";
constexpr std::string_view kEnding = ".yaml";

}  // namespace

OfficeRules office_rules(const Context& context) {
  OfficeRules out;
  std::vector<fault::Office> office;
  for (const store::Item& item : context.directory->list("rules")) {
    if (item.kind != store::Item::Kind::file || !item.name.ends_with(kEnding)) continue;
    const std::string name = item.name.substr(0, item.name.size() - kEnding.size());
    if (is_name(name)) {
      office.push_back({name, context.directory->require(std::string(kFolder) + item.name)});
      continue;
    }
    out.wrong.emplace_back(ExitCode::config,
                           msg("not the name of a fault type: '{name}'", {{"name", printable(name)}}),
                           msg("rename '{file}'", {{"file", std::string(kFolder) + printable(item.name)}}));
  }
  out.catalogue = fault::catalogue(office, &out.wrong);
  return out;
}

std::optional<fault::Rule> office_rule(const Context& context, const std::string& fault) {
  if (!is_name(fault)) return std::nullopt;
  std::optional<fault::Office> own;
  const std::string file = std::string(kFolder) + fault + std::string(kEnding);
  if (auto bytes = context.directory->read(file)) own = fault::Office{fault, std::move(*bytes)};
  return fault::find_rule(fault, own);
}

std::vector<Message> lint_office_rules(const OfficeRules& rules) {
  std::vector<Message> out;
  for (const auto& [id, rule] : rules.catalogue.rules)
    if (rule.file.starts_with(kFolder))
      for (Message& wrong : fault::lint(rule)) out.push_back(std::move(wrong));
  return out;
}

}  // namespace jaga::workflow
