// The whole file of an incident, and what all its papers are listed by.
#include <array>

#include "base/text.hpp"
#include "document/incident_lines.hpp"
#include "document/paper_parts.hpp"
#include "document/words.hpp"
#include "incident/clocks.hpp"

namespace jaga::document {
namespace {

constexpr std::size_t kMostOutput = 12'000;  // lines of what all commands printed

void identity(PaperWriter& w) {
  w.out.begin("identity");
  w.heading(msg("A. Identity"));
  Pairs pairs{w.device_rows()};
  pairs.rows.emplace_back(w.text(msg("Incident")), w.state.id);
  pairs.rows.emplace_back(w.text(msg("Fault")), w.fault_text());
  pairs.rows.emplace_back(w.text(msg("Reported")),
                          w.calendar.moment(w.state.opened.occurred.value_or(w.state.opened.at)));
  pairs.rows.emplace_back(w.text(msg("Found by")), w.of_made(w.state.opened).name);
  pairs.rows.emplace_back(w.text(msg("Summary")), w.state.monitor.summary_in(w.calendar.language));
  if (w.state.monitor.reopens)
    pairs.rows.emplace_back(w.text(msg("The same fault before")), *w.state.monitor.reopens);
  const std::string status =
      w.state.archived    ? w.text(msg("finished, archived"))
      : w.state.withdrawn ? w.text(msg("closed without repair"))
      : w.state.phase     ? w.text(msg("open, step {n}: {step}",
                                       {{"n", std::to_string(w.of.incident.procedure.row(*w.state.phase).no)},
                                        {"step", w.step_name(*w.state.phase)}}))
                          : w.text(msg("finished"));
  pairs.rows.emplace_back(w.text(msg("Status")), status);
  if (w.state.withdrawn) pairs.rows.emplace_back(w.text(msg("Reason")), w.state.withdrawn->body.reason);
  w.out.add(std::move(pairs));
}

void cause(PaperWriter& w) {
  w.out.begin("cause");
  w.heading(msg("B. Cause"));
  if (!w.state.analysis) return w.say(msg("No cause was recorded."));
  const incident::Analyze& body = w.state.analysis->body;
  List lines;
  for (const Sentence& line : body.evidence) lines.items.push_back(line.in(w.calendar.language));
  for (const Sentence& line : body.against)
    lines.items.push_back(w.text(msg("contradicting: {text}", {{"text", line.in(w.calendar.language)}})));
  w.out.add(std::move(lines));
  w.out.add(Pairs{{{w.text(msg("Also affected")), join(body.symptoms, ", ")},
                   {w.text(msg("Analysed by")), w.of_made(w.state.analysis->made).name},
                   {w.text(msg("Reason")), body.reason.value_or("")},
                   {w.text(msg("Plan")), w.plan_sentence()},
                   {w.text(msg("Spare part")), body.part_in(w.calendar.language)}}});
}

void time(PaperWriter& w) {
  w.out.begin("steps");
  w.heading(msg("C. Time of each step against the standard"));
  w.out.add(w.steps());
  Figure figure = gantt(w.of.incident, w.calendar);
  if (!figure.svg.empty()) w.out.add(std::move(figure));
}

// Every yes and no, as it was recorded, and why work began anew.
void decisions(PaperWriter& w) {
  w.out.begin("decisions");
  w.heading(msg("D. Decisions"));
  Table table{{w.text(msg("No")), w.text(msg("Time")), w.text(msg("Decision")), w.text(msg("By")),
               w.text(msg("Reason or remark")), w.text(msg("Key"))},
              {}};
  table.widths = {6, 15, 17, 18, 26, 18};
  for (const record::Record& record : w.of.incident.chain.records) {
    const record::Envelope& e = record.envelope;
    const auto step = sop::parse_step(e.kind);
    const bool no = e.kind == "reject";
    if (!no && e.kind != "withdraw" && !(step && sop::is_decision(*step))) continue;
    const auto rejected = no ? sop::parse_step(record.body.text_at("step")) : std::optional<sop::Step>{};
    std::string what =
        no ? w.text(msg("rejected: {step}",
                        {{"step", rejected ? w.step_name(*rejected) : record.body.text_at("step")}}))
        : step
            ? w.text(msg("approved: {step}", {{"step", w.step_name(*step)}}))
            : w.text(msg("close without repair: {outcome}", {{"outcome", word(record.body.text_at("outcome"), w.calendar.language)}}));
    const yaml::Node* paper = record.body.find("paper");
    const std::string person = paper != nullptr ? paper->text_at("decided_by") : e.by.person;
    const std::string role = paper != nullptr ? paper->text_at("role") : e.by.role;
    const Official who =
        official(w.of.registered, w.of.incident.procedure, person, role, e.at, w.calendar.language);
    std::vector<std::string> said;
    for (const char* key : {"reason", "correction", "override"})
      if (const std::string text = record.body.text_at(key); !text.empty()) said.push_back(text);
    if (paper != nullptr)
      said.push_back(w.text(msg("on paper, entered by {person}", {{"person", e.by.person}})));
    table.rows.push_back({std::to_string(e.seq), w.calendar.brief(e.occurred.value_or(e.at)), what,
                          who.name + "\n" + join(who.position, ", "), join(said, "\n"), e.key});
  }
  if (table.rows.empty())
    w.say(msg("None yet."));
  else
    w.out.add(std::move(table));
}

void work(PaperWriter& w) {
  w.out.begin("work");
  w.heading(msg("E. Work carried out"));
  if (w.state.runs.empty()) w.say(msg("None yet."));
  std::size_t number = 0;
  std::size_t lines_left = kMostOutput;
  for (const incident::Run& run : w.state.runs) {
    w.out.add(Heading{std::to_string(++number) + ". " + w.run_sentence(run), 2});
    const std::string outcome = !run.end ? w.text(msg("not finished"))
                                : run.end->outcome == incident::RepairOutcome::done ? w.text(msg("done"))
                                : run.end->outcome == incident::RepairOutcome::given_up
                                    ? w.text(msg("given up"))
                                    : w.text(msg("without success"));
    Pairs pairs{{{w.text(msg("From")), w.calendar.moment(run.made.occurred.value_or(run.made.at))},
                 {w.text(msg("Until")),
                  run.ended ? w.calendar.moment(run.ended->occurred.value_or(run.ended->at)) : std::string()},
                 {w.text(msg("Outcome")), outcome},
                 {w.text(msg("As an emergency")), run.body.emergency.value_or("")},
                 {w.text(msg("Ratified by")),
                  run.ratified && !run.rejected ? w.of_made(*run.ratified).name : std::string()},
                 {run.body.mode == incident::RepairMode::vendor ? w.text(msg("Requested work"))
                                                                : w.text(msg("Remark")),
                  run.body.reason != run.body.emergency ? run.body.reason.value_or("") : std::string()}}};
    if (run.end && run.end->reason && run.end->reason->text() != run.body.reason)
      pairs.rows.emplace_back(w.text(msg("Remark on the result")), run.end->reason->in(w.calendar.language));
    if (run.end) {
      pairs.rows.emplace_back(w.text(msg("Technician")), run.end->technician.value_or(""));
      pairs.rows.emplace_back(w.text(msg("Arrived")),
                              run.end->arrived ? w.calendar.moment(*run.end->arrived) : std::string());
      pairs.rows.emplace_back(w.text(msg("Left")),
                              run.end->left ? w.calendar.moment(*run.end->left) : std::string());
      pairs.rows.emplace_back(w.text(msg("Reported by the vendor")), run.end->reply.value_or(""));
    }
    w.out.add(std::move(pairs));
    if (run.commands.empty()) continue;
    Table table{{w.text(msg("Host")), w.text(msg("Command")), w.text(msg("Started")), w.text(msg("Result"))},
                {}};
    table.widths = {20, 34, 18, 28};
    const plan::Frozen* plan = w.state.analysis ? &w.state.analysis->plan : nullptr;
    const Locale locale{w.calendar.language, [&](Instant at) { return w.calendar.brief(at); }};
    for (const incident::CommandRun& command : run.commands) {
      const auto n = static_cast<std::size_t>(command.start.n - 1);
      const auto* list = plan == nullptr ? nullptr : run.body.rollback ? &plan->rollback : &plan->commands;
      const std::string title =
          list != nullptr && n < list->size() ? (*list)[n].title.in(w.calendar.language) : std::string();
      table.rows.push_back({command.start.target, std::to_string(command.start.n) + ". " + title,
                            w.calendar.brief(command.began.at), end_text(locale, command.end)});
    }
    w.out.add(std::move(table));
    Lines printed;
    for (const incident::CommandRun& command : run.commands) {
      if (!command.end || !w.of.output) continue;
      for (const auto& digest : {command.end->out, command.end->err}) {
        if (!digest) continue;
        const auto bytes = w.of.output(*digest);
        printed.add(command.start.target + " " + std::to_string(command.start.n) + ", " + digest->text() +
                    (bytes ? ":" : ": " + w.text(msg("not in this copy"))));
        if (!bytes) continue;
        for (const std::string& line : split(trim(*bytes), '\n')) {
          if (lines_left == 0) break;
          --lines_left;
          printed.add("  " + line);
        }
      }
    }
    if (lines_left == 0) printed.add(w.text(msg("The remainder is in the evidence.")));
    if (!printed.lines.empty()) w.out.add(std::move(printed));
  }
}

void results(PaperWriter& w) {
  w.out.begin("parts");
  w.heading(msg("F. Spare parts"));
  w.add_parts();
  w.out.begin("result");
  w.heading(msg("G. Before and after"));
  w.add_measurements();
}

void evidence(PaperWriter& w) {
  w.out.begin("evidence");
  w.heading(msg("H. Attached evidence"));
  if (w.of.evidence.empty()) {
    w.say(msg("None."));
  } else {
    Table table{{w.text(msg("No")), w.text(msg("Name of the file")), w.text(msg("Added by")), w.text(msg("Time")),
                 w.text(msg("Bytes")), w.text(msg("Digest"))},
                {}};
    table.widths = {6, 23, 17, 13, 10, 31};
    for (const Attachment& one : w.of.evidence)
      table.rows.push_back({std::to_string(table.rows.size() + 1),
                            one.name + (one.text.empty() ? "" : ": " + one.text), w.name_of(one.person),
                            w.calendar.brief(one.at),
                            one.size ? w.calendar.number(static_cast<std::int64_t>(*one.size))
                                     : w.text(msg("not in this copy")),
                            one.digest.text()});
    w.out.add(std::move(table));
  }
  w.out.begin("photos");
  for (const Photo& photo : w.of.photos) w.out.add(Figure{"", photo.image, photo.name, {photo.name}});
  if (!w.of.not_shown.empty())
    w.say(msg("Pictures kept but not shown here: {names}", {{"names", join(w.of.not_shown, ", ")}}));
}

constexpr std::array<std::string_view, 6> kPapers = {"approval",     "vendor",   "repair",
                                                     "verification", "handover", "incident"};

}  // namespace

void write_incident(PaperWriter& w) {
  w.head({w.text(msg("INCIDENT FILE")), w.state.id});
  identity(w);
  cause(w);
  time(w);
  decisions(w);
  work(w);
  results(w);
  evidence(w);
  w.binding();
}

std::span<const std::string_view> incident_papers() {
  return kPapers;
}

Document incident_paper(std::string_view kind, const IncidentPaper& of) {
  PaperWriter writer(of, std::string(kind) + " " + of.incident.state.id);
  if (kind == "approval") {
    writer.out.title = writer.text(msg("Approval sheet, {incident}", {{"incident", of.incident.state.id}}));
    write_approval(writer);
  } else if (kind == "vendor") {
    writer.out.title =
        writer.text(msg("Letter to the vendor, {incident}", {{"incident", of.incident.state.id}}));
    write_vendor(writer);
  } else if (kind == "repair") {
    writer.out.title =
        writer.text(msg("Minutes of the repair, {incident}", {{"incident", of.incident.state.id}}));
    write_repair(writer);
  } else if (kind == "verification") {
    writer.out.title = writer.text(
        msg("Report on a server that works again, {incident}", {{"incident", of.incident.state.id}}));
    write_verification(writer);
  } else if (kind == "handover") {
    writer.out.title =
        writer.text(msg("Handover of the old part, {incident}", {{"incident", of.incident.state.id}}));
    write_handover(writer);
  } else {
    writer.out.title = writer.text(msg("Incident file, {incident}", {{"incident", of.incident.state.id}}));
    write_incident(writer);
  }
  return std::move(writer.out);
}

std::vector<Message> missing(std::string_view kind, const IncidentPaper& of) {
  const incident::State& state = of.incident.state;
  std::vector<Message> out;
  const bool analysed = state.analysis.has_value();
  if ((kind == "approval" || kind == "vendor") && !analysed)
    out.push_back(msg("the analysis (jaga analyze)"));
  bool has_vendor = analysed && state.analysis->plan.run == plan::Run::vendor;
  for (const incident::Run& run : state.runs)
    has_vendor = has_vendor || run.body.mode == incident::RepairMode::vendor;
  if (kind == "vendor" && !has_vendor)
    out.push_back(msg("a vendor (neither the plan nor a repair names one)"));
  if ((kind == "repair" || kind == "verification") && state.runs.empty())
    out.push_back(msg("a repair (jaga repair INCIDENT)"));
  if (kind == "handover" && !state.part_replaced())
    out.push_back(msg("a replaced part (no repair recorded one)"));
  if (kind == "handover" && !state.archived && !state.accepted)
    out.push_back(msg("the acceptance (jaga accept INCIDENT)"));
  return out;
}

}  // namespace jaga::document
