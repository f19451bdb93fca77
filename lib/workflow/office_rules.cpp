#include "workflow/office_rules.hpp"

#include "base/text.hpp"
#include "store/directory.hpp"
#include "store/edited.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kFolder = "rules/";
constexpr std::string_view kEnding = ".yaml";

}  // namespace

OfficeRules office_rules(const Office& office) {
  OfficeRules out;
  std::vector<fault::OfficeRule> own;
  std::vector<store::EditedFile> files;
  if (office.directory) files = store::edited_files(*office.directory, "rules");
  for (store::EditedFile& file : files) {
    if (is_name(file.stem)) {
      own.push_back({std::move(file.stem), std::move(file.bytes)});
      continue;
    }
    out.wrong.emplace_back(ExitCode::config,
                           msg("invalid fault type name: '{name}'", {{"name", printable(file.stem)}}),
                           msg("rename '{file}'", {{"file", printable(file.path)}}));
  }
  out.catalogue = fault::catalogue(own, &out.wrong);
  return out;
}

std::optional<fault::Rule> office_rule(const Office& office, const std::string& fault) {
  if (!is_name(fault)) return std::nullopt;
  std::optional<fault::OfficeRule> own;
  const std::string file = std::string(kFolder) + fault + std::string(kEnding);
  if (auto bytes = office.directory->read(file)) own = fault::OfficeRule{fault, std::move(*bytes)};
  return fault::find_rule(fault, own);
}

std::vector<Message> lint_office_rules(const OfficeRules& rules) {
  std::vector<Message> out;
  for (const auto& [id, rule] : rules.catalogue.rules)
    if (rule.file.starts_with(kFolder))
      for (Message& wrong : fault::lint(rule)) out.push_back(std::move(wrong));
  return out;
}

Error no_such_type(const Office& office, const std::string& fault) {
  const OfficeRules rules = office_rules(office);
  std::vector<std::string> names;
  for (const auto& rule : rules.catalogue.rules) names.push_back(rule.first);
  const std::string near = nearest(fault, names);
  return Error{ExitCode::no_input, msg("unknown fault type '{type}'", {{"type", printable(fault)}}),
               near.empty()
                   ? msg("'jaga rules' lists all types")
                   : msg("did you mean '{name}'?", {{"name", near}})};
}

void require_type(const Office& office, const std::string& type) {
  if (!office_rule(office, type)) throw no_such_type(office, type);
}

}  // namespace jaga::workflow
