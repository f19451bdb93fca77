#include "incident/evidence.hpp"

#include <algorithm>

namespace jaga::incident {
namespace {

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
    if (note.kind != kRedactNote && names(note.body, digest)) result.push_back({note.by.person, note.key});
  return result;
}

Message redaction_refused(const record::Chain& chain, std::span<const record::Note> notes,
                          const sop::Sop& procedure, const Digest& evidence, const record::By& by,
                          const std::string& key) {
  if (!procedure.may(by.role, sop::Step::accept))
    return msg("'{person}' holds no role that may do '{step}'", {{"person", by.person}, {"step", "accept"}});
  for (const Adder& adder : added_by(chain, notes, evidence))
    if (adder.person == by.person || adder.key == key)
      return msg("'{person}' attached it and may not redact it", {{"person", adder.person}});
  return {};
}

}  // namespace jaga::incident
