#include "document/log_view.hpp"

#include "base/format.hpp"
#include "base/text.hpp"
#include "document/incident_lines.hpp"

namespace jaga::document {

std::vector<std::string> log_row(const LogEntry& entry, const Locale& locale) {
  const record::Envelope& envelope = entry.record.envelope;
  std::string said;
  if (entry.changes == nullptr) {
    said = gist(entry.record);
  } else {
    std::vector<std::string> words;
    for (const Message& what : *entry.changes) words.push_back(locale.text(what));
    said = join(words, "; ");
  }
  const bool of_incident = envelope.chain.kind == record::ChainName::Kind::incident;
  return {locale.local(envelope.occurred.value_or(envelope.at)),
          of_incident ? envelope.chain.id : "register",
          formatted("{:04}", envelope.seq),
          envelope.kind,
          envelope.by.person + (entry.letter == nullptr ? "" : " (" + entry.letter->letter + ")"),
          std::move(said)};
}

yaml::Node log_json(const LogEntry& entry) {
  const record::Envelope& envelope = entry.record.envelope;
  yaml::Node node = yaml::Node::map();
  node.set("chain", envelope.chain.text()).set("seq", static_cast<std::int64_t>(envelope.seq));
  node.set("kind", envelope.kind).set("at", format_instant(envelope.at));
  if (envelope.occurred) node.set("occurred", format_instant(*envelope.occurred));
  node.set("person", envelope.by.person).set("role", envelope.by.role);
  node.set("digest", entry.record.digest.text());
  if (entry.letter != nullptr) node.set("delegated_by", entry.letter->letter);
  if (entry.due != nullptr) {
    node.set("due", std::string(sop::name(entry.due->step)))
        .set("roles", yaml::Node::texts(entry.due->roles));
    if (entry.due->only) node.set("only", *entry.due->only);
  }
  node.set("body", entry.record.body);
  return node;
}

}  // namespace jaga::document
