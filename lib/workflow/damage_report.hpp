// The routine report on types of damage, of what lies in the working directory.
#pragma once

#include <string>
#include <vector>

#include "document/damage_report.hpp"
#include "statistics/facts.hpp"
#include "workflow/papers.hpp"

namespace jaga::workflow {

struct CountedIncidents {
  std::vector<statistics::IncidentFacts> facts;   // by id
  std::vector<document::NotCounted> not_counted;  // by id
};
// Every incident that was not archived before `from`, by its records at context.now(). One that is
// damaged, or whose newest record is not signed by whom it names, is not counted. Throws Error{interrupted}.
CountedIncidents count_incidents(const Context& context, Instant from);

// Of wish.period ("2026-11", or "2026" of kind "yearly"); without one, the month or year of wish.printed.
// Throws Error{usage} for a text that is not a period, or one that has not begun.
MadePaper damage_report(const Context& context, const PaperWish& wish, document::Office office,
                        std::vector<std::string> basis);

// Writes the report of the month of context.now() as reports/monthly-2026-11.html and .csv, in the office's
// language and with its templates; answers the first one's path. Throws what make_paper() and
// Folder::replace() throw.
std::string refresh_month(const ActingContext& context);

}  // namespace jaga::workflow
