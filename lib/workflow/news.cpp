#include "workflow/news.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {
namespace {

Message violation_of(const incident::State& state, const record::Record& record) {
  const auto found = std::ranges::find(state.violations, record.digest, &incident::Violation::record);
  return found == state.violations.end() ? Message{} : found->what;
}

}  // namespace

record::FileName Event::file() const {
  return *record::parse_file_name(record::file_name(record().envelope));
}

News news(const Context& context, const KnownRecord& known, const std::optional<incident::Person>& person) {
  struct At {
    Instant time;
    Event event;
  };
  std::vector<At> found;
  News out;
  for (const store::IncidentListing& listing : store::list_incidents(*context.directory)) {
    if (std::ranges::all_of(listing.steps, [&](const auto& step) { return known(listing.id, step); }))
      continue;
    if (context.stop.stop_requested()) throw Error{ExitCode::interrupted, msg("interrupted")};
    try {
      const auto incident = std::make_shared<const Incident>(load_incident(context, listing.id));
      const std::vector<record::Record>& records = incident->chain.records;
      Instant time{};  // never before that of the record before it, whatever its clock said
      for (std::size_t n = 0; n < records.size(); ++n) {
        time = std::max(time, records[n].envelope.at);
        Event event{incident, n};
        if (known(listing.id, event.file())) continue;
        event.violation = violation_of(incident->state, records[n]);
        if (n + 1 == records.size() && !incident->state.forked) {
          event.due = incident->due();
          event.mine = person && incident::waits_for(incident->state, incident->procedure, *person,
                                                     incident->now, context.registered.get());
        }
        found.push_back({time, std::move(event)});
      }
    } catch (const Error& error) {
      if (must_end(error)) throw;
      out.unreadable.push_back({listing.id, error.message()});
    }
  }
  std::ranges::stable_sort(found, {}, &At::time);
  for (At& one : found) out.events.push_back(std::move(one.event));
  return out;
}

}  // namespace jaga::workflow
