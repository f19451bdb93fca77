// A type of fault and a plan of the catalogues, as a person reads them before there is an incident.
#pragma once

#include <string>
#include <vector>

#include "document/document.hpp"
#include "document/locale.hpp"
#include "fault/catalogue.hpp"
#include "plan/plan.hpp"

namespace jaga::document {

// "clean-disk mount={object}".
std::string suggestion_text(const fault::Suggestion& suggestion);
std::vector<Block> rule_view(const fault::Rule& rule, const Locale& locale);
// With its scripts, whose lines begin with "| ".
std::vector<Block> template_view(const plan::Template& plan, const Locale& locale);
// How it is carried out: over SSH, here, by a person, by a vendor.
Message run_word(plan::Run run);

}  // namespace jaga::document
