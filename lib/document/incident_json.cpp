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

Json analysis_json(const record::By& by, const std::string& at, const yaml::Node& body) {
  return Json{
      {"person", by.person},
      {"role", by.role},
      {"at", at},
      {"fault", body.text_at("fault")},
      {"root", body.text_at("root")},
      {"object", body.text_at("object")},
      {"plan", plan_name(body)},
      {"part", body.text_at("part")},
      {"reason", body.text_at("reason")},
  };
}

Json analyses_json(const IncidentView& incident) {
  const incident::State& state = incident.state;
  Json analyses = Json::array();
  if (state.analysis) {
    const incident::Analysis& now = *state.analysis;
    Json one = analysis_json(now.made.by, format_instant(now.made.at), incident::to_node(now.body));
    one["proposal"] = now.proposal;
    one["confirms"] = now.body.confirms.has_value();
    analyses.push_back(std::move(one));
  }
  for (const record::Record* record : earlier_analyses(incident.chain, incident.state))
    analyses.push_back(analysis_json(record->envelope.by, format_instant(record->envelope.at), record->body));
  return analyses;
}

// Every yes and no in the order of their records, also those that count no more.
Json decisions_json(const IncidentView& incident) {
  Json decisions = Json::array();
  for (const record::Record& record : incident.chain.records) {
    const record::Envelope& envelope = record.envelope;
    const bool is_no = envelope.kind == "reject";
    const auto step = sop::parse_step(envelope.kind);
    if (!is_no && envelope.kind != "withdraw" && !(step && sop::is_decision(*step))) continue;
    Json one;
    one["step"] = is_no ? record.body.text_at("step") : envelope.kind;
    one["answer"] = is_no ? "no" : "yes";
    one["person"] = envelope.by.person;
    one["role"] = envelope.by.role;
    if (const auto* delegation = incident.delegation_of(envelope)) one["delegated_by"] = delegation->letter;
    one["at"] = format_instant(envelope.at);
    if (envelope.occurred) one["occurred"] = format_instant(*envelope.occurred);
    if (const yaml::Node* paper = record.body.find("paper"); paper != nullptr) {
      one["decided_by"] = paper->text_at("decided_by");
      one["decided_as"] = paper->text_at("role");
    }
    if (record.body.find("ratifies") != nullptr) one["ratifies"] = true;
    const auto said = [&](const char* key) { return record.body.text_at(key); };
    if (!said("outcome").empty()) one["outcome"] = said("outcome");
    if (!said("back").empty()) one["back"] = said("back");
    if (!said("reason").empty()) one["reason"] = said("reason");
    if (!said("correction").empty()) one["correction"] = said("correction");
    if (!said("override").empty()) one["override"] = said("override");
    one["digest"] = record.digest.text();
    decisions.push_back(std::move(one));
  }
  return decisions;
}

Json clocks_json(const IncidentView& incident) {
  Json clocks = Json::array();
  for (const incident::Clock& clock : incident::clocks(incident.state, incident.procedure, incident.now)) {
    Json one;
    one["step"] = sop::name(clock.step);
    one["pass"] = clock.pass;
    one["began"] = format_instant(clock.began);
    one["gross_ms"] = clock.gross.count();
    one["paused_ms"] = clock.paused.count();
    one["net_ms"] = clock.net.count();
    one["late"] = clock.late();
    if (clock.ended) one["ended"] = format_instant(*clock.ended);
    if (clock.standard) one["standard_ms"] = clock.standard->count();
    if (clock.deadline) one["deadline"] = format_instant(*clock.deadline);
    if (clock.superseded) one["superseded"] = true;
    clocks.push_back(std::move(one));
  }
  return clocks;
}

Json results_json(const std::vector<incident::Result>& results) {
  Json out = Json::array();
  for (const incident::Result& result : results)
    out.push_back(Json{
        {"host", result.host},
        {"check", result.check},
        {"state", round::name(result.state)},
        {"text", result.text.text()},
    });
  return out;
}

Json command_json(const incident::CommandRun& command) {
  Json one;
  one["target"] = command.start.target;
  one["n"] = command.start.n;
  one["began"] = format_instant(command.began.at);
  // Nobody recorded how it ended.
  one["end"] = command.end ? name(command.end->end) : "unknown";
  if (!command.end) return one;
  if (command.end->exit) one["exit"] = *command.end->exit;
  if (command.end->signal) one["signal"] = *command.end->signal;
  if (command.end->boot) one["boot"] = *command.end->boot;
  if (command.end->why) one["why"] = command.end->why->text();
  if (command.end->out) one["out"] = command.end->out->text();
  if (command.end->err) one["err"] = command.end->err->text();
  if (command.end->cut) one["cut"] = true;
  return one;
}

