#include "incident/evidence.hpp"

#include <algorithm>

#include "incident/note.hpp"
#include "record/kind.hpp"

namespace jaga::incident {
namespace {

using record::NoteKind;

bool names(const yaml::Node& node, const std::string& digest) {
  if (node.is_scalar()) return node.value() == digest;
  if (node.kind() == yaml::Node::Kind::list)
    return std::any_of(node.items().begin(), node.items().end(),
                       [&](const yaml::Node& item) { return names(item, digest); });
  return std::any_of(node.entries().begin(), node.entries().end(),
                     [&](const yaml::Node::Entry& entry) { return names(entry.value, digest); });
}

// The body of a decision repeats in its summary what others have attached.
bool attaches(const yaml::Node& body, const std::string& digest) {
  return std::any_of(body.entries().begin(), body.entries().end(), [&](const yaml::Node::Entry& entry) {
    return entry.key != "summary" && names(entry.value, digest);
  });
}

}  // namespace

std::vector<Adder> added_by(const record::Chain& chain, std::span<const record::Note> notes,
                            const Digest& evidence) {
  const std::string digest = evidence.text();
  std::vector<Adder> result;
  for (const record::Record& record : chain.records)
    if (attaches(record.body, digest)) result.push_back({record.envelope.by.person, record.envelope.key});
  for (const record::Note& note : notes)
    if (!is(note, NoteKind::redact) && !is(note, NoteKind::lost) && names(note.body, digest))
      result.push_back({note.by.person, note.key});
  return result;
}

Message redaction_refused(const record::Chain& chain, std::span<const record::Note> notes,
                          const sop::Sop& procedure, const Digest& evidence, const record::By& by,
                          const std::string& key) {
  if (!procedure.may(by.role, sop::Step::accept))
    return msg("'{person}' has no role for step '{step}'", {{"person", by.person}, {"step", "accept"}});
  for (const Adder& adder : added_by(chain, notes, evidence))
    if (adder.person == by.person || adder.key == key)
      return msg("'{person}' attached it and may not redact it", {{"person", adder.person}});
  return {};
}

std::vector<plan::FrozenFile> plan_files(const record::Record& record) {
  std::vector<plan::FrozenFile> out;
  if (record.envelope.kind != record::name(record::Kind::analyze)) return out;
  const yaml::Node* plan = record.body.find("plan");
  const yaml::Node* files = plan == nullptr ? nullptr : plan->find("files");
  if (files == nullptr) return out;
  for (const yaml::Node& one : files->items())
    if (const auto digest = parse_digest(one.text_at("digest")))
      out.push_back({one.text_at("name"), 0, *digest});
  return out;
}

std::vector<Named> named_evidence(const record::Chain& chain, std::span<const record::Note> notes) {
  std::vector<Named> result;
  const auto add = [&](const yaml::Node* node, const record::By& by, Instant at, const std::string& file,
                       const std::string& name, bool is_private) {
    const auto digest = node != nullptr && node->is_scalar() ? parse_digest(node->value()) : std::nullopt;
    if (!digest) return;
    const bool redacted = std::any_of(notes.begin(), notes.end(),
                                      [&](const record::Note& note) { return redacts(note, *digest); });
    if (!redacted) result.push_back({*digest, name, by.person, at, file, is_private});
  };
  for (const record::Record& record : chain.records) {
    const record::Envelope& e = record.envelope;
    const std::string file = record::file_name(e);
    for (const plan::FrozenFile& one : plan_files(record)) {
      const bool again = std::any_of(result.begin(), result.end(),
                                     [&](const Named& known) { return known.digest == one.digest; });
      const yaml::Node digest = yaml::Node::text(one.digest.text());
      if (!again) add(&digest, e.by, e.at, file, one.name, false);
    }
    if (e.kind == record::name(record::Kind::command_end))
      for (const char* key : {"out", "err"}) add(record.body.find(key), e.by, e.at, file, "", false);
    if (e.kind == record::name(record::Kind::repair_end))
      add(record.body.find("letter"), e.by, e.at, file, "", false);
    if (const auto* paper = record.body.find("paper"); paper != nullptr)
      add(paper->find("scan"), e.by, e.at, file, "", true);
  }
  for (const record::Note& note : notes) {
    const auto file = attached_file(note);
    if (!file) continue;
    add(note.body.find("digest"), note.by, note.at, "notes/" + note.id + ".yaml", file->name,
        file->is_private());
  }
  return result;
}

std::vector<Digest> lost_evidence(std::span<const record::Note> notes, const sop::Sop& procedure) {
  std::vector<Digest> result;
  for (const record::Note& note : notes) {
    const auto lost = removed_evidence(note, NoteKind::lost);
    if (!lost || !lost->digest || !procedure.may(note.by.role, sop::Step::archive)) continue;
    if (std::find(result.begin(), result.end(), *lost->digest) == result.end())
      result.push_back(*lost->digest);
  }
  return result;
}

}  // namespace jaga::incident
