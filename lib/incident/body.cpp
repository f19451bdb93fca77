#include "incident/body.hpp"

#include <array>
#include <span>

#include "base/id.hpp"
#include "base/text.hpp"
#include "incident/choice.hpp"
#include "record/kind.hpp"
#include "yaml/fields.hpp"
#include "yaml/sentence.hpp"
#include "yaml/title.hpp"

namespace jaga::incident {

using record::Kind;
using yaml::Fields;
using yaml::Node;

Node results_node(const std::vector<Result>& results) {
  Node list = Node::list();
  for (const auto& result : results) {
    Node item = Node::map();
    item.set("host", result.host)
        .set("check", result.check)
        .set("state", round::name(result.state))
        .set("text", result.text.text());
    yaml::put_message(item, "message", result.text);
    list.add(std::move(item));
  }
  return list;
}
std::vector<Result> results_of(Fields& fields, std::string_view key) {
  std::vector<Result> results;
  for (const Node& node : fields.list(key)) {
    Fields item(node, fields.source());
    Result result;
    result.host = item.text("host");
    result.check = item.text("check");
    result.state = choice(item, "state", kStates);
    result.text = yaml::sentence_of(item, "message", item.possibly_empty("text"));
    item.finish();
    results.push_back(std::move(result));
  }
  return results;
}

namespace {

constexpr std::array kSeverities = {fault::Severity::warning, fault::Severity::critical};
constexpr std::array kBack = {sop::Step::analyze, sop::Step::approve, sop::Step::repair, sop::Step::verify};
constexpr std::int64_t kMost = 1'000'000;

void put(Node& node, const char* key, const std::optional<std::string>& value) {
  if (value) node.set(key, *value);
}
void put(Node& node, const char* key, const std::optional<Sentence>& value) {
  if (!value) return;
  node.set(key, value->text());
  yaml::put_message(node, "message", *value);
}
std::optional<Sentence> optional_sentence(Fields& fields, const char* key) {
  auto text = fields.optional_text(key);
  if (!text) return std::nullopt;
  return yaml::sentence_of(fields, "message", std::move(*text));
}
void put(Node& node, const char* key, const std::optional<Digest>& value) {
  if (value) node.set(key, value->text());
}
void put(Node& node, const char* key, const std::optional<Instant>& value) {
  if (value) node.set(key, format_instant(*value));
}
void put(Node& node, const char* key, const std::optional<std::int64_t>& value) {
  if (value) node.set(key, *value);
}

void put(Node& node, const char* key, const std::optional<Title>& title) {
  if (title) node.set(key, yaml::title_node(*title));
}
std::optional<Title> title_in(Fields& fields, const char* key) {
  const Node* node = fields.optional_map(key);
  return node == nullptr ? std::nullopt : std::optional<Title>(yaml::title_of(*node, fields.source()));
}

void put(Node& node, const std::optional<Paper>& paper) {
  if (!paper) return;
  Node map = Node::map();
  map.set("decided_by", paper->decided_by).set("role", paper->role).set("scan", paper->scan.text());
  node.set("paper", std::move(map));
}
std::optional<Paper> paper_of(Fields& fields) {
  const Node* node = fields.optional_map("paper");
  if (node == nullptr) return std::nullopt;
  Fields map(*node, fields.source());
  Paper paper{map.name("decided_by"), map.name("role"), map.digest("scan")};
  map.finish();
  return paper;
}

void put(Node& node, const std::optional<Summary>& summary) {
  if (summary) node.set("summary", to_node(*summary));
}
std::optional<Summary> summary_in(Fields& fields) {
  const Node* node = fields.optional_map("summary");
  return node == nullptr ? std::nullopt : std::optional<Summary>(summary_of_node(*node, fields.source()));
}

Node node_of(const Monitor& body) {
  Node node = Node::map();
  node.set("source", name(body.source));
  put(node, "round", body.round);
  node.set("fault_key", body.fault_key).set("host", body.host).set("summary", body.summary);
  put(node, "title", body.title);
  node.set("results", results_node(body.results));
  if (body.severity) node.set("severity", fault::name(*body.severity));
  put(node, "reopens", body.reopens);
  if (!body.decisions_carry.empty()) node.set("decisions_carry", Node::texts(body.decisions_carry));
  put(node, "confirmed", body.confirmed);
  return node;
}
Monitor monitor_of(Fields& fields) {
  Monitor body;
  body.source = choice<FaultSource>(fields, "source");
  body.round = fields.optional_digest("round");
  body.fault_key = fields.text("fault_key");
  body.host = fields.name("host", 40);
  body.summary = fields.possibly_empty("summary");
  body.title = title_in(fields, "title");
  body.results = results_of(fields, "results");
  if (fields.has("severity")) body.severity = choice(fields, "severity", kSeverities);
  if (fields.has("reopens")) {
    body.reopens = fields.name("reopens");
    if (!is_incident_id(*body.reopens))
      throw fields.error("reopens", msg("invalid incident id: '{text}'", {{"text", *body.reopens}}));
  }
  if (fields.has("decisions_carry")) {
    body.decisions_carry = fields.texts("decisions_carry");
    // What nobody here can check would be believed unchecked.
    if (body.decisions_carry != std::vector<std::string>{std::string(kCarried)})
      throw fields.error(
          "decisions_carry",
          msg("unknown part of a decision: '{text}'", {{"text", join(body.decisions_carry, ", ")}}),
          msg("install the version that wrote it, or a newer one"));
  }
  body.confirmed = fields.optional_instant("confirmed");
  return body;
}

Node node_of(const Analyze& body) {
  Node node = Node::map();
  node.set("fault", body.fault).set("root", body.root).set("object", body.object);
  node.set("symptoms", Node::texts(body.symptoms))
      .set("evidence", Node::texts(texts_in(body.evidence, Language::english)));
  yaml::put_messages(node, "evidence_messages", body.evidence);
  node.set("against", Node::texts(texts_in(body.against, Language::english)));
  yaml::put_messages(node, "against_messages", body.against);
  Node candidates = Node::list();
  for (const auto& candidate : body.candidates) {
    Node item = Node::map();
    item.set("fault", candidate.fault).set("why", candidate.why.text());
    yaml::put_message(item, "message", candidate.why);
    candidates.add(std::move(item));
  }
  node.set("candidates", std::move(candidates)).set("plan", body.plan);
  put(node, "part", body.part);
  put(node, "part_title", body.part_title);
  put(node, "confirms", body.confirms);
  put(node, "reason", body.reason);
  return node;
}
Analyze analyze_of(Fields& fields) {
  Analyze body;
  body.fault = fields.name("fault");
  body.root = fields.name("root", 40);
  body.object = fields.possibly_empty("object");
  body.symptoms = fields.texts("symptoms");
  body.evidence = yaml::sentences_of(fields, "evidence_messages", fields.texts("evidence"));
  body.against = yaml::sentences_of(fields, "against_messages", fields.texts("against"));
  for (const Node& node : fields.list("candidates")) {
    Fields item(node, fields.source());
    Candidate candidate;
    candidate.fault = item.name("fault");
    candidate.why = yaml::sentence_of(item, "message", item.possibly_empty("why"));
    item.finish();
    body.candidates.push_back(std::move(candidate));
  }
  body.plan = fields.map("plan");
  body.part = fields.optional_text("part");
  body.part_title = title_in(fields, "part_title");
  body.confirms = fields.optional_digest("confirms");
  body.reason = fields.optional_text("reason");
  return body;
}

Node node_of(const Approve& body) {
  Node node = Node::map();
  node.set("on", body.on.text());
  put(node, "reason", body.reason);
  put(node, body.paper);
  put(node, "ratifies", body.ratifies);
  node.set("until", format_instant(body.until)).set("runs", body.runs);
  put(node, "seconds", body.seconds);
  put(node, body.summary);
  return node;
}
Approve approve_of(Fields& fields) {
  Approve body;
  body.on = fields.digest("on");
  body.reason = fields.optional_text("reason");
  body.paper = paper_of(fields);
  body.ratifies = fields.optional_digest("ratifies");
  body.until = fields.instant("until");
  body.runs = fields.integer("runs", 1, 100);
  body.seconds = fields.optional_digest("seconds");
  body.summary = summary_in(fields);
  return body;
}

Node node_of(const Verify& body) {
  Node node = Node::map();
  node.set("on", body.on.text());
  put(node, "measure", body.measure);
  put(node, "reason", body.reason);
  put(node, body.paper);
  put(node, "ratifies", body.ratifies);
  put(node, "override", body.override_why);
  put(node, "seconds", body.seconds);
  put(node, body.summary);
  return node;
}
Verify verify_of(Fields& fields) {
  Verify body;
  body.on = fields.digest("on");
  body.measure = fields.optional_digest("measure");
  body.reason = fields.optional_text("reason");
  body.paper = paper_of(fields);
  body.ratifies = fields.optional_digest("ratifies");
  body.override_why = fields.optional_text("override");
  body.seconds = fields.optional_digest("seconds");
  body.summary = summary_in(fields);
  return body;
}

Node node_of(const Accept& body) {
  Node node = Node::map();
  node.set("on", body.on.text());
  put(node, "reason", body.reason);
  put(node, body.paper);
  put(node, "ratifies", body.ratifies);
  put(node, "seconds", body.seconds);
  put(node, body.summary);
  return node;
}
Accept accept_of(Fields& fields) {
  Accept body;
  body.on = fields.digest("on");
  body.reason = fields.optional_text("reason");
  body.paper = paper_of(fields);
  body.ratifies = fields.optional_digest("ratifies");
  body.seconds = fields.optional_digest("seconds");
  body.summary = summary_in(fields);
  return body;
}

Node node_of(const Reject& body) {
  Node node = Node::map();
  node.set("step", name(body.step)).set("on", body.on.text()).set("reason", body.reason);
  node.set("back", sop::name(body.back));
  put(node, "correction", body.correction);
  put(node, body.paper);
  put(node, body.summary);
  return node;
}
Reject reject_of(Fields& fields) {
  Reject body;
  body.step = choice<RejectedStep>(fields, "step");
  body.on = fields.digest("on");
  body.reason = fields.text("reason");
  body.back = choice(fields, "back", kBack);
  body.correction = fields.optional_text("correction");
  body.paper = paper_of(fields);
  body.summary = summary_in(fields);
  return body;
}

Node node_of(const RepairStart& body) {
  Node node = Node::map();
  node.set("basis", body.basis.text()).set("mode", name(body.mode)).set("run", body.run);
  put(node, "run_key", body.run_key);
  Node targets = Node::list();
  for (const auto& target : body.targets) {
    Node item = Node::map();
    item.set("host", target.host).set("address", target.address).set("host_key", target.host_key);
    item.set("machine_id", target.machine_id);
    targets.add(std::move(item));
  }
  node.set("targets", std::move(targets));
  put(node, "resumes", body.resumes);
  put(node, "from", body.from);
  put(node, "emergency", body.emergency);
  node.set("rollback", body.rollback);
  put(node, "vendor", body.vendor);
  put(node, "reason", body.reason);
  return node;
}
RepairStart repair_start_of(Fields& fields) {
  RepairStart body;
  body.basis = fields.digest("basis");
  body.mode = choice<RepairMode>(fields, "mode");
  body.run = fields.integer("run", 1, kMost);
  body.run_key = fields.optional_text("run_key");
  for (const Node& node : fields.list("targets")) {
    Fields item(node, fields.source());
    FoundTarget target{item.name("host", 40), item.possibly_empty("address"), item.possibly_empty("host_key"),
                       item.possibly_empty("machine_id")};
    item.finish();
    body.targets.push_back(std::move(target));
  }
  body.resumes = fields.optional_digest("resumes");
  body.from = fields.optional_integer("from", 1, kMost);
  body.emergency = fields.optional_text("emergency");
  body.rollback = fields.boolean("rollback");
  body.vendor = fields.optional_text("vendor");
  body.reason = fields.optional_text("reason");
  return body;
}

Node node_of(const CommandStart& body) {
  Node node = Node::map();
  node.set("run", body.run.text()).set("target", body.target).set("n", body.n);
  node.set("script", body.script.text()).set("mark", body.mark);
  put(node, "boot", body.boot);
  return node;
}
CommandStart command_start_of(Fields& fields) {
  CommandStart body;
  body.run = fields.digest("run");
  body.target = fields.name("target", 40);
  body.n = fields.integer("n", 1, kMost);
  body.script = fields.digest("script");
  body.mark = fields.possibly_empty("mark");
  body.boot = fields.optional_text("boot");
  return body;
}

Node node_of(const CommandEnd& body) {
  Node node = Node::map();
  node.set("run", body.run.text()).set("target", body.target).set("n", body.n).set("end", name(body.end));
  put(node, "exit", body.exit);
  put(node, "signal", body.signal);
  put(node, "why", body.why);
  put(node, "out", body.out);
  put(node, "err", body.err);
  node.set("cut", body.cut);
  put(node, "boot", body.boot);
  return node;
}
CommandEnd command_end_of(Fields& fields) {
  CommandEnd body;
  body.run = fields.digest("run");
  body.target = fields.name("target", 40);
  body.n = fields.integer("n", 1, kMost);
  body.end = choice<CommandEnding>(fields, "end");
  body.exit = fields.optional_integer("exit", 0, 255);
  body.signal = fields.optional_text("signal");
  body.why = optional_sentence(fields, "why");
  body.out = fields.optional_digest("out");
  body.err = fields.optional_digest("err");
  body.cut = fields.boolean("cut");
  body.boot = fields.optional_text("boot");
  const bool fits = body.exit.has_value() == (body.end == CommandEnding::exit) &&
                    body.signal.has_value() == (body.end == CommandEnding::signal) &&
                    body.boot.has_value() == (body.end == CommandEnding::rebooted);
  if (!fits) throw fields.error("end", msg("the outcome of the command does not match its number"));
  return body;
}

Node node_of(const RepairEnd& body) {
  Node node = Node::map();
  node.set("run", body.run.text()).set("outcome", name(body.outcome));
  node.set("before", results_node(body.before)).set("after", results_node(body.after));
  Node parts = Node::list();
  for (const auto& part : body.parts) {
    Node item = Node::map();
    item.set("removed", part.removed).set("installed", part.installed);
    parts.add(std::move(item));
  }
  node.set("parts", std::move(parts));
  put(node, "technician", body.technician);
  put(node, "arrived", body.arrived);
  put(node, "left", body.left);
  put(node, "letter", body.letter);
  put(node, "reply", body.reply);
  put(node, "reason", body.reason);
  return node;
}
RepairEnd repair_end_of(Fields& fields) {
  RepairEnd body;
  body.run = fields.digest("run");
  body.outcome = choice<RepairOutcome>(fields, "outcome");
  body.before = results_of(fields, "before");
  body.after = results_of(fields, "after");
  for (const Node& node : fields.list("parts")) {
    Fields item(node, fields.source());
    Part part{item.possibly_empty("removed"), item.possibly_empty("installed")};
    item.finish();
    body.parts.push_back(std::move(part));
  }
  body.technician = fields.optional_text("technician");
  body.arrived = fields.optional_instant("arrived");
  body.left = fields.optional_instant("left");
  body.letter = fields.optional_digest("letter");
  body.reply = fields.optional_text("reply");
  body.reason = optional_sentence(fields, "reason");
  return body;
}

Node node_of(const Archive& body) {
  Node node = Node::map();
  node.set("part", name(body.part));
  put(node, "where", body.where);
  put(node, "received_by", body.received_by);
  put(node, "sanitised", body.sanitised);
  node.set("bag", body.bag).set("manifest", body.manifest.text());
  if (!body.without.empty()) {
    std::vector<std::string> without;
    for (const Digest& digest : body.without) without.push_back(digest.text());
    node.set("without", Node::texts(without));
  }
  put(node, "reason", body.reason);
  return node;
}
Archive archive_of(Fields& fields) {
  Archive body;
  body.part = choice<PartDisposition>(fields, "part");
  body.where = fields.optional_text("where");
  body.received_by = fields.optional_text("received_by");
  body.sanitised = fields.optional_text("sanitised");
  body.bag = fields.text("bag");
  body.manifest = fields.digest("manifest");
  if (fields.has("without")) body.without = fields.digests("without");
  body.reason = fields.optional_text("reason");
  return body;
}

Node node_of(const Withdraw& body) {
  Node node = Node::map();
  node.set("outcome", name(body.outcome));
  put(node, "of", body.of);
  put(node, "until", body.until);
  put(node, "to", body.to);
  node.set("reason", body.reason);
  put(node, "seconds", body.seconds);
  put(node, body.paper);
  put(node, "ratifies", body.ratifies);
  put(node, body.summary);
  return node;
}
Withdraw withdraw_of(Fields& fields) {
  Withdraw body;
  body.outcome = choice<WithdrawalOutcome>(fields, "outcome");
  body.of = fields.optional_text("of");
  body.until = fields.optional_instant("until");
  body.to = fields.optional_text("to");
  body.reason = fields.text("reason");
  body.seconds = fields.optional_digest("seconds");
  body.paper = paper_of(fields);
  body.ratifies = fields.optional_digest("ratifies");
  body.summary = summary_in(fields);
  return body;
}

Node node_of(const Merge& body) {
  Node node = Node::map();
  node.set("reason", body.reason);
  return node;
}
Merge merge_of(Fields& fields) {
  return {fields.text("reason")};
}

}  // namespace

std::string_view kind_of(const Body& body) {
  return record::name(static_cast<record::Kind>(body.index()));
}

yaml::Node to_node(const Body& body) {
  return std::visit([](const auto& alternative) { return node_of(alternative); }, body);
}

std::optional<Body> from_node(std::string_view kind, const yaml::Node& node, const std::string& file) {
  const yaml::Source source{file, ExitCode::data};
  const auto known = record::parse_kind(kind);
  if (!known) return std::nullopt;
  Fields fields(node, source);
  std::optional<Body> body;
  switch (*known) {
    case Kind::monitor:
      body = monitor_of(fields);
      break;
    case Kind::analyze:
      body = analyze_of(fields);
      break;
    case Kind::approve:
      body = approve_of(fields);
      break;
    case Kind::repair_start:
      body = repair_start_of(fields);
      break;
    case Kind::command_start:
      body = command_start_of(fields);
      break;
    case Kind::command_end:
      body = command_end_of(fields);
      break;
    case Kind::repair_end:
      body = repair_end_of(fields);
      break;
    case Kind::verify:
      body = verify_of(fields);
      break;
    case Kind::accept:
      body = accept_of(fields);
      break;
    case Kind::archive:
      body = archive_of(fields);
      break;
    case Kind::reject:
      body = reject_of(fields);
      break;
    case Kind::withdraw:
      body = withdraw_of(fields);
      break;
    case Kind::merge:
      body = merge_of(fields);
      break;
    case Kind::genesis:
    case Kind::person:
    case Kind::host:
    case Kind::adopt:
    case Kind::resolve:
    case Kind::seal:
    case Kind::paper:
      return std::nullopt;  // of other chains
  }
  fields.finish();
  return body;
}

std::vector<std::string> RepairEnd::lacking() const {
  std::vector<std::string> keys;
  if (!technician) keys.emplace_back("technician");
  if (!arrived) keys.emplace_back("arrived");
  if (!left) keys.emplace_back("left");
  if (!letter) keys.emplace_back("letter");
  if (parts.empty()) keys.emplace_back("parts");
  return keys;
}

}  // namespace jaga::incident
