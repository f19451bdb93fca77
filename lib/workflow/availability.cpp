#include "workflow/availability.hpp"

#include "base/date.hpp"
#include "base/error.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "sop/sop.hpp"
#include "workflow/summaries.hpp"

namespace jaga::workflow {

document::AvailabilityReport availability_of(const Context& context, const std::vector<std::string>& hosts,
                                             Instant since, Language language) {
  constexpr std::chrono::days kMost{3660};
  const Instant now = context.now();
  if (since > now || since < now - kMost)
    throw Error{ExitCode::usage,
                msg("{option} must be a time of the last ten years", {{"option", "--since"}}),
                msg("write it like 30d, 2026-11-01 or yesterday")};
  document::AvailabilityReport report;
  report.calendar = {language, context.sop->calendar.utc_offset};
  report.organisation = context.settings->organisation;
  report.printed = now;
  const std::vector<const inventory::Host*> selected = context.inventory->select(hosts);
  Days days = read_days(context, iso_date(since, report.calendar.utc_offset));
  report.first = days.first;
  report.last = days.last;
  for (const inventory::Host* host : selected) {
    report.sites[host->name] = host->place.site;
    report.hosts[host->name] = std::move(days.hosts[host->name]);
  }
  report.remarks = std::move(days.remarks);
  return report;
}

}  // namespace jaga::workflow
