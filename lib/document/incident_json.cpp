#include "document/incident_view.hpp"
#include "incident/clocks.hpp"

namespace jaga::document {

// The analyses before the one that holds, the newest first: what a machine or another person thought stays
// beside it. One that was only confirmed since is the same.
std::vector<const record::Record*> earlier_analyses(const record::Chain& chain,
                                                    const incident::State& state) {
  std::vector<const record::Record*> out;
  if (!state.analysis) return out;
  const incident::Analysis& now = *state.analysis;
  const auto& records = chain.records;
  for (auto at = records.rbegin(); at != records.rend(); ++at)
    if (at->envelope.kind == "analyze" && at->digest != now.made.record && at->digest != now.body.confirms)
      out.push_back(&*at);
  return out;
}

std::string plan_name(const yaml::Node& body) {
  const yaml::Node* plan = body.find("plan");
  return plan != nullptr ? plan->text_at("name") : std::string();
}

namespace {

yaml::Node analysis_json(const record::By& by, const std::string& at, const yaml::Node& body) {
  return yaml::Node::map()
      .set("person", by.person)
      .set("role", by.role)
      .set("at", at)
      .set("fault", body.text_at("fault"))
      .set("root", body.text_at("root"))
      .set("object", body.text_at("object"))
      .set("plan", plan_name(body))
      .set("part", body.text_at("part"))
      .set("reason", body.text_at("reason"));
}

yaml::Node analyses_json(const IncidentView& incident) {
  const incident::State& state = incident.state;
  yaml::Node analyses = yaml::Node::list();
  if (state.analysis) {
    const incident::Analysis& now = *state.analysis;
    analyses.add(analysis_json(now.made.by, format_instant(now.made.at), incident::to_node(now.body))
                     .set("proposal", now.proposal)
                     .set("confirms", now.body.confirms.has_value()));
  }
  for (const record::Record* record : earlier_analyses(incident.chain, incident.state))
    analyses.add(analysis_json(record->envelope.by, format_instant(record->envelope.at), record->body));
  return analyses;
}

// Every yes and no in the order of their records, also those that count no more.
yaml::Node decisions_json(const IncidentView& incident) {
  yaml::Node decisions = yaml::Node::list();
  for (const record::Record& record : incident.chain.records) {
    const record::Envelope& envelope = record.envelope;
    const bool is_no = envelope.kind == "reject";
    const auto step = sop::parse_step(envelope.kind);
    if (!is_no && envelope.kind != "withdraw" && !(step && sop::is_decision(*step))) continue;
    yaml::Node one = yaml::Node::map();
    one.set("step", is_no ? record.body.text_at("step") : envelope.kind).set("answer", is_no ? "no" : "yes");
    one.set("person", envelope.by.person).set("role", envelope.by.role);
    if (const auto* delegation = incident.delegation_of(envelope))
      one.set("delegated_by", delegation->letter);
    one.set("at", format_instant(envelope.at));
    if (envelope.occurred) one.set("occurred", format_instant(*envelope.occurred));
    if (const yaml::Node* paper = record.body.find("paper"); paper != nullptr)
      one.set("decided_by", paper->text_at("decided_by")).set("decided_as", paper->text_at("role"));
    if (record.body.find("ratifies") != nullptr) one.set("ratifies", true);
    const auto said = [&](const char* key) { return record.body.text_at(key); };
    if (!said("outcome").empty()) one.set("outcome", said("outcome"));
    if (!said("back").empty()) one.set("back", said("back"));
    if (!said("reason").empty()) one.set("reason", said("reason"));
    if (!said("correction").empty()) one.set("correction", said("correction"));
    if (!said("override").empty()) one.set("override", said("override"));
    one.set("digest", record.digest.text());
    decisions.add(std::move(one));
  }
  return decisions;
}

yaml::Node clocks_json(const IncidentView& incident) {
  yaml::Node clocks = yaml::Node::list();
  for (const incident::Clock& clock : incident::clocks(incident.state, incident.procedure, incident.now)) {
    yaml::Node one = yaml::Node::map();
    one.set("step", sop::name(clock.step)).set("pass", clock.pass).set("began", format_instant(clock.began));
    one.set("gross_ms", static_cast<std::int64_t>(clock.gross.count()));
    one.set("paused_ms", static_cast<std::int64_t>(clock.paused.count()));
    one.set("net_ms", static_cast<std::int64_t>(clock.net.count())).set("late", clock.late());
    if (clock.ended) one.set("ended", format_instant(*clock.ended));
    if (clock.standard) one.set("standard_ms", static_cast<std::int64_t>(clock.standard->count()));
    if (clock.deadline) one.set("deadline", format_instant(*clock.deadline));
    if (clock.superseded) one.set("superseded", true);
    clocks.add(std::move(one));
  }
  return clocks;
}

yaml::Node results_json(const std::vector<incident::Result>& results) {
  yaml::Node out = yaml::Node::list();
  for (const incident::Result& result : results)
    out.add(yaml::Node::map()
                .set("host", result.host)
                .set("check", result.check)
                .set("state", round::name(result.state))
                .set("text", result.text));
  return out;
}

yaml::Node command_json(const incident::CommandRun& command) {
  yaml::Node one = yaml::Node::map().set("target", command.start.target).set("n", command.start.n);
  one.set("began", format_instant(command.began.at));
  // Nobody recorded how it ended.
  one.set("end", command.end ? name(command.end->end) : "unknown");
  if (!command.end) return one;
  if (command.end->exit) one.set("exit", *command.end->exit);
  if (command.end->signal) one.set("signal", *command.end->signal);
  if (command.end->boot) one.set("boot", *command.end->boot);
  if (command.end->why) one.set("why", *command.end->why);
  if (command.end->out) one.set("out", command.end->out->text());
  if (command.end->err) one.set("err", command.end->err->text());
  if (command.end->cut) one.set("cut", true);
  return one;
}

yaml::Node run_json(const incident::Run& run) {
  yaml::Node one = yaml::Node::map().set("mode", incident::name(run.body.mode));
  one.set("person", run.made.by.person).set("began", format_instant(run.made.occurred.value_or(run.made.at)));
  if (run.body.rollback) one.set("rollback", true);
  if (run.body.emergency) one.set("emergency", *run.body.emergency);
  if (run.ratified && run.rejected) one.set("rejected_by", run.ratified->by.person);
  if (run.ratified && !run.rejected) one.set("ratified_by", run.ratified->by.person);
  if (run.body.vendor) one.set("vendor", *run.body.vendor);
  if (const auto& why = run.end && run.end->reason ? run.end->reason : run.body.reason)
    one.set("reason", *why);
  if (run.continued) one.set("continued", true);
  if (run.left_behind) one.set("left_behind", true);
  if (run.made.letter) one.set("delegated_by", *run.made.letter);
  yaml::Node commands = yaml::Node::list();
  for (const incident::CommandRun& command : run.commands) commands.add(command_json(command));
  one.set("commands", std::move(commands));
  if (!run.end) return one;
  const incident::RepairEnd& end = *run.end;
  one.set("outcome", name(end.outcome))
      .set("ended", format_instant(run.ended->occurred.value_or(run.ended->at)));
  yaml::Node parts = yaml::Node::list();
  for (const incident::Part& part : end.parts)
    parts.add(yaml::Node::map().set("removed", part.removed).set("installed", part.installed));
  one.set("parts", std::move(parts));
  if (end.technician) one.set("technician", *end.technician);
  if (end.arrived) one.set("arrived", format_instant(*end.arrived));
  if (end.left) one.set("left", format_instant(*end.left));
  if (end.letter) one.set("letter", end.letter->text());
  if (end.reply) one.set("reply", *end.reply);
  return one;
}

}  // namespace

yaml::Node incident_json(const IncidentView& incident) {
  const incident::State& state = incident.state;
  const std::optional<incident::Due>& due = incident.due;
  yaml::Node node = yaml::Node::map();
  node.set("incident", state.id).set("host", state.monitor.host).set("fault_key", state.monitor.fault_key);
  node.set("summary", state.monitor.summary).set("opened", format_instant(state.opened.at));
  node.set("finished", state.finished()).set("forked", state.forked);
  yaml::Node remarks = yaml::Node::list();
  for (const Message& remark : record::clock_remarks(incident.chain, incident.now))
    remarks.add(yaml::Node::text(remark.render(Language::english)));
  node.set("remarks", std::move(remarks));
  if (due) node.set("due", sop::name(due->step));
  if (const auto severity = incident::severity_of(state.monitor))
    node.set("severity", fault::name(*severity));
  if (state.monitor.reopens) node.set("reopens", *state.monitor.reopens);
  if (!incident.reopened_by.empty()) node.set("reopened_by", incident.reopened_by);
  if (!incident.duplicates.empty()) node.set("duplicates", yaml::Node::texts(incident.duplicates));
  if (const auto* last = state.last_rejection(); last != nullptr && due) {
    const incident::Reject& body = last->body;
    yaml::Node no = yaml::Node::map().set("step", name(body.step)).set("reason", body.reason);
    no.set("person", body.paper ? body.paper->decided_by : last->made.by.person);
    if (body.correction) no.set("correction", *body.correction);
    node.set("last_no", std::move(no));
  }
  node.set("head", state.head.text())
      .set("records", static_cast<std::int64_t>(incident.chain.records.size()));
  node.set("notes", static_cast<std::int64_t>(incident.notes.size()));
  node.set("clocks", clocks_json(incident));
  node.set("analyses", analyses_json(incident));
  node.set("decisions", decisions_json(incident));
  yaml::Node runs = yaml::Node::list();
  for (const incident::Run& run : state.runs) runs.add(run_json(run));
  node.set("runs", std::move(runs));
  if (const auto measured = incident::measured(state, incident.notes)) {
    node.set("measured", format_instant(measured->at));
    node.set("before", results_json(measured->before)).set("after", results_json(measured->after));
  }
  return node;
}

yaml::Node record_json(const record::Record& record) {
  return yaml::Node::map()
      .set("digest", record.digest.text())
      .set("seq", static_cast<std::int64_t>(record.envelope.seq))
      .set("kind", record.envelope.kind)
      .set("at", format_instant(record.envelope.at))
      .set("person", record.envelope.by.person)
      .set("role", record.envelope.by.role)
      .set("key", record.envelope.key)
      .set("body", record.body);
}

}  // namespace jaga::document
