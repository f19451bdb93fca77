#include "document/incident_view.hpp"

#include "base/duration.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "document/incident_lines.hpp"
#include "document/plan_view.hpp"
#include "document/words.hpp"
#include "incident/clocks.hpp"
#include "incident/note.hpp"

namespace jaga::document {
namespace {

class View {
 public:
  View(const IncidentView& of, const Locale& locale) : of_(of), locale_(locale) {}

  std::vector<Block> blocks() {
    words(of_.state.id, Tone::bold);
    words(subject_line(locale_, of_.state));
    due();
    doubts();
    cause();
    if (of_.state.analysis) {
      heading(msg("Plan"));
      for (const std::string& line : plan_lines(locale_, of_.state.analysis->plan)) words(line);
    }
    if (const auto runs = run_lines(locale_, of_.state); !runs.empty()) {
      heading(msg("Repair"));
      for (const std::string& line : runs) words(line);
    }
    results();
    records();
    notes();
    clocks();
    return std::move(out_);
  }

 private:
  std::string text(const Message& message) const { return locale_.text(message); }
  void words(std::string line, Tone tone = Tone::none) {
    if (out_.empty() || !std::holds_alternative<Lines>(out_.back())) out_.emplace_back(Lines{});
    std::get<Lines>(out_.back()).add(std::move(line), tone);
  }
  void words(const Message& message, Tone tone = Tone::none) { words(text(message), tone); }
  void heading(const Message& message) { out_.emplace_back(Heading{text(message)}); }

  void due() {
    if (of_.due) {
      const auto titles = [&](const std::vector<std::string>& roles) {
        return of_.procedure.role_titles(roles, locale_.language);
      };
      words(msg("next step: {step}, by {who}",
                {{"who", of_.due->only ? *of_.due->only : titles(of_.due->roles)}})
                .with("step", sop::word(of_.due->step)));
      if (!of_.due->what.empty()) words(of_.due->what);
      if (of_.due->withdrawal)
        for (const std::string& line : withdrawal_lines(locale_, of_.state, of_.procedure)) words(line);
      if (!of_.due->escalated.empty())
        words(msg("waiting so long that these roles may act, too: {roles}",
                  {{"roles", titles(of_.due->escalated)}}));
      if (of_.due->next && of_.due->next->at)
        words(msg("from {time}, also: {roles}",
                  {{"time", locale_.time(*of_.due->next->at)}, {"roles", titles(of_.due->next->roles)}}));
    } else {
      words(of_.state.withdrawn  ? msg("finished: withdrawn, {outcome}: {reason}",
                                       {{"outcome", end_text(locale_, of_.state.withdrawn->body)},
                                        {"reason", of_.state.withdrawn->body.reason}})
            : of_.state.archived ? msg("finished: archived as {bag}", {{"bag", of_.state.archived->body.bag}})
                                 : msg("finished"),
            Tone::green);
    }
  }

  // What it belongs to, and what must be known before it is trusted.
  void doubts() {
    if (of_.state.monitor.reopens)
      words(msg("reopens {incident}, which had the same fault", {{"incident", *of_.state.monitor.reopens}}));
    if (!of_.reopened_by.empty()) words(msg("same fault again: {incident}", {{"incident", of_.reopened_by}}));
    for (const std::string& one : of_.duplicates)
      words(msg("closed as a duplicate of this incident: {incident}", {{"incident", one}}));
    if (of_.state.forked)
      words(msg("forked: two clones continued it; close the fork with 'jaga merge {incident} -m REASON'",
                {{"incident", of_.state.id}}),
            Tone::red);
    for (const Message& remark : record::clock_remarks(of_.chain, of_.now)) words(remark, Tone::yellow);
    for (const incident::Violation& violation : of_.state.violations) {
      words(msg("record {seq} ({kind}) breaks a rule: {what}",
                {{"seq", std::to_string(violation.seq)},
                 {"kind", word(violation.kind, locale_.language)},
                 {"what", text(violation.what)}}),
            Tone::red);
    }
    if (of_.due)
      for (const std::string& line : left_behind_lines(locale_, of_.state.left_behind()))
        words(line, Tone::yellow);
    if (const auto no = of_.due ? last_no_lines(locale_, of_.state) : std::vector<std::string>{};
        !no.empty()) {
      heading(msg("Last rejection"));
      for (const std::string& line : no) words(line);
    }
  }

