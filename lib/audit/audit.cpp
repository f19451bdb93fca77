#include "audit/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "audit/auditor.hpp"
#include "bag/bag.hpp"
#include "base/error.hpp"
#include "incident/incident.hpp"
#include "record/seal.hpp"
#include "sign/key.hpp"
#include "sop/sop.hpp"

namespace jaga::audit {

Message Report::extent() const {
  if (seal == 0) return msg("no seal yet, {newer} records", {{"newer", std::to_string(newer)}});
  return msg("checked to seal {seal}, {newer} records newer",
             {{"seal", std::to_string(seal)}, {"newer", std::to_string(newer)}});
}

void Auditor::say(std::string chain, std::string file, Message what) {
  report_.findings.push_back({std::move(chain), std::move(file), std::move(what)});
}

record::Chain Auditor::read(const record::ChainName& name) {
  auto chain = store::read_chain(dir_, name, repo_);
  const auto text = name.text();
  for (const auto& broken : chain.breaks) say(text, name.directory() + "/" + broken.file, broken.what);
  if (chain.forked()) {
    std::map<Digest, std::uint32_t> children;
    std::uint32_t at = 0;
    for (const auto& record : chain.records) {
      for (const auto& prev : record.envelope.prev) {
        if (++children[prev] == 2 && (at == 0 || record.envelope.seq < at)) at = record.envelope.seq;
      }
    }
    say(text, {}, msg("fork at {seq}", {{"seq", fmt::format("{:04}", at)}}));
  }
  report_.records += chain.records.size();
  for (const auto& record : chain.records) {
    const auto file = name.directory() + "/" + record::file_name(record.envelope);
    written_.insert(file);
    want_signature(text, file, record.bytes, record.envelope.key);
  }
  if (const auto* head = chain.head(); head != nullptr && chain.sound()) {
    report_.heads.push_back({name, head->envelope.seq, head->digest});
  }
  return chain;
}

void Auditor::want_signature(const std::string& chain, std::string file, const std::string& bytes,
                             const std::string& key) {
  jobs_.push_back({chain, std::move(file), bytes, key, {}});
}

void Auditor::verify_all() {
  for (auto& job : jobs_) {
    std::optional<std::string> signature;
    try {
      signature = store::read_signature(dir_, job.file);
    } catch (const Error& error) {
      if (error.code() == ExitCode::io) throw;
    }
    if (!signature) {
      job.wrong = msg("its signature is missing");
      job.key.clear();
      continue;
    }
    job.key += '\n' + *signature;
  }
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < jobs_.size(); i = next++) {
      auto& job = jobs_[i];
      if (job.key.empty()) continue;
      const auto cut = job.key.find('\n');
      const auto signer =
          sign::verify(job.bytes, std::string_view(job.key).substr(cut + 1), sign::kRecordNamespace);
      if (!signer) {
        job.wrong = msg("its signature is bad");
      } else if (signer->fingerprint() != job.key.substr(0, cut)) {
        job.wrong = msg("it is signed by another key than it names");
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < options_.threads; ++i) threads.emplace_back(work);
    work();
  }
  for (auto& job : jobs_) {
    if (!job.wrong.empty()) say(job.chain, job.file, job.wrong);
  }
  report_.signatures = jobs_.size();
}

const std::string* Auditor::sop_bytes(const Digest& digest) {
  const auto known = sops_.find(digest);
  if (known != sops_.end()) return &known->second;
  try {
    auto bytes = store::read_evidence(dir_, record::ChainName::registry(), digest);
    return bytes ? &sops_.emplace(digest, std::move(*bytes)).first->second : nullptr;
  } catch (const Error& error) {
    if (error.code() == ExitCode::io) throw;
    return nullptr;
  }
}

void Auditor::judge_register() {
  const auto name = record::ChainName::registry();
  auto chain = read(name);
  // As far as the rules hold: what comes after the first break is not believed.
  auto sound = chain;
  bool said = !chain.breaks.empty();
  while (!sound.records.empty()) {
    try {
      states_ = registry::replay_all(sound, [this](const Digest& digest) { return sop_bytes(digest); });
      break;
    } catch (const Error& error) {
      if (!said) say(name.text(), {}, error.message());
      said = true;
      sound.records.pop_back();
    }
  }
  for (std::size_t i = 0; i < states_.size(); ++i) state_at_.emplace(states_[i].head, i);
  chains_.emplace(name.text(), std::move(chain));
}

