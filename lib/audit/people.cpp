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

void Auditor::judge_register() {
  const auto name = record::ChainName::registry();
  const auto& chain = read(name);
  std::vector<registry::Broken> broken;
  states_ = registry::replay_believed(
      chain, [this](const Digest& digest) { return sop_bytes(digest); }, broken);
  for (auto& one : broken) {
    const auto* record = chain.find(one.record);
    say(name.text(), name.directory() + "/" + record::file_name(record->envelope), std::move(one.why));
  }
  for (std::size_t i = 0; i < states_.size(); ++i) {
    state_at_.emplace(states_[i].head, i);
    if (states_[i].is_void) continue;
    for (const auto& taking : states_[i].takings) {
      if (std::find(takings_.begin(), takings_.end(), taking) == takings_.end()) takings_.push_back(taking);
    }
    for (const auto& one : states_[i].resolved) {
      if (std::find(resolved_.begin(), resolved_.end(), one) == resolved_.end()) resolved_.push_back(one);
    }
  }
  for (const auto& attachment : guarded(name.text(), name.directory() + "/evidence",
                                        [&] { return store::list_evidence(dir_, name); })) {
    const auto path = store::evidence_path(name, attachment.digest, attachment.is_private);
    ++report_.attachments;
    guarded(name.text(), path, [&] {
      const auto bytes = dir_.read(path, store::kMostEvidence);
      if (!bytes || sha256(*bytes) != attachment.digest)
        say(name.text(), path, msg("its content does not match its name"));
    });
  }
}

Message Auditor::wrong_writer(const Written& written, const std::string& run_key, std::size_t& newest) {
  const auto found = state_at_.find(written.register_head);
  if (found == state_at_.end()) return msg("it refers to a register that does not exist");
  const auto& state = states_[found->second];
  if (state.is_void) return msg("it refers to a branch of the register that is void");
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

Message Auditor::doubt(const Written& written) {
  const auto found = state_at_.find(written.register_head);
  if (found == state_at_.end()) return {};  // wrong_writer() names it
  return registry::doubt(
      written.by, written.key, written.at, states_.back(), &states_[found->second], takings_,
      [&](const Digest& seal) { return seals_.covers(seal, written.file, written.digest); });
}

}  // namespace jaga::audit
