#include "document/log_view.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "document/incident_lines.hpp"
#include "document/words.hpp"

namespace jaga::document {

bool is_of_step(std::string_view kind, std::string_view step) {
  return kind == step || (step == "repair" && (kind.starts_with("repair-") || kind.starts_with("command-")));
}

void require_step(std::string_view step, std::span<const std::string_view> kinds) {
  if (step == "repair" || std::ranges::find(kinds, step) != kinds.end()) return;
  throw Error{ExitCode::usage, msg("unknown record kind '{kind}'", {{"kind", printable(step)}}),
              msg("known kinds: {kinds}; 'repair' means all records of a repair",
                  {{"kinds", join(std::vector<std::string>(kinds.begin(), kinds.end()), ", ")}})};
}

std::vector<std::string> log_row(const LogEntry& entry, const Locale& locale) {
  const record::Envelope& envelope = entry.record.envelope;
  std::string said;
  if (entry.changes == nullptr) {
    said = gist(locale, entry.record);
  } else {
    std::vector<std::string> words;
    for (const Message& what : *entry.changes) words.push_back(locale.text(what));
    said = join(words, "; ");
  }
  const bool of_incident = envelope.chain.kind == record::ChainName::Kind::incident;
  return {locale.time(envelope.occurred.value_or(envelope.at)),
          of_incident ? envelope.chain.id : "register",
          formatted("{:04}", envelope.seq),
          word(envelope.kind, locale.language),
          envelope.by.person + (entry.letter == nullptr ? "" : " (" + entry.letter->letter + ")"),
          std::move(said)};
}

Json log_json(const LogEntry& entry) {
  const record::Envelope& envelope = entry.record.envelope;
  Json node;
  node["chain"] = envelope.chain.text();
  node["seq"] = envelope.seq;
  node["kind"] = envelope.kind;
  node["at"] = format_instant(envelope.at);
  if (envelope.occurred) node["occurred"] = format_instant(*envelope.occurred);
  node["person"] = envelope.by.person;
  node["role"] = envelope.by.role;
  node["digest"] = entry.record.digest.text();
  if (entry.letter != nullptr) node["delegated_by"] = entry.letter->letter;
  if (entry.due != nullptr) {
    node["due"] = sop::name(entry.due->step);
    node["roles"] = entry.due->roles;
    if (entry.due->only) node["only"] = *entry.due->only;
  }
  node["body"] = json_of(entry.record.body);
  return node;
}

}  // namespace jaga::document