Message Auditor::wrong_writer(const Written& written, const std::string& run_key, std::size_t& newest) const {
  const auto found = state_at_.find(written.register_head);
  if (found == state_at_.end()) return msg("it names a register that is not there");
  if (states_[found->second].seq < newest)
    return msg("the register that it names is older than the record before it");
  newest = states_[found->second].seq;
  const auto& state = states_[found->second];
  const auto* person = state.find_person(written.by.person);
  if (person == nullptr) return msg("'{person}' was not in the register", {{"person", written.by.person}});
  const auto roles = state.roles_of(*person, written.at);
  if (std::find(roles.begin(), roles.end(), written.by.role) == roles.end()) {
    return msg("'{person}' did not hold the role '{role}'",
               {{"person", written.by.person}, {"role", written.by.role}});
  }
  if (!run_key.empty() && written.key == run_key) return {};
  const auto key = std::find_if(person->keys.begin(), person->keys.end(), [&](const registry::Key& k) {
    return k.fingerprint == written.key && k.current();
  });
  if (key == person->keys.end()) {
    return msg("'{key}' was no current key of '{person}'", {{"key", written.key}, {"person", person->id}});
  }
  if (const auto* today = states_.back().owner(written.key)) {
    for (const auto& now : today->keys) {
      if (now.fingerprint == written.key && now.compromised_since && *now.compromised_since <= written.at) {
        return msg("its key '{key}' was in other hands by then", {{"key", written.key}});
      }
    }
  }
  return {};
}

void Auditor::judge_incident(const std::string& id) {
  const auto name = record::ChainName::incident(id);
  const auto text = name.text();
  const auto chain = read(name);
  const auto notes = store::read_notes(dir_, id, repo_);
  std::size_t newest = 0;
  std::string run_key;
  std::string runner;
  bool said = false;
  for (const auto& record : chain.records) {
    const auto& e = record.envelope;
    const bool of_run = e.kind == "command-start" || e.kind == "command-end" || e.kind == "repair-end";
    const bool run_signs = of_run && e.by.person == runner;
    auto wrong =
        wrong_writer({e.by, e.key, e.at, e.register_head}, run_signs ? run_key : std::string(), newest);
    if (!wrong.empty() && !said) {
      say(text, name.directory() + "/" + record::file_name(e), std::move(wrong));
      said = true;
    }
    if (e.kind == "repair-start") {
      const auto* key = record.body.find("run_key");
      run_key = key != nullptr && key->is_scalar() ? incident::fingerprint_of(key->value()) : std::string();
      runner = e.by.person;
    } else if (!of_run || e.kind == "repair-end") {
      run_key.clear();
    }
  }
  judge_notes(chain, notes);
  judge_order(chain, notes.notes);
  if (options_.evidence) judge_evidence(chain, notes.notes);
  chains_.emplace(text, chain);
}

void Auditor::judge_notes(const record::Chain& chain, const store::Notes& notes) {
  const auto text = chain.name.text();
  const auto directory = chain.name.directory();
  for (const auto& broken : notes.breaks) say(text, directory + "/" + broken.file, broken.what);
  std::set<Digest> there;
  for (const auto& note : notes.notes) {
    there.insert(note.digest);
    const auto file = directory + "/notes/" + note.id + ".yaml";
    written_.insert(file);
    want_signature(text, file, note.bytes, note.key);
    std::size_t any = 0;
    auto wrong = wrong_writer({note.by, note.key, note.at, note.register_head}, {}, any);
    if (!wrong.empty()) say(text, file, std::move(wrong));
    if (note.kind == "redact") {
      const auto* of = note.body.find("digest");
      if (const auto digest = of != nullptr && of->is_scalar() ? parse_digest(of->value()) : std::nullopt) {
        for (const bool is_private : {false, true})
          redacted_.insert(store::evidence_path(chain.name, *digest, is_private));
      }
    }
  }
  report_.notes += notes.notes.size();
  for (const auto& record : chain.records) {
    for (const auto& digest : record.envelope.notes) {
      if (!there.contains(digest)) {
        say(text, directory + "/" + record::file_name(record.envelope),
            msg("the note '{digest}' that it names is missing", {{"digest", digest.text()}}));
      }
    }
  }
}

