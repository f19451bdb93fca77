// The one place that writes records (jaga-record(5), "Writing"): a record is signed without a lock over a
// head that was read, then linked under the chain's lock if that head still stands.
//
// One thread at a time in this process; other processes are kept apart by the lock. The directory must
// outlive the call.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "record/chain.hpp"
#include "record/record.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"

namespace jaga::store {

// The armored SSHSIG over bytes, namespace jaga-record: sign::Signer::sign, bound.
using Sign = std::function<std::string(std::string_view bytes)>;

struct Attached {
  std::string bytes;
  bool is_private = false;
};

// What writing needs besides the record.
struct Writing {
  std::string repo;
  Sign sign;
  RandomBytes random;
  std::chrono::milliseconds wait = std::chrono::seconds{10};  // for a lock
  std::stop_token stop{};  // asked right before anything is linked; what is asked later changes nothing
  // May throw what forbids that anything follows the chain as it was read.
  std::function<void(const record::Chain& current)> look{};
  // Told once of what was written, when it is durable: the last record, and what it follows. Must not throw.
  std::function<void(const record::Chain& before, const record::Record& last)> written{};
};

// A record as far as the caller decides it; append() fills in repo, chain, seq, id, prev and notes.
struct RecordDraft {
  std::string kind;
  Instant at;
  std::optional<Instant> occurred{};
  record::By by;
  std::string key;       // fingerprint of the key behind Writing::sign
  Digest register_head;  // of a register record: ignored, it is its own prev
  // The register that was read for it, with that head; not set: it is read once more before the link.
  std::shared_ptr<const record::Chain> registered{};
  yaml::Node body;
  bool merge = false;  // names all heads; where there is one head only, Error{not_permitted}
  // What it names of the chain's evidence: put in place right before it, so that what is refused leaves
  // nothing.
  std::vector<Attached> evidence{};
};

// Given the chain as it now stands, the record that comes next; throws where the procedure forbids it. Called
// again for every rebuild, so it must read afresh what else it depends on (the register).
using Decide = std::function<RecordDraft(const record::Chain& current)>;

// Returns once the record is durable. The signature file is linked first; the record's own link is the
// commit. Errors: what `decide` and `sign` throw; data where the chain is damaged; not_permitted where it is
// forked and the draft not a merge (or the reverse); busy where the lock or the head (or the register's head,
// for a record that is not the register's) could not be had after a few tries; io, cant_create; interrupted.
record::Record append(const WorkingDirectory& dir, const record::ChainName& chain, const Decide& decide,
                      const Writing& writing);

// An incident that is about to begin.
struct Opening {
  std::string id;
  // The first records, in order: monitor, analyze. Asked again for every try, so it must read afresh what
  // they depend on (the register).
  std::function<std::vector<RecordDraft>()> drafts;
  std::vector<Attached> evidence{};  // put in place before the records
  // Whether an incident, seen by its names, might be about the same fault (it is unfinished) ...
  std::function<bool(const IncidentListing&)> may_match;
  // ... and whether it is. A damaged chain is given too.
  std::function<bool(const record::Chain&)> matches;
};
struct Opened {
  std::string id;  // the new one, or the one that is already about this fault
  bool is_new = false;
  std::vector<record::Record> records;  // the new ones; empty where not new
};
// Signs the first records, then under the lock of incidents/ looks for an unfinished incident of the same
// fault and links or drops them. Errors as append.
Opened open_incident(const WorkingDirectory& dir, const Opening& opening, const Writing& writing);

// A note as far as the caller decides it.
struct NoteDraft {
  std::string kind;
  Instant at;
  std::optional<Instant> occurred{};
  record::By by;
  std::string key;
  Digest register_head;
  std::vector<Digest> cites{};
  yaml::Node body;
};
// Durable on return. No lock: notes move nothing; the chain's next record names it.
record::Note publish_note(const WorkingDirectory& dir, std::string_view incident, const NoteDraft& draft,
                          const Writing& writing);

}  // namespace jaga::store
