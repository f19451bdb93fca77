#include "workflow/repaired.hpp"

#include <algorithm>

#include "base/debug.hpp"
#include "base/instant.hpp"
#include "record/kind.hpp"
#include "record/record.hpp"
#include "sop/sop.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/incidents.hpp"
#include "workflow/lookup.hpp"

namespace jaga::workflow {
namespace {

constexpr std::chrono::days kMonth{31};

// When the newest repair ended, and on which hosts.
void add(const Context& context, const store::IncidentListing& listing, Instant since,
         std::map<std::string, Instant>& to) {
  const auto end = std::find_if(
      listing.steps.rbegin(), listing.steps.rend(),
      [](const record::FileName& step) { return step.kind == record::name(record::Kind::repair_end); });
  if (end == listing.steps.rend()) return;
  const std::string file =
      record::ChainName::incident(listing.id).directory() + "/" + record::file_name(*end);
  const Instant at = record::parse_record(context.directory->require(file), file).envelope.at;
  if (at <= since) return;
  const Incident incident = judge_incident(context, listing.id, read_incident(context, listing.id));
  const auto note = [&](const std::string& host) {
    Instant& newest = to[host];
    newest = std::max(newest, at);
  };
  note(incident.state.monitor.host);
  if (incident.state.analysis)
    for (const plan::Target& target : incident.state.analysis->plan.targets) note(target.host);
}

}  // namespace

std::map<std::string, Instant> repaired_hosts(const Context& context, Instant since) {
  std::map<std::string, Instant> out;
  if (!context.register_chain) return out;
  const std::string oldest = compact_date(context.now() - kMonth, context.sop->calendar.utc_offset);
  for (const store::IncidentListing& listing : store::list_incidents(*context.directory)) {
    if (listing.id < oldest && listing.steps.back().kind == record::name(record::Kind::archive)) continue;
    try {
      add(context, listing, since, out);
    } catch (const Error& error) {
      if (error.code() != ExitCode::data && error.code() != ExitCode::no_input) throw;
      debug("monitor", "{}: {}", listing.id, error.message().render(Language::english));
    }
  }
  return out;
}

}  // namespace jaga::workflow
