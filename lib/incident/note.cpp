#include "incident/note.hpp"

#include <array>

#include "incident/choice.hpp"
#include "record/kind.hpp"
#include "yaml/fields.hpp"
#include "yaml/sentence.hpp"

namespace jaga::incident {
namespace {

using record::NoteKind;
using yaml::Node;

constexpr const char* kSignedCopy = "signed_copy";

std::optional<std::string> signed_copy_of(const Node& body) {
  const Node* said = body.find(kSignedCopy);
  if (said == nullptr || !said->is_scalar() || said->value() == "false") return std::nullopt;
  return said->value() == "true" ? std::string() : said->value();
}

// The text under `key` with its message, if that is of a form that this version knows.
Sentence worded(const Node& body, const char* key) {
  std::string text = body.text_at(key);
  try {
    const yaml::Source source{"", ExitCode::data};
    yaml::Fields fields(body, source);
    return yaml::sentence_of(fields, "message", text);
  } catch (const Error&) {
    return text;
  }
}

}  // namespace

bool is(const record::Note& note, NoteKind kind) {
  return note.kind == record::name(kind);
}

Node to_node(const Remark& remark) {
  return std::move(Node::map().set("text", remark.text));
}

bool AttachedFile::is_private() const {
  return !evidence_class.empty() && evidence_class != "ordinary";
}
Node to_node(const AttachedFile& file) {
  Node node = Node::map();
  node.set("digest", file.digest ? file.digest->text() : std::string());
  node.set("name", file.name).set("size", file.size).set("class", file.evidence_class).set("text", file.text);
  if (file.signed_copy && file.signed_copy->empty())
    node.set(kSignedCopy, true);
  else if (file.signed_copy)
    node.set(kSignedCopy, *file.signed_copy);
  return node;
}
std::optional<AttachedFile> attached_file(const record::Note& note) {
  if (!is(note, NoteKind::evidence)) return std::nullopt;
  AttachedFile file;
  file.digest = parse_digest(note.body.text_at("digest"));
  file.name = note.body.text_at("name");
  file.evidence_class = note.body.text_at("class");
  file.text = note.body.text_at("text");
  file.signed_copy = signed_copy_of(note.body);
  return file;
}

Node to_node(const RemovedEvidence& removed) {
  Node node = Node::map();
  node.set("digest", removed.digest ? removed.digest->text() : std::string()).set("reason", removed.reason);
  return node;
}
std::optional<RemovedEvidence> removed_evidence(const record::Note& note, NoteKind kind) {
  if (!is(note, kind)) return std::nullopt;
  return RemovedEvidence{parse_digest(note.body.text_at("digest")), note.body.text_at("reason")};
}
Node to_node(const IssuedPaper& paper) {
  Node node = Node::map();
  node.set("kind", paper.kind).set("number", paper.number).set("format", paper.format);
  node.set("digest", paper.digest.text());
  if (paper.head) node.set("head", paper.head->text());
  if (paper.round) node.set("round", paper.round->text());
  return node;
}
std::optional<IssuedPaper> issued_paper(const Node& body) {
  const std::optional<Digest> digest = parse_digest(body.text_at("digest"));
  if (!digest || body.text_at("kind").empty()) return std::nullopt;
  return IssuedPaper{body.text_at("kind"),
                     body.text_at("number"),
                     body.text_at("format"),
                     *digest,
                     parse_digest(body.text_at("head")),
                     parse_digest(body.text_at("round"))};
}
bool redacts(const record::Note& note, const Digest& evidence) {
  const auto removed = removed_evidence(note, NoteKind::redact);
  return removed && removed->digest == evidence;
}

Node to_node(const Measure& measure) {
  Node node = Node::map();
  if (measure.round) node.set("round", measure.round->text());
  node.set("results", results_node(measure.results));
  return node;
}
Measure measure_from_node(const Node& node, const std::string& file) {
  const yaml::Source source{file, ExitCode::data};
  yaml::Fields fields(node, source);
  Measure measure;
  measure.round = fields.optional_digest("round");
  measure.results = results_of(fields, "results");
  fields.finish();
  return measure;
}

bool is_import_of(const record::Note& note, const Digest& record) {
  return is(note, NoteKind::import) && !note.cites.empty() && note.cites.front() == record;
}

Sentence said(const record::Note& note) {
  return worded(note.body, "text");
}

Node to_node(const Finding& finding, const Sentence& text) {
  Node node = Node::map();
  node.set("text", text.text());
  yaml::put_message(node, "message", text);
  if (finding.standing) node.set("standing", name(*finding.standing));
  node.set("measured", format_instant(finding.measured));
  if (finding.round) node.set("round", finding.round->text());
  node.set("fault", finding.fault);
  node.set("results", results_node(finding.results));
  node.set("symptoms", Node::texts(finding.symptoms));
  return node;
}
std::optional<Finding> finding_of(const record::Note& note) {
  if (!is(note, NoteKind::finding)) return std::nullopt;
  Finding finding;
  finding.standing = parse_word<Standing>(note.body.text_at("standing"));
  finding.measured = parse_instant(note.body.text_at("measured")).value_or(Instant{});
  finding.round = parse_digest(note.body.text_at("round"));
  finding.fault = note.body.text_at("fault");
  if (const Node* results = note.body.find("results"))
    for (const Node& one : results->items())
      finding.results.push_back({one.text_at("host"), one.text_at("check"),
                                 round::parse_state(one.text_at("state")).value_or(round::State::unknown),
                                 worded(one, "text")});
  if (const Node* symptoms = note.body.find("symptoms"))
    for (const Node& one : symptoms->items())
      if (one.is_scalar()) finding.symptoms.push_back(one.value());
  return finding;
}

}  // namespace jaga::incident
