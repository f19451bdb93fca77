// jaga show INCIDENT[:SEQ]
#include <charconv>
#include <memory>

#include "base/text.hpp"
#include "document/incident_view.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "workflow/incidents.hpp"
#include "workflow/lookup.hpp"
#include "workflow/views.hpp"

namespace jaga::cmd {
namespace {

ExitCode show_incident(Session& session, const workflow::Incident& incident) {
  const document::IncidentView view = workflow::view_of(session.context(), incident);
  if (session.prints_values())
    session.ui().json(document::incident_json(view));
  else
    session.ui().show(document::incident_view(view, session.locale()));
  return ExitCode::ok;
}

ExitCode show(Session& session, const std::string& what) {
  const workflow::Context& context = session.context();
  const std::size_t colon = what.find(':');
  const std::string id = workflow::find_incident(context, what.substr(0, colon));
  const workflow::Incident incident = workflow::load_incident(context, id);
  if (colon == std::string::npos) return show_incident(session, incident);
  std::uint32_t seq = 0;
  const char* end = what.data() + what.size();
  const auto [stop, error] = std::from_chars(what.data() + colon + 1, end, seq);
  if (error != std::errc{} || stop != end) {
    throw Error{ExitCode::usage,
                msg("invalid record number '{text}'", {{"text", printable(what.substr(colon + 1))}}),
                msg("write INCIDENT:3 for its third record")};
  }
  bool found = false;
  for (const record::Record& record : incident.chain.records) {
    if (record.envelope.seq != seq) continue;
    if (session.prints_values())
      session.ui().json(document::record_json(record));
    else  // it holds nothing that a terminal would obey; its reader has made sure of that
      session.ui().raw(record.bytes);
    found = true;
  }
  if (!found) {
    throw Error{
        ExitCode::no_input,
        msg("'{incident}' has no record {seq}", {{"incident", id}, {"seq", std::to_string(seq)}}),
        msg("number of records: {count}", {{"count", std::to_string(incident.chain.records.size())}})};
  }
  return ExitCode::ok;
}

}  // namespace

void setup_show(Setup& setup) {
  auto what = std::make_shared<std::string>();
  setup.argument("INCIDENT[:SEQ]", *what, msg("an incident, or one of its records by number"));
  setup.paged();
  setup.run([what](Session& session) { return show(session, *what); });
}

}  // namespace jaga::cmd
