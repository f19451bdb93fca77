// The catalogue as it holds in this directory: the built-in rules and the office's own, rules/*.yaml.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "fault/catalogue.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

struct OfficeRules {
  fault::Catalogue catalogue;
  std::vector<Error> wrong;  // files that are no rule; they are left out
};
OfficeRules office_rules(const Context& context);

// What happens if nothing is done about a fault of that type; empty: no rule says it.
Title consequence_of(const Context& context, const std::string& fault);

// What fault::lint says of the office's own rules; those that are wrong are not among them.
std::vector<Message> lint_office_rules(const OfficeRules& rules);

}  // namespace jaga::workflow
