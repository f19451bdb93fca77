// The plans of this directory, built in and the office's own: looking them up, and freezing one for its
// targets.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "plan/plan.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// Template `plan` filled in and frozen for `host`: targets from the inventory and the register's pins, no
// network. Throws what plan::find and plan::freeze throw.
plan::Frozen freeze_plan(const Office& office, const std::string& plan,
                         const std::vector<std::pair<std::string, std::string>>& parameters,
                         const std::string& host);

plan::Frozen freeze_plan(const Office& office, const std::string& plan,
                         const std::vector<std::pair<std::string, std::string>>& parameters,
                         const std::vector<std::string>& hosts);

// Built in and of the office, by name; without a directory those that are built in.
std::vector<std::string> plan_names(const Office& office);
// Throws what plan::find throws.
plan::Template find_plan(const Office& office, const std::string& name);

// What is wrong with the plans of the office, plans/*.yaml: the first of each, with file, line and column.
std::vector<Error> faulty_plans(const Office& office);

// Whether a record's plan is what this installation's template of that name gives.
bool is_unmodified(const Office& office, const plan::Frozen& plan);
// Error{not_permitted} where a target of a plan that runs is not, by key and machine-id, the host that the
// register pins now: an analysis may have been written by hand.
void require_pinned(const Office& office, const plan::Frozen& plan);

}  // namespace jaga::workflow
