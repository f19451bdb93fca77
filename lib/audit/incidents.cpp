// One incident: who wrote it, in which order, its notes and its evidence.
#include <algorithm>

#include "audit/auditor.hpp"
#include "incident/evidence.hpp"
#include "incident/incident.hpp"
#include "incident/note.hpp"
#include "record/kind.hpp"

namespace jaga::audit {
namespace {

using record::Kind;

std::optional<Digest> digest_of(const yaml::Node* node) {
  return node != nullptr && node->is_scalar() ? parse_digest(node->value()) : std::nullopt;
}

std::string path_of(const record::Chain& chain, const record::Record& record) {
  return chain.name.directory() + "/" + record::file_name(record.envelope);
}
std::string path_of(const record::Chain& chain, const record::Note& note) {
  return chain.name.directory() + "/notes/" + note.id + ".yaml";
}

}  // namespace

void Auditor::judge_incident(const std::string& id, unsigned threads) {
  const auto name = record::ChainName::incident(id);
  const auto text = name.text();
  const auto chain = read(name);
  if (chain.records.empty() && chain.breaks.empty()) return;  // an incident has at least one record
  if (options_.part) newest_[id] = chain.records.empty() ? Instant{} : chain.records.back().envelope.at;
  const auto notes =
      guarded(text, name.directory() + "/notes", [&] { return store::read_notes(dir_, id, repo_); });
  std::size_t newest = 0;
  std::string run_key;
  std::string runner;
  bool said = false;
  // In an incident that wants summaries the order of the procedure refuses a decision without.
  const bool wants_summary =
      !chain.records.empty() && chain.records.front().body.find("decisions_carry") != nullptr;
  for (const auto& record : chain.records) {
    const auto& e = record.envelope;
    const auto file = path_of(chain, record);
    if (!wants_summary && record::is_decision(e.kind) && record.body.find("summary") == nullptr)
      ++without_summary_;
    const bool run_signs = record::is_of_run(e.kind) && e.by.person == runner;
    if (!judge_sealed(file, record.digest)) ++report_.newer;
    auto wrong = wrong_writer({e.by, e.key, e.at, e.register_head, file, record.digest},
                              run_signs ? run_key : std::string(), newest);
    if (!wrong.empty() && !said) {
      say(text, file, std::move(wrong), {}, Finding::Cause::writer);
      said = true;
    }
    if (e.kind == record::name(Kind::repair_start)) {
      const auto* key = record.body.find("run_key");
      run_key = key != nullptr && key->is_scalar() ? incident::fingerprint_of(key->value()) : std::string();
      runner = e.by.person;
    } else if (e.kind == record::name(Kind::repair_end)) {
      run_key.clear();  // a revocation or a ratification in the middle leaves the run what it is
    }
  }
  judge_notes(chain, notes);
  judge_redactions(chain, notes.notes);
  judge_order(chain, notes.notes);
  if (options_.evidence) judge_evidence(chain, notes.notes);
  judge_bags(chain);
  settle(chain);
  auto jobs = jobs_of(chain, text);
  for (const auto& note : notes.notes)
    if (auto file = path_of(chain, note); is_fresh(file))
      jobs.push_back({&text, std::move(file), note.bytes, note.key});
  verify(jobs, threads);
}

void Auditor::judge_notes(const record::Chain& chain, const store::Notes& notes) {
  const auto text = chain.name.text();
  for (const auto& broken : notes.breaks) say(text, chain.name.directory() + "/" + broken.file, broken.what);
  std::set<Digest> there;
  for (const auto& note : notes.notes) {
    there.insert(note.digest);
    const auto file = path_of(chain, note);
    if (!judge_sealed(file, note.digest)) ++report_.newer;
    if (options_.now && note.at > *options_.now + record::kClockSlack) notes_ahead_.emplace(file, note.at);
    std::size_t any = 0;
    auto wrong = wrong_writer({note.by, note.key, note.at, note.register_head, file, note.digest}, {}, any);
    if (!wrong.empty()) say(text, file, std::move(wrong), {}, Finding::Cause::writer);
    if (incident::is(note, record::NoteKind::paper))
      if (const auto paper = incident::issued_paper(note.body); paper && !paper->number.empty())
        numbers_[paper->number].push_back(paper->kind + " (" + chain.name.id + ")");
    for (const auto& cited : note.cites) {
      if (chain.find(cited) == nullptr)
        say(text, file,
            msg("the record '{digest}' to which it refers is missing", {{"digest", cited.text()}}));
    }
  }
  report_.notes += notes.notes.size();
  for (const auto& record : chain.records) {
    for (const auto& digest : record.envelope.notes) {
      if (!there.contains(digest) && !is_resolved(path_of(chain, record), digest)) {
        say(text, path_of(chain, record),
            msg("the note '{digest}' to which it refers is missing", {{"digest", digest.text()}}),
            registry::Resolved{path_of(chain, record), digest});
      }
    }
  }
}

const sop::Sop* Auditor::procedure(const record::Chain& chain) {
  if (chain.records.empty()) return nullptr;
  const auto opened = known_->state_at.find(chain.records.front().envelope.register_head);
  if (opened == known_->state_at.end()) return nullptr;
  const auto& digest = known_->states[opened->second].sop;
  const auto known = procedures_.find(digest);
  if (known != procedures_.end()) return known->second.get();
  const auto* bytes = sop_bytes(digest);
  if (bytes == nullptr) {
    say(chain.name.text(), {}, msg("the procedure under which it was opened is missing or damaged"));
    return nullptr;
  }
  try {
    return procedures_.emplace(digest, sop::parse_once(*bytes, digest, "sop.yaml")).first->second.get();
  } catch (const Error& error) {
    say(chain.name.text(), {}, error.message());
    return nullptr;
  }
}

// Bytes may go by a note of who may accept the incident and did not add them.
void Auditor::judge_redactions(const record::Chain& chain, const std::vector<record::Note>& notes) {
  const auto text = chain.name.text();
  for (const auto& note : notes) {
    const auto digest =
        incident::is(note, record::NoteKind::redact) ? digest_of(note.body.find("digest")) : std::nullopt;
    if (!digest) continue;
    const auto* rules = procedure(chain);
    if (rules == nullptr) continue;  // procedure() has said why, and what is gone is missing
    auto no = incident::redaction_refused(chain, notes, *rules, *digest, note.by, note.key);
    if (!no.empty()) {
      say(text, path_of(chain, note), std::move(no));
      continue;
    }
    for (const bool is_private : {false, true})
      redacted_.insert(store::evidence_path(chain.name, *digest, is_private));
  }
  const bool lost = std::any_of(notes.begin(), notes.end(),
                                [](const auto& note) { return incident::is(note, record::NoteKind::lost); });
  const auto* rules = lost ? procedure(chain) : nullptr;
  if (rules == nullptr) return;
  for (const Digest& digest : incident::lost_evidence(notes, *rules)) {
    for (const bool is_private : {false, true})
      redacted_.insert(store::evidence_path(chain.name, digest, is_private));
    not_checked(msg("the evidence '{digest}' was lost before it was archived", {{"digest", digest.text()}}));
  }
}

// What is not believed does not move the incident either: what came after it is judged as it was decided.
void Auditor::judge_order(const record::Chain& chain, std::vector<record::Note> notes) {
  const auto text = chain.name.text();
  if (chain.records.empty()) return;
  if (!chain.breaks.empty()) {
    not_checked(msg("the order of the procedure in '{chain}', which is damaged", {{"chain", text}}));
    return;
  }
  const auto* rules = procedure(chain);
  if (rules == nullptr) return;
  const auto replayed = [&](const incident::Doubt& doubtful) {
    return incident::replay(
        chain, notes, *rules,
        [this](const Digest& head) {
          const auto found = known_->state_at.find(head);
          return found == known_->state_at.end() ? nullptr : &known_->states[found->second];
        },
        doubtful);
  };
  std::set<Digest> doubted;
  try {
    const auto plain = replayed({});
    const auto doubts_note = [&](const record::Note& note) {
      return !doubt({note.by, note.key, note.at, note.register_head, path_of(chain, note), note.digest})
                  .empty();
    };
    const auto doubts = [&](const record::Record& record) {
      const auto& e = record.envelope;
      auto why = doubt({e.by, e.key, e.at, e.register_head, path_of(chain, record), record.digest});
      if (!why.empty()) doubted.insert(record.digest);
      return why;
    };
    const bool any =
        may_doubt() && (std::any_of(notes.begin(), notes.end(), doubts_note) ||
                        std::any_of(chain.records.begin(), chain.records.end(),
                                    [&](const record::Record& record) { return !doubts(record).empty(); }));
    if (any) std::erase_if(notes, doubts_note);
    const auto state = any ? replayed(doubts) : plain;
    if (options_.part) standing_[chain.name.id] = {state, rules, chain.records.back().envelope.at};
    if (state.monitor.reopens) reopened_.insert(*state.monitor.reopens);
    if (state.finished() && state.withdrawn && state.withdrawn->body.of)
      duplicates_[state.id] = *state.withdrawn->body.of;
    for (const auto& violation : state.violations) {
      // What is out of order only because something before it is not believed any more was right when it
      // was written, and what is right only because of that was decided again.
      const bool both = std::any_of(plain.violations.begin(), plain.violations.end(),
                                    [&](const auto& one) { return one.record == violation.record; });
      if (!both && !doubted.contains(violation.record)) continue;
      const auto* record = chain.find(violation.record);
      const auto file = record == nullptr ? std::string() : path_of(chain, *record);
      const auto words = violation.what.render(Language::english);
      const bool said = std::any_of(findings_.begin(), findings_.end(), [&](const auto& one) {
        return one.second.file == file && one.second.what.render(Language::english) == words;
      });
      if (!said) say(text, file, violation.what, {}, Finding::Cause::order);
    }
  } catch (const Error& error) {
    say(text, {}, error.message());
  }
}

// Two clones may each have closed one of two as a duplicate of the other. Until one is opened again nobody
// works on either.
void Auditor::judge_duplicates() {
  for (const auto& [id, of] : duplicates_) {
    std::set<std::string> seen{id};
    auto at = duplicates_.find(of);
    bool again = reopened_.contains(id);
    for (; at != duplicates_.end() && seen.insert(at->first).second; at = duplicates_.find(at->second))
      again = again || reopened_.contains(at->first);
    if (at == duplicates_.end() || at->first != id || again) continue;
    say(record::ChainName::incident(id).text(), {},
        msg("closed as a duplicate of '{of}', which refers back to this incident: nobody works on either",
            {{"of", of}}),
        {}, Finding::Cause::meeting);
  }
}

void Auditor::judge_evidence(const record::Chain& chain, const std::vector<record::Note>& notes) {
  const auto text = chain.name.text();
  std::set<Digest> there;
  judge_attachments(chain.name, there);
  // `elsewhere`: it may lie outside this copy.
  const auto need = [&](const std::optional<Digest>& digest, const std::string& file, bool elsewhere) {
    if (!digest || there.contains(*digest)) return;
    const auto path = store::evidence_path(chain.name, *digest, false);
    if (redacted_.contains(path)) return;
    if (elsewhere) {
      not_checked(msg("the private evidence '{digest}' is not in this copy", {{"digest", digest->text()}}));
    } else if (!is_resolved(path, *digest)) {
      say(text, file,
          msg("the evidence '{digest}' to which it refers is missing", {{"digest", digest->text()}}),
          registry::Resolved{path, *digest});
    }
  };
  for (const auto& record : chain.records) {
    const auto file = path_of(chain, record);
    const auto& kind = record.envelope.kind;
    if (kind == record::name(Kind::command_end)) {
      need(digest_of(record.body.find("out")), file, false);
      need(digest_of(record.body.find("err")), file, false);
    } else if (kind == record::name(Kind::repair_end)) {
      need(digest_of(record.body.find("letter")), file, false);
    } else if (const auto* paper = record.body.find("paper")) {
      need(digest_of(paper->find("scan")), file, true);
    }
    for (const plan::FrozenFile& one : incident::plan_files(record)) need(one.digest, file, false);
  }
  for (const auto& note : notes) {
    if (const auto attached = incident::attached_file(note))
      need(attached->digest, path_of(chain, note), attached->is_private());
  }
}

}  // namespace jaga::audit
