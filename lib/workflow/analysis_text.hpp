// A person's analysis as a text to edit, as the message of a commit is. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workflow/analysis.hpp"

namespace jaga::workflow {

struct AnalysisText {
  std::string incident;
  std::string by;                  // who made the last analysis; empty: there is none
  incident::Analyze last;          // initial_analysis()
  std::vector<std::string> types;  // that may be named
  std::vector<std::string> plans;
};

// "fault: TYPE", "plan: NAME", "parameter: KEY=VALUE" (of several lines: not shown, kept), "part: TEXT" as
// `last` with `options` over it, then why; all else behind '#'. Values from a host are in the middle,
// where no editor looks for commands to itself.
std::string analysis_text(const AnalysisText& about, const OwnAnalysis& options, Language language);

// The text when it comes back. Lines that begin with '#' and what is blank at the ends are left out; a line
// that is not there leaves what was. Throws Error{usage} with the line.
OwnAnalysis parse_analysis_text(std::string_view text, std::string_view file);

// Whether the person said anything: something is otherwise than in `last`, or they say why.
bool says_anything(const OwnAnalysis& options, const incident::Analyze& last);

}  // namespace jaga::workflow
