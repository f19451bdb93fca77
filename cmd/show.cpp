// jaga show INCIDENT[:SEQ]
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>

#include "base/text.hpp"
#include "incident/clocks.hpp"
#include "plan_view.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "show_json.hpp"
#include "workflow/history.hpp"
#include "workflow/incidents.hpp"

namespace jaga::cmd {
namespace {

void show_record(Session& session, const record::Record& record) {
  Ui& ui = session.ui();
  if (session.json()) {
    ui.json(yaml::Node::map()
                .set("digest", record.digest.text())
                .set("seq", static_cast<std::int64_t>(record.envelope.seq))
                .set("kind", record.envelope.kind)
                .set("at", format_instant(record.envelope.at))
                .set("person", record.envelope.by.person)
                .set("role", record.envelope.by.role)
                .set("key", record.envelope.key)
                .set("body", record.body));
    return;
  }
  // A record holds nothing that a terminal would obey; its reader has made sure of that.
  ui.raw(record.bytes);
}

void heading(Ui& ui, const Message& message) {
  ui.print("");
  ui.print(message, Colour::bold);
}

ExitCode show_incident(Session& session, const workflow::Incident& incident) {
  Ui& ui = session.ui();
  const incident::State& state = incident.state;
  const std::optional<incident::Due> due = incident.due();
  const std::string reopened = due ? std::string() : workflow::reopened_by(session.context(), incident.id);
  if (session.json()) {
    ui.json(incident_json(incident, reopened, workflow::duplicates_of(session.context(), incident.id)));
    return ExitCode::ok;
  }
  ui.words(incident.id, Colour::bold);
  ui.words(state.monitor.fault_key + (state.monitor.summary.empty() ? "" : ": " + state.monitor.summary));
  if (due) {
    const auto titles = [&](const std::vector<std::string>& roles) {
      std::vector<std::string> out;
      for (const std::string& role : roles) out.push_back(incident.procedure.role_title(role, ui.language()));
      return join(out, ", ");
    };
    ui.words(msg("due: {step}, by {who}", {{"step", std::string(sop::name(due->step))},
                                           {"who", due->only ? *due->only : titles(due->roles)}}));
    if (!due->what.empty()) ui.words(due->what);
    if (due->withdrawal)
      for (const std::string& line : withdrawal_lines(session, incident)) ui.words(line);
    if (!due->escalated.empty())
      ui.words(msg("it has waited so long that these may too: {roles}", {{"roles", titles(due->escalated)}}));
    if (due->next && due->next->at)
      ui.words(msg("from {time} on also: {roles}",
                   {{"time", session.local(*due->next->at)}, {"roles", titles(due->next->roles)}}));
  } else {
    ui.words(state.withdrawn  ? msg("finished: withdrawn, {outcome}: {reason}",
                                    {{"outcome", end_text(session, state.withdrawn->body)},
                                     {"reason", state.withdrawn->body.reason}})
             : state.archived ? msg("finished: archived as {bag}", {{"bag", state.archived->body.bag}})
                              : msg("finished"),
             Colour::green);
  }
  if (state.monitor.reopens)
    ui.words(
        msg("reopens {incident}, which was about the same fault", {{"incident", *state.monitor.reopens}}));
  if (!reopened.empty()) ui.words(msg("the same fault again: {incident}", {{"incident", reopened}}));
  for (const std::string& one : workflow::duplicates_of(session.context(), incident.id))
    ui.words(msg("closed as its duplicate: {incident}", {{"incident", one}}));
  if (state.forked)
    ui.words(msg("forked: two clones went on with it; close it with 'jaga merge {incident} -m REASON'",
                 {{"incident", incident.id}}),
             Colour::red);
  for (const Message& remark : record::clock_remarks(incident.chain, incident.now))
    ui.words(remark, Colour::yellow);
  for (const incident::Violation& violation : state.violations) {
    ui.words(msg("record {seq} ({kind}) breaks a rule: {what}", {{"seq", std::to_string(violation.seq)},
                                                                 {"kind", violation.kind},
                                                                 {"what", ui.text(violation.what)}}),
             Colour::red);
  }
  if (due)
    for (const std::string& line : left_behind_lines(ui, state.left_behind())) ui.words(line, Colour::yellow);
  if (const auto no = due ? last_no_lines(ui, state) : std::vector<std::string>{}; !no.empty()) {
    heading(ui, msg("Last no"));
    for (const std::string& line : no) ui.words(line);
  }
  if (state.analysis) {
    const incident::Analyze& body = state.analysis->body;
    heading(ui, msg("Cause"));
    ui.words(body.fault + " " + body.root + (body.object.empty() ? "" : " " + body.object) +
             (state.analysis->proposal ? ui.text(msg(" (a machine's proposal, to be confirmed)")) : ""));
    for (const std::string& line : body.evidence) ui.words("  + " + line);
    for (const std::string& line : body.against) ui.words("  - " + line);
    if (!body.symptoms.empty()) ui.words(msg("symptoms: {list}", {{"list", join(body.symptoms, ", ")}}));
    if (body.part) ui.words(msg("spare part: {part}", {{"part", *body.part}}));
    const Message::Arguments by = {{"person", actor_of(ui, state.analysis->made)},
                                   {"role", state.analysis->made.by.role}};
    ui.words(state.analysis->proposed ? msg("confirmed by {person} ({role}), as {machine} proposed it",
                                            {{"person", actor_of(ui, state.analysis->made)},
                                             {"role", state.analysis->made.by.role},
                                             {"machine", state.analysis->proposed->by.person}})
                                      : msg("judged by {person} ({role})", by));
    if (body.reason) ui.words(msg("reason: {reason}", {{"reason", *body.reason}}));
    if (const auto earlier = earlier_analyses(incident); !earlier.empty()) {
      heading(ui, msg("Analyses before it"));
      for (const record::Record* record : earlier) {
        const record::By& who = record->envelope.by;
        const std::string part = record->body.text_at("part");
        const std::string object = record->body.text_at("object");
        const std::string reason = record->body.text_at("reason");
        ui.words(who.person + " (" + who.role + "): " + record->body.text_at("fault") + " " +
                 record->body.text_at("root") + (object.empty() ? "" : " " + object) + ", " +
                 ui.text(msg("plan {name}", {{"name", plan_name(record->body)}})) +
                 (part.empty() ? "" : ", " + ui.text(msg("spare part: {part}", {{"part", part}}))) +
                 (reason.empty() ? "" : ": " + reason));
      }
    }
    heading(ui, msg("Plan"));
    for (const std::string& line : plan_lines(ui, state.analysis->plan)) ui.words(line);
  }
  if (const auto runs = run_lines(session, state); !runs.empty()) {
    heading(ui, msg("Repair"));
    for (const std::string& line : runs) ui.words(line);
  }
  const auto measured = incident::measured(state, incident.notes);
  if (measured && !(measured->before.empty() && measured->after.empty())) {
    heading(ui, msg("Before"));
    for (const incident::Result& result : measured->before) {
      ui.words(result_lines(ui, std::span(&result, 1)).front(), colour_of(result.state));
    }
    heading(ui, msg("After, measured {when}", {{"when", session.local(measured->at)}}));
    for (const incident::Result& result : measured->after) {
      ui.words(result_lines(ui, std::span(&result, 1)).front(), colour_of(result.state));
    }
  }
  heading(ui, msg("Records"));
  Table records;
  for (const record::Record& record : incident.chain.records) {
    char seq[8];
    std::snprintf(seq, sizeof seq, "%04u", record.envelope.seq);
    records.row(
        {seq, record.envelope.kind, session.local(record.envelope.occurred.value_or(record.envelope.at)),
         record.envelope.by.person, role_with_letter(session.context(), record.envelope), gist(record)});
  }
  records.print(ui);
  if (!incident.notes.empty()) {
    heading(ui, msg("Notes"));
    Table notes;
    for (const record::Note& note : incident.notes) {
      const std::string name = note.kind == "evidence" ? note.body.text_at("name") : "";
      const std::string text = note.body.text_at("text");
      notes.row({session.local(note.at), note.kind, note.by.person,
                 name.empty() || text.empty() ? name + text : name + ": " + text});
    }
    notes.print(ui);
  }
  heading(ui, msg("Time"));
  Table clocks(
      {std::string(translate("step", ui.language())), std::string(translate("from", ui.language())),
       std::string(translate("elapsed", ui.language())), std::string(translate("paused", ui.language())),
       std::string(translate("worked", ui.language())), std::string(translate("standard", ui.language())),
       std::string(translate("deadline", ui.language()))});
  for (const incident::Clock& clock : incident::clocks(state, incident.procedure, incident.now)) {
    clocks.row(
        {std::string(sop::name(clock.step)) +
             (clock.superseded ? ", " + std::string(translate("earlier analysis", ui.language())) : "") +
             (clock.pass > 1 ? " (" + std::to_string(clock.pass) + ")" : ""),
         session.local(clock.began), span_text(clock.gross),
         clock.paused.count() > 0 ? work_text(clock.paused) : "", work_text(clock.net),
         clock.standard ? work_text(*clock.standard) + (clock.late() ? " !" : "") : "-",
         clock.deadline ? session.local(*clock.deadline) : ""},
        clock.late() ? Colour::yellow : Colour::none);
  }
  clocks.print(ui);
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
                msg("'{text}' is no number of a record", {{"text", printable(what.substr(colon + 1))}}),
                msg("write INCIDENT:3 for its third record")};
  }
  bool found = false;
  for (const record::Record& record : incident.chain.records) {
    if (record.envelope.seq != seq) continue;
    show_record(session, record);
    found = true;
  }
  if (!found) {
    throw Error{ExitCode::no_input,
                msg("'{incident}' has no record {seq}", {{"incident", id}, {"seq", std::to_string(seq)}}),
                msg("it has {count}", {{"count", std::to_string(incident.chain.records.size())}})};
  }
  return ExitCode::ok;
}

}  // namespace

void setup_show(Setup& setup) {
  auto what = std::make_shared<std::string>();
  setup.argument("INCIDENT[:SEQ]", *what, msg("an incident, or one of its records by number"));
  setup.run([what](Session& session) { return show(session, *what); });
}

}  // namespace jaga::cmd
