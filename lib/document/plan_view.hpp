// A plan, an analysis and results of probes, as lines of a screen and of the preview of a decision.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "document/document.hpp"
#include "document/locale.hpp"
#include "incident/body.hpp"
#include "plan/plan.hpp"

namespace jaga::document {

// What an analysis found, and why its author says so.
std::vector<std::string> cause_lines(const Locale& locale, const incident::Analyze& analysis);
// The remarks after the title of a step; empty where none applies.
std::string step_marks(const Locale& locale, bool sudo, bool reboot, bool repeatable);
// The plan in short: its title, its values and the titles of its steps.
std::vector<std::string> plan_summary(const Locale& locale, const plan::Frozen& plan);
// The whole plan with its scripts and target identities: what the approver signs.
std::vector<std::string> plan_lines(const Locale& locale, const plan::Frozen& plan);
// What differs between two plans, in words; empty: nothing.
std::vector<std::string> plan_difference(const Locale& locale, const plan::Frozen& before,
                                         const plan::Frozen& now);
std::vector<std::string> result_lines(const Locale& locale, std::span<const incident::Result> results);
Tone tone_of(round::State state);

}  // namespace jaga::document