  void cause() {
    if (!of_.state.analysis) return;
    const incident::Analyze& body = of_.state.analysis->body;
    heading(msg("Cause"));
    words(body.fault + " " + body.root + (body.object.empty() ? "" : " " + body.object) +
          (of_.state.analysis->proposal ? text(msg(" (a machine's proposal, to be confirmed)")) : ""));
    for (const Sentence& line : body.evidence) words("  + " + line.in(locale_.language));
    for (const Sentence& line : body.against) words("  - " + line.in(locale_.language));
    if (!body.symptoms.empty()) words(msg("symptoms: {list}", {{"list", join(body.symptoms, ", ")}}));
    if (body.part) words(msg("spare part: {part}", {{"part", body.part_in(locale_.language)}}));
    const Message::Arguments by = {
        {"person", actor_of(locale_, of_.state.analysis->made)},
        {"role", of_.procedure.role_title(of_.state.analysis->made.by.role, locale_.language)}};
    words(of_.state.analysis->proposed
              ? msg("confirmed by {person} ({role}), as {machine} proposed it",
                    {{"person", actor_of(locale_, of_.state.analysis->made)},
                     {"role", of_.procedure.role_title(of_.state.analysis->made.by.role, locale_.language)},
                     {"machine", of_.state.analysis->proposed->by.person}})
              : msg("analyzed by {person} ({role})", by));
    if (body.reason) words(msg("reason: {reason}", {{"reason", *body.reason}}));
    if (const auto earlier = earlier_analyses(of_.chain, of_.state); !earlier.empty()) {
      heading(msg("Earlier analyses"));
      for (const record::Record* record : earlier) {
        const record::By& who = record->envelope.by;
        const std::string part = record->body.text_at("part");
        const std::string object = record->body.text_at("object");
        const std::string reason = record->body.text_at("reason");
        words(who.person + " (" + of_.procedure.role_title(who.role, locale_.language) +
              "): " + record->body.text_at("fault") + " " + record->body.text_at("root") +
              (object.empty() ? "" : " " + object) + ", " +
              text(msg("plan {name}", {{"name", plan_name(record->body)}})) +
              (part.empty() ? "" : ", " + text(msg("spare part: {part}", {{"part", part}}))) +
              (reason.empty() ? "" : ": " + reason));
      }
    }
  }

  void results() {
    const auto measured = incident::measured(of_.state, of_.notes);
    if (measured && !(measured->before.empty() && measured->after.empty())) {
      heading(msg("Before"));
      for (const incident::Result& result : measured->before) {
        words(result_lines(locale_, std::span(&result, 1)).front(), tone_of(result.state));
      }
      heading(msg("After, measured {when}", {{"when", locale_.time(measured->at)}}));
      for (const incident::Result& result : measured->after) {
        words(result_lines(locale_, std::span(&result, 1)).front(), tone_of(result.state));
      }
    }
  }

  void records() {
    heading(msg("Records"));
    Table table;
    for (const record::Record& record : of_.chain.records) {
      const record::Envelope& envelope = record.envelope;
      const registry::Delegation* letter = of_.delegation_of ? of_.delegation_of(envelope) : nullptr;
      table.rows.push_back({formatted("{:04}", envelope.seq), word(envelope.kind, locale_.language),
                            locale_.time(envelope.occurred.value_or(envelope.at)),
                            envelope.by.person + (letter == nullptr ? "" : " (" + letter->letter + ")"),
                            gist(locale_, record)});
    }
    out_.emplace_back(std::move(table));
  }

  void notes() {
    if (of_.notes.empty()) return;
    heading(msg("Notes"));
    Table table;
    for (const record::Note& note : of_.notes) {
      const std::string name = note.kind == "evidence" ? note.body.text_at("name") : "";
      const std::string said = incident::said(note).in(locale_.language);
      table.rows.push_back({locale_.time(note.at), word(note.kind, locale_.language), note.by.person,
                            name.empty() || said.empty() ? name + said : name + ": " + said});
    }
    out_.emplace_back(std::move(table));
  }

  void clocks() {
    heading(msg("Time"));
    Table table{{locale_.text(msg("step")), locale_.head(msg("from")), locale_.text(msg("elapsed")),
                 locale_.text(msg("paused")), locale_.text(msg("worked")), locale_.text(msg("standard")),
                 locale_.head(msg("deadline"))},
                {}};
    for (const incident::Clock& clock : incident::clocks(of_.state, of_.procedure, of_.now)) {
      table.rows.push_back({locale_.text(sop::word(clock.step)) +
                                (clock.superseded ? ", " + locale_.text(msg("earlier analysis")) : "") +
                                (clock.pass > 1 ? ", " + attempt_text(locale_, clock.pass) : ""),
                            locale_.local(clock.began), span_text(clock.gross),
                            clock.paused.count() > 0 ? work_text(clock.paused) : "", work_text(clock.net),
                            clock.standard ? work_text(*clock.standard) + (clock.late() ? " !" : "") : "-",
                            clock.deadline ? locale_.local(*clock.deadline) : ""});
      table.tones.push_back(clock.late() ? Tone::yellow : Tone::none);
    }
    out_.emplace_back(std::move(table));
  }

  const IncidentView& of_;
  const Locale& locale_;
  std::vector<Block> out_;
};

}  // namespace

std::vector<Block> incident_view(const IncidentView& incident, const Locale& locale) {
  return View(incident, locale).blocks();
}

}  // namespace jaga::document
