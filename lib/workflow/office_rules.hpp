// The catalogue as it holds in this directory: the built-in rules and the office's own, rules/*.yaml.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "fault/catalogue.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

struct OfficeRules {
  fault::Catalogue catalogue;
  std::vector<Error> wrong;  // files that are not rules; they are left out
};
// Without a directory those that are built in.
OfficeRules office_rules(const Office& office);

// The one rule of that type, without reading the others; nullopt: there is none, or it is wrong.
std::optional<fault::Rule> office_rule(const Office& office, const std::string& fault);

// Error{no_input}: no rule is of that type, with the nearest that is.
Error no_such_type(const Office& office, const std::string& fault);

// What fault::lint says of the office's own rules; those that are wrong are not among them.
std::vector<Message> lint_office_rules(const OfficeRules& rules);

// Throws no_such_type() if it is unknown: a misspelt type would be in the records forever.
void require_type(const Office& office, const std::string& type);

}  // namespace jaga::workflow
