// The register, and who might write what under it.
#include <algorithm>

#include "audit/auditor.hpp"

namespace jaga::audit {

const std::string* Auditor::sop_bytes(const Digest& digest) {
  const auto known = sops_.find(digest);
  if (known != sops_.end()) return &known->second;
  try {
    auto bytes = store::read_evidence(dir_, record::ChainName::registry(), digest);
    return bytes ? &sops_.emplace(digest, std::move(*bytes)).first->second : nullptr;
  } catch (const Error&) {
    return nullptr;  // judge_register() names what needs it
  }
}

void Auditor::judge_attachments(const record::ChainName& name, std::set<Digest>& there) {
  const auto text = name.text();
  for (const auto& attachment :
       guarded(text, name.directory() + "/evidence", [&] { return store::list_evidence(dir_, name); })) {
    const auto path = store::evidence_path(name, attachment.digest, attachment.is_private);
    there.insert(attachment.digest);
    if (!is_fresh(path)) continue;
    ++report_.attachments;
    guarded(text, path, [&] {
      const auto bytes = dir_.read(path, store::kMostEvidence);
      const Digest digest = sha256(bytes.value_or(""));
      if (!bytes || digest != attachment.digest) say(text, path, msg("its content does not match its name"));
      if (bytes) judge_sealed(path, digest);
    });
  }
}

void Auditor::judge_register() {
  const auto name = record::ChainName::registry();
  register_ = read(name);
  std::vector<registry::Broken> broken;
  known_->states = registry::replay_believed(
      register_, [this](const Digest& digest) { return sop_bytes(digest); }, broken);
  for (auto& one : broken) {
    const auto* record = register_.find(one.record);
    say(name.text(), name.directory() + "/" + record::file_name(record->envelope), std::move(one.why), {},
        Finding::Cause::writer);
  }
  const auto& states = known_->states;
  for (std::size_t i = 0; i < states.size(); ++i) {
    known_->state_at.emplace(states[i].head, i);
    if (states[i].is_void) continue;
    for (const auto& taking : states[i].takings) {
      auto& takings = known_->takings;
      if (std::find(takings.begin(), takings.end(), taking) == takings.end()) takings.push_back(taking);
    }
    for (const auto& one : states[i].resolved) {
      auto& resolved = known_->resolved;
      if (std::find(resolved.begin(), resolved.end(), one) == resolved.end()) resolved.push_back(one);
    }
  }
}

Message Auditor::wrong_writer(const Written& written, const std::string& run_key, std::size_t& newest) {
  const auto found = known_->state_at.find(written.register_head);
  if (found == known_->state_at.end()) return msg("it refers to a register that does not exist");
  const auto& state = known_->states[found->second];
  if (state.is_void) return msg("it was written with a branch of the register that a merge made void");
  if (state.seq < newest) return msg("it refers to an older state of the register than the record before it");
  newest = state.seq;
  const auto* person = state.find_person(written.by.person);
  if (person == nullptr) return msg("'{person}' was not in the register", {{"person", written.by.person}});
  const auto roles = state.roles_of(*person, written.at);
  if (std::find(roles.begin(), roles.end(), written.by.role) == roles.end()) {
    return msg("'{person}' did not hold the role '{role}'",
               {{"person", written.by.person}, {"role", written.by.role}});
  }
  if ((run_key.empty() || written.key != run_key) && !person->holds(written.key))
    return msg("'{key}' was not a current key of '{person}' at that time",
               {{"key", written.key}, {"person", person->id}});
  return doubt(written);
}

bool Auditor::may_doubt() const {
  if (!known_->takings.empty()) return true;
  if (known_->states.empty()) return false;
  const auto& people = known_->states.back().people;
  return std::any_of(people.begin(), people.end(), [](const auto& entry) {
    return std::any_of(entry.second.keys.begin(), entry.second.keys.end(),
                       [](const registry::Key& key) { return key.compromised_since.has_value(); });
  });
}

Message Auditor::doubt(const Written& written) const {
  const auto found = known_->state_at.find(written.register_head);
  if (found == known_->state_at.end()) return {};  // wrong_writer() names it
  return registry::doubt(written.by, written.key, written.at, known_->states.back(),
                         &known_->states[found->second], known_->takings, [&](const Digest& seal) {
                           return known_->seals.covers(seal, written.file, written.digest);
                         });
}

}  // namespace jaga::audit