Json run_json(const incident::Run& run) {
  Json one;
  one["mode"] = incident::name(run.body.mode);
  one["person"] = run.made.by.person;
  one["began"] = format_instant(run.made.occurred.value_or(run.made.at));
  if (run.body.rollback) one["rollback"] = true;
  if (run.body.emergency) one["emergency"] = *run.body.emergency;
  if (run.ratified && run.rejected) one["rejected_by"] = run.ratified->by.person;
  if (run.ratified && !run.rejected) one["ratified_by"] = run.ratified->by.person;
  if (run.body.vendor) one["vendor"] = *run.body.vendor;
  if (run.end && run.end->reason)
    one["reason"] = run.end->reason->text();
  else if (run.body.reason)
    one["reason"] = *run.body.reason;
  if (run.continued) one["continued"] = true;
  if (run.left_behind) one["left_behind"] = true;
  if (run.made.letter) one["delegated_by"] = *run.made.letter;
  Json commands = Json::array();
  for (const incident::CommandRun& command : run.commands) commands.push_back(command_json(command));
  one["commands"] = std::move(commands);
  if (!run.end) return one;
  const incident::RepairEnd& end = *run.end;
  one["outcome"] = name(end.outcome);
  one["ended"] = format_instant(run.ended->occurred.value_or(run.ended->at));
  Json parts = Json::array();
  for (const incident::Part& part : end.parts)
    parts.push_back(Json{{"removed", part.removed}, {"installed", part.installed}});
  one["parts"] = std::move(parts);
  if (end.technician) one["technician"] = *end.technician;
  if (end.arrived) one["arrived"] = format_instant(*end.arrived);
  if (end.left) one["left"] = format_instant(*end.left);
  if (end.letter) one["letter"] = end.letter->text();
  if (end.reply) one["reply"] = *end.reply;
  return one;
}

}  // namespace

Json incident_json(const IncidentView& incident) {
  const incident::State& state = incident.state;
  const std::optional<incident::Due>& due = incident.due;
  Json node;
  node["incident"] = state.id;
  node["host"] = state.monitor.host;
  node["fault_key"] = state.monitor.fault_key;
  node["summary"] = state.monitor.summary;
  node["opened"] = format_instant(state.opened.at);
  node["finished"] = state.finished();
  node["forked"] = state.forked;
  Json remarks = Json::array();
  for (const Message& remark : record::clock_remarks(incident.chain, incident.now))
    remarks.push_back(remark.render(Language::english));
  node["remarks"] = std::move(remarks);
  if (due) node["due"] = sop::name(due->step);
  if (const auto severity = incident::severity_of(state.monitor)) node["severity"] = fault::name(*severity);
  if (state.monitor.reopens) node["reopens"] = *state.monitor.reopens;
  if (!incident.reopened_by.empty()) node["reopened_by"] = incident.reopened_by;
  if (!incident.duplicates.empty()) node["duplicates"] = incident.duplicates;
  if (const auto* last = state.last_rejection(); last != nullptr && due) {
    const incident::Reject& body = last->body;
    Json no;
    no["step"] = name(body.step);
    no["reason"] = body.reason;
    no["person"] = body.paper ? body.paper->decided_by : last->made.by.person;
    if (body.correction) no["correction"] = *body.correction;
    node["last_no"] = std::move(no);
  }
  node["head"] = state.head.text();
  node["records"] = incident.chain.records.size();
  node["notes"] = incident.notes.size();
  node["clocks"] = clocks_json(incident);
  node["analyses"] = analyses_json(incident);
  node["decisions"] = decisions_json(incident);
  Json runs = Json::array();
  for (const incident::Run& run : state.runs) runs.push_back(run_json(run));
  node["runs"] = std::move(runs);
  if (const auto measured = incident::measured(state, incident.notes)) {
    node["measured"] = format_instant(measured->at);
    node["before"] = results_json(measured->before);
    node["after"] = results_json(measured->after);
  }
  return node;
}

Json record_json(const record::Record& record) {
  const record::Envelope& envelope = record.envelope;
  Json node;
  node["digest"] = record.digest.text();
  node["seq"] = envelope.seq;
  node["kind"] = envelope.kind;
  node["at"] = format_instant(envelope.at);
  node["person"] = envelope.by.person;
  node["role"] = envelope.by.role;
  node["key"] = envelope.key;
  node["body"] = json_of(record.body);
  return node;
}

}  // namespace jaga::document
