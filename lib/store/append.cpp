#include "store/append.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/id.hpp"
#include "store/names.hpp"

namespace jaga::store {
namespace {

constexpr int kTries = 5;

// Notes that no record of the chain has named, sorted.
std::vector<Digest> unnamed_notes(const WorkingDirectory& dir, const record::Chain& chain,
                                  std::string_view repo) {
  if (chain.name.kind != record::ChainName::Kind::incident) return {};
  std::set<Digest> named;
  for (const record::Record& one : chain.records)
    named.insert(one.envelope.notes.begin(), one.envelope.notes.end());
  std::vector<Digest> out;
  for (const record::Note& note : read_notes(dir, chain.name.id, repo).notes) {
    if (!named.contains(note.digest)) out.push_back(note.digest);
  }
  std::sort(out.begin(), out.end());
  return out;
}

record::Envelope begin_envelope(const record::ChainName& chain, const RecordDraft& draft,
                                const Writing& writing) {
  record::Envelope envelope;
  envelope.repo = writing.repo;
  envelope.chain = chain;
  envelope.id = random_id(writing.random);
  envelope.register_head = draft.register_head;
  envelope.kind = draft.kind;
  envelope.at = draft.at;
  envelope.occurred = draft.occurred;
  envelope.by = draft.by;
  envelope.key = draft.key;
  return envelope;
}

record::Record build(const WorkingDirectory& dir, const record::Chain& current, const RecordDraft& draft,
                     const Writing& writing) {
  record::Envelope envelope = begin_envelope(current.name, draft, writing);
  envelope.seq = 1;
  for (const record::Record& one : current.records)
    envelope.seq = std::max(envelope.seq, one.envelope.seq + 1);
  envelope.prev = current.heads;
  if (current.records.empty()) envelope.prev = {record::chain_root(writing.repo, current.name)};
  std::sort(envelope.prev.begin(), envelope.prev.end());
  envelope.notes = unnamed_notes(dir, current, writing.repo);
  if (current.name.kind == record::ChainName::Kind::registry) envelope.register_head = envelope.prev.front();
  return record::make_record(std::move(envelope), draft.body);
}

// Whether what the draft names as the register's head is what the register ends in now.
bool register_stands(const WorkingDirectory& dir, const RecordDraft& draft, const std::string& repo) {
  const auto ends_there = [&](const record::Chain& chain) {
    return chain.heads.size() == 1 && chain.heads.front() == draft.register_head;
  };
  if (draft.registered) return ends_there(*draft.registered) && stands(dir, *draft.registered);
  return ends_there(read_chain(dir, record::ChainName::registry(), repo));
}

std::string path_of(const record::Record& record) {
  return record.envelope.chain.directory() + "/" + record::file_name(record.envelope);
}

void attach(const WorkingDirectory& dir, const record::ChainName& chain,
            const std::vector<Attached>& evidence) {
  for (const Attached& one : evidence) add_evidence(dir, chain, one.bytes, one.is_private);
}

void go_on(const Writing& writing) {
  if (writing.stop.stop_requested())
    throw Error{ExitCode::interrupted, msg("interrupted; nothing was recorded")};
}

Error too_busy(const record::ChainName& chain) {
  return Error{ExitCode::busy, msg("other processes keep writing to '{chain}'", {{"chain", chain.text()}}),
               msg("try again")};
}

}  // namespace

record::Record append(const WorkingDirectory& dir, const record::ChainName& chain, const Decide& decide,
                      const Writing& writing) {
  for (int tried = 0; tried < kTries; ++tried) {
    const record::Chain current = read_chain(dir, chain, writing.repo);
    if (!current.breaks.empty()) throw damaged(current);
    if (writing.look) writing.look(current);
    const RecordDraft draft = decide(current);
    if (current.forked() && !draft.merge) throw forked(chain);
    if (!current.forked() && draft.merge) {
      throw Error{ExitCode::not_permitted, msg("'{chain}' is not forked", {{"chain", chain.text()}}),
                  msg("nothing to merge")};
    }
    const record::Record record = build(dir, current, draft, writing);
    const std::string signature = writing.sign(record.bytes);

    const Lock lock = dir.lock(chain.directory(), writing.wait);
    if (!stands(dir, current)) continue;
    if (chain.kind != record::ChainName::Kind::registry && !register_stands(dir, draft, writing.repo))
      continue;
    go_on(writing);
    attach(dir, chain, draft.evidence);
    dir.publish_with_signature(path_of(record), record.bytes, signature);
    dir.sync_directory(chain.directory());
    if (writing.written) writing.written(current, record);
    return record;
  }
  throw too_busy(chain);
}

Opened open_incident(const WorkingDirectory& dir, const Opening& opening, const Writing& writing) {
  const record::ChainName chain = record::ChainName::incident(opening.id);
  for (int tried = 0; tried < kTries; ++tried) {
    Opened opened;
    opened.id = opening.id;
    record::Chain before;
    before.name = chain;
    if (writing.look) writing.look(before);
    std::vector<std::string> signatures;
    Digest previous = record::chain_root(writing.repo, chain);
    const std::vector<RecordDraft> drafts = opening.drafts();
    for (const RecordDraft& draft : drafts) {
      record::Envelope envelope = begin_envelope(chain, draft, writing);
      envelope.seq = static_cast<std::uint32_t>(opened.records.size() + 1);
      envelope.prev = {previous};
      opened.records.push_back(record::make_record(std::move(envelope), draft.body));
      previous = opened.records.back().digest;
      signatures.push_back(writing.sign(opened.records.back().bytes));
    }

    const Lock lock = dir.lock("incidents", writing.wait);
    // Incidents of one fault have one subject.
    const auto same_subject = [&](std::string_view id) { return subject_of(id) == subject_of(opening.id); };
    for (const std::string& id : incident_ids(dir, same_subject)) {
      const std::optional<IncidentListing> listing = find_incident(dir, id);
      if (!listing || !opening.may_match(*listing)) continue;
      if (opening.matches(read_chain(dir, record::ChainName::incident(id), writing.repo)))
        return {id, false, {}};
    }
    const bool all_stand = std::all_of(drafts.begin(), drafts.end(), [&](const RecordDraft& draft) {
      return register_stands(dir, draft, writing.repo);
    });
    if (!all_stand) continue;
    go_on(writing);
    attach(dir, chain, opening.evidence);
    for (std::size_t n = 0; n < opened.records.size(); ++n)
      dir.publish_with_signature(path_of(opened.records[n]), opened.records[n].bytes, signatures[n]);
    dir.sync_directory(chain.directory());
    opened.is_new = true;
    if (writing.written) writing.written(before, opened.records.back());
    return opened;
  }
  throw too_busy(record::ChainName::registry());
}

record::Note publish_note(const WorkingDirectory& dir, std::string_view incident, const NoteDraft& draft,
                          const Writing& writing) {
  record::Note note;
  note.repo = writing.repo;
  note.chain = record::ChainName::incident(std::string(incident));
  note.id = random_id(writing.random);
  note.register_head = draft.register_head;
  note.kind = draft.kind;
  note.at = draft.at;
  note.occurred = draft.occurred;
  note.by = draft.by;
  note.key = draft.key;
  note.cites = draft.cites;
  note.body = draft.body;
  note = record::make_note(std::move(note));
  const std::string signature = writing.sign(note.bytes);
  go_on(writing);
  const std::string directory = note.chain.directory() + "/notes";
  dir.publish_with_signature(directory + "/" + note.id + ".yaml", note.bytes, signature);
  dir.sync_directory(directory);
  return note;
}

}  // namespace jaga::store