void Auditor::judge_order(const record::Chain& chain, const std::vector<record::Note>& notes) {
  const auto text = chain.name.text();
  if (chain.records.empty() || !chain.breaks.empty()) return;
  const auto opened = state_at_.find(chain.records.front().envelope.register_head);
  if (opened == state_at_.end()) return;
  const auto* bytes = sop_bytes(states_[opened->second].sop);
  if (bytes == nullptr) {
    say(text, {}, msg("the procedure under which it opened is missing or damaged"));
    return;
  }
  try {
    const auto procedure = sop::parse(*bytes, "sop.yaml");
    const auto state = incident::replay(chain, notes, procedure, [this](const Digest& head) {
      const auto found = state_at_.find(head);
      return found == state_at_.end() ? nullptr : &states_[found->second];
    });
    for (const auto& violation : state.violations) {
      const auto* record = chain.find(violation.record);
      say(text, record == nullptr ? "" : chain.name.directory() + "/" + record::file_name(record->envelope),
          violation.what);
    }
  } catch (const Error& error) {
    say(text, {}, error.message());
  }
}

void Auditor::judge_evidence(const record::Chain& chain, const std::vector<record::Note>& notes) {
  const auto text = chain.name.text();
  std::map<Digest, bool> there;
  for (const auto& attachment : store::list_evidence(dir_, chain.name)) {
    const auto path = store::evidence_path(chain.name, attachment.digest, attachment.is_private);
    ++report_.attachments;
    there[attachment.digest] = true;
    try {
      const auto bytes = dir_.read(path, store::kMostEvidence);
      if (!bytes || sha256(*bytes) != attachment.digest)
        say(text, path, msg("its bytes are not what its name says"));
    } catch (const Error& error) {
      if (error.code() == ExitCode::io) throw;
      say(text, path, error.message());
    }
  }
  const auto need = [&](const yaml::Node* node, const std::string& file) {
    const auto digest = node != nullptr && node->is_scalar() ? parse_digest(node->value()) : std::nullopt;
    if (!digest || there.contains(*digest) ||
        redacted_.contains(store::evidence_path(chain.name, *digest, false)))
      return;
    say(text, file, msg("the evidence '{digest}' that it names is missing", {{"digest", digest->text()}}));
  };
  for (const auto& record : chain.records) {
    if (record.envelope.kind != "command-end") continue;
    const auto file = chain.name.directory() + "/" + record::file_name(record.envelope);
    need(record.body.find("out"), file);
    need(record.body.find("err"), file);
  }
  for (const auto& note : notes) {
    if (note.kind != "evidence") continue;
    const auto* is_class = note.body.find("class");
    const bool elsewhere = is_class != nullptr && is_class->value() != "ordinary";
    const auto* digest = note.body.find("digest");
    const auto parsed =
        digest != nullptr && digest->is_scalar() ? parse_digest(digest->value()) : std::nullopt;
    if (elsewhere && parsed && !there.contains(*parsed)) {
      report_.unchecked.push_back(
          msg("the private evidence '{digest}' is not in this copy", {{"digest", parsed->text()}}));
      continue;
    }
    need(digest, chain.name.directory() + "/notes/" + note.id + ".yaml");
  }
}

void Auditor::judge_sealed_file(const std::string& chain, const std::string& path, const Digest& digest) {
  const auto known = sealed_.emplace(path, digest);
  if (!known.second) {
    if (known.first->second != digest) say(chain, path, msg("two seals differ on it"));
    return;
  }
  if (redacted_.contains(path)) return;
  try {
    const auto bytes = dir_.read(path, store::kMostEvidence);
    if (!bytes) {
      if (path.find("/evidence/private/") != std::string::npos) {
        report_.unchecked.push_back(msg("'{file}' is sealed and not in this copy", {{"file", path}}));
      } else if (!options_.part) {
        say(chain, path, msg("it was sealed and is missing"));
      }
    } else if (sha256(*bytes) != digest) {
      say(chain, path, msg("it is not what was sealed"));
    }
  } catch (const Error& error) {
    if (error.code() == ExitCode::io) throw;
    say(chain, path, error.message());
  }
}

