#include "base/text.hpp"
#include "document/paper_parts.hpp"
#include "incident/clocks.hpp"

namespace jaga::document {
namespace {

using yaml::Node;

Node office_node(const Office& office, Instant printed) {
  return Node::map()
      .set("agency", office.agency)
      .set("address", office.address)
      .set("city", office.city)
      .set("letterhead", Node::texts(office.letterhead.lines))
      .set("date", office.calendar.date(printed))
      .set("day", office.calendar.weekday(printed))
      .set("date_in_words", office.calendar.in_words(printed));
}

Node official_node(const Official& one) {
  return Node::map()
      .set("name", one.name)
      .set("rank", one.rank)
      .set("nip", one.nip)
      .set("position", join(one.position, ", "));
}

Node results_node(const std::vector<incident::Result>& results, Language language) {
  Node out = Node::list();
  for (const incident::Result& result : results)
    out.add(Node::map()
                .set("host", result.host)
                .set("check", result.check)
                .set("state", round::name(result.state))
                .set("text", result.text.in(language)));
  return out;
}

}  // namespace

Node values(const IncidentPaper& of) {
  const PaperWriter w(of, "");
  const incident::State& state = w.state;
  const auto when = [&](const incident::Made& made) {
    return w.calendar.moment(made.occurred.value_or(made.at));
  };
  Node out = Node::map();
  out.set("office", office_node(of.office, of.printed)).set("number", of.number);
  out.set("incident", Node::map()
                          .set("id", state.id)
                          .set("fault", w.fault_text())
                          .set("fault_key", state.monitor.fault_key)
                          .set("summary", state.monitor.summary_in(w.calendar.language))
                          .set("opened", when(state.opened))
                          .set("head", state.head.text())
                          .set("finished", state.finished()));
  out.set("device", Node::map()
                        .set("host", of.device.host)
                        .set("address", of.device.address)
                        .set("place", of.device.place)
                        .set("model", of.device.model)
                        .set("serial", of.device.serial)
                        .set("warranty", of.device.warranty));
  out.set("vendor", Node::map()
                        .set("name", of.vendor ? of.vendor->name : "")
                        .set("address", of.vendor ? of.vendor->address : "")
                        .set("contract", of.vendor ? of.vendor->contract : "")
                        .set("warranty", of.vendor ? of.vendor->warranty : "")
                        .set("telephone", of.vendor ? of.vendor->telephone : ""));
  const incident::Analyze* analysis = state.analysis ? &state.analysis->body : nullptr;
  out.set("basis", Node::texts(of.basis));
  out.set("cause", Node::texts(analysis != nullptr ? texts_in(analysis->evidence, w.calendar.language)
                                             : std::vector<std::string>{}));
  out.set("affected", Node::texts(analysis != nullptr ? analysis->symptoms : std::vector<std::string>{}));
  out.set("plan", w.plan_sentence()).set("part", analysis != nullptr ? analysis->part_in(w.calendar.language) : "");
  out.set("risk", of.if_left.in(w.calendar.language));
  const auto decided = [&](const auto& decision, sop::Step step) {
    Node node =
        official_node(decision ? w.of_decided(decision->made, decision->body.paper) : w.of_step(step));
    node.set("decided", decision.has_value()).set("time", decision ? when(decision->made) : "");
    node.set("reason", decision ? decision->body.reason.value_or("") : "");
    return node;
  };
  out.set("approval", decided(state.approval, sop::Step::approve)
                          .set("until", state.approval ? w.calendar.moment(state.approval->body.until) : ""));
  out.set("verification", decided(state.verified, sop::Step::verify));
  out.set("acceptance", decided(state.accepted, sop::Step::accept));
  Node runs = Node::list();
  for (const incident::Run& run : state.runs)
    runs.add(official_node(w.of_made(run.made))
                 .set("what", w.run_sentence(run))
                 .set("from", when(run.made))
                 .set("until", run.ended ? when(*run.ended) : "")
                 .set("outcome", run.end ? incident::name(run.end->outcome) : std::string_view())
                 .set("technician", run.end ? run.end->technician.value_or("") : "")
                 .set("reply", run.end ? run.end->reply.value_or("") : ""));
  out.set("repairs", std::move(runs));
  Node parts = Node::list();
  for (const incident::Run& run : state.runs)
    if (run.end)
      for (const incident::Part& part : run.end->parts)
        parts.add(Node::map().set("removed", part.removed).set("installed", part.installed));
  out.set("parts", std::move(parts));
  const auto measured = incident::measured(state, of.incident.notes);
  out.set("before", results_node(measured ? measured->before : state.monitor.results, w.calendar.language));
  out.set("after", results_node(measured ? measured->after : std::vector<incident::Result>{}, w.calendar.language));
  Node steps = Node::list();
  for (const incident::Clock& clock : incident::clocks(state, of.incident.procedure, of.incident.now))
    steps.add(Node::map()
                  .set("number", of.incident.procedure.row(clock.step).no)
                  .set("step", w.step_name(clock.step))
                  .set("pass", clock.pass)
                  .set("began", w.calendar.moment(clock.began))
                  .set("ended", clock.ended ? w.calendar.moment(*clock.ended) : "")
                  .set("worked", w.calendar.span(clock.net))
                  .set("standard", clock.standard ? w.calendar.span(*clock.standard) : "")
                  .set("late", clock.late()));
  out.set("steps", std::move(steps));
  Node evidence = Node::list();
  for (const Attachment& one : of.evidence)
    evidence.add(Node::map()
                     .set("name", one.name)
                     .set("person", one.person)
                     .set("time", w.calendar.moment(one.at))
                     .set("digest", one.digest.text())
                     .set("text", one.text));
  out.set("evidence", std::move(evidence));
  const incident::Archive* archive = state.archived ? &state.archived->body : nullptr;
  out.set("storage", Node::map()
                         .set("part", archive != nullptr ? incident::name(archive->part) : std::string_view())
                         .set("where", archive != nullptr ? archive->where.value_or("") : "")
                         .set("received_by", archive != nullptr ? archive->received_by.value_or("") : "")
                         .set("sanitised", archive != nullptr ? archive->sanitised.value_or("") : ""));
  return out;
}

Node values(const ProcedurePaper& of) {
  const sop::Header& header = of.procedure.header;
  Node steps = Node::list();
  for (const sop::Row& row : of.procedure.steps) {
    steps.add(Node::map()
                  .set("number", row.no)
                  .set("step", sop::name(row.step))
                  .set("activity", row.source)
                  .set("reading", row.reading)
                  .set("actors", of.procedure.role_titles(row.roles, of.office.calendar.language))
                  .set("at_hand", row.at_hand)
                  .set("time", row.standard ? of.office.calendar.span(*row.standard) : "")
                  .set("output", row.output));
  }
  return Node::map()
      .set("office", office_node(of.office, of.printed))
      .set("number", header.number)
      .set("title", header.title)
      .set("made", of.office.calendar.date_of(header.made))
      .set("revised", of.office.calendar.date_of(header.revised))
      .set("effective", of.office.calendar.date_of(header.effective))
      .set("steps", std::move(steps));
}

}  // namespace jaga::document