void Auditor::judge_seals() {
  std::vector<std::pair<std::string, record::SeenSeal>> seen;
  for (const auto& installation : store::list_seal_chains(dir_)) {
    const auto name = record::ChainName::seal(installation);
    auto chain = read(name);
    std::size_t newest = 0;
    for (const auto& record : chain.records) {
      const auto& e = record.envelope;
      const auto file = name.directory() + "/" + record::file_name(e);
      if (auto wrong = wrong_writer({e.by, e.key, e.at, e.register_head}, {}, newest); !wrong.empty()) {
        say(name.text(), file, std::move(wrong));
      }
      report_.seal = std::max(report_.seal, e.seq);
      try {
        const auto seal = record::parse_seal(record.body, file);
        for (const auto& item : seal.files) judge_sealed_file(name.text(), item.path, item.digest);
        for (const auto& other : seal.seen) seen.emplace_back(name.text(), other);
      } catch (const Error& error) {
        if (error.code() == ExitCode::io) throw;
        say(name.text(), file, error.message());
      }
    }
    chains_.emplace(name.text(), std::move(chain));
  }
  for (const auto& [chain, other] : seen) {
    const auto found = chains_.find(record::ChainName::seal(other.installation).text());
    if (!options_.part && (found == chains_.end() || found->second.find(other.head) == nullptr)) {
      say(chain, {},
          msg("the seal of '{installation}' that it saw is missing", {{"installation", other.installation}}));
    }
  }
  report_.sealed = sealed_.size();
  for (const auto& file : written_) {
    if (!file.starts_with("seals/") && !sealed_.contains(file)) ++report_.newer;
  }
}

void Auditor::judge_memory() {
  for (const auto& remembered : options_.remembered) {
    const auto text = remembered.chain.text();
    auto found = chains_.find(text);
    if (found == chains_.end()) {
      if (options_.incident && remembered.chain.kind == record::ChainName::Kind::incident) continue;
      say(text, {},
          msg("it was here before, to record {seq}, and is gone", {{"seq", std::to_string(remembered.seq)}}));
    } else if (found->second.find(remembered.head) == nullptr) {
      say(text, {},
          msg("its record {seq}, seen here before, is missing or changed",
              {{"seq", std::to_string(remembered.seq)}}));
    }
  }
}

Report Auditor::run() {
  judge_register();
  for (const auto& incident : store::list_incidents(dir_)) {
    if (!options_.incident || *options_.incident == incident.id) judge_incident(incident.id);
  }
  judge_seals();
  judge_memory();
  verify_all();
  std::stable_sort(report_.findings.begin(), report_.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.chain < b.chain; });
  return std::move(report_);
}

Report audit_directory(const store::Folder& dir, std::string_view repo, const Options& options) {
  return Auditor(dir, repo, options).run();
}

Report audit_bag(const std::string& path) {
  auto checked = bag::check(path);
  std::vector<Finding> findings;
  for (auto& problem : checked.problems) findings.push_back({{}, {}, std::move(problem)});
  const auto signer = sign::verify(checked.tagmanifest, checked.signature, sign::kBagNamespace);
  if (!signer) findings.push_back({{}, "tagmanifest-sha256.txt.sig", msg("the signature of the bag is bad")});
  if (!checked.sound()) {
    Report report;
    report.findings = std::move(findings);
    return report;
  }
  const store::Folder data(path + "/data");
  std::string repo;
  for (const auto& item : data.list("register")) {
    if (!item.name.starts_with("0001-") || !item.name.ends_with(".yaml")) continue;
    try {
      repo = record::parse_record(data.require("register/" + item.name), item.name).envelope.repo;
    } catch (const Error& error) {
      findings.push_back({"register", "register/" + item.name, error.message()});
    }
  }
  Options options;
  options.part = true;
  Auditor auditor(data, repo, options);
  auto report = auditor.run();
  const auto* state = auditor.newest_register();
  if (signer && (state == nullptr || state->owner(signer->fingerprint()) == nullptr)) {
    findings.push_back({{},
                        "tagmanifest-sha256.txt.sig",
                        msg("the bag is signed by a key that its register does not know")});
  }
  report.findings.insert(report.findings.begin(), findings.begin(), findings.end());
  return report;
}

}  // namespace jaga::audit
