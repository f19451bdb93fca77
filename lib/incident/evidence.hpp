// Evidence in the eyes of the procedure: who attached it, and who may take its bytes away (jaga-evidence(1)).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/message.hpp"
#include "plan/plan.hpp"
#include "record/chain.hpp"
#include "record/record.hpp"
#include "sop/sop.hpp"

namespace jaga::incident {

// Evidence that a record or a note names, which is not redacted, and who wrote that.
struct Named {
  Digest digest;
  std::string name;  // of the file; empty: that of a record
  std::string person;
  Instant at;
  std::string file;         // of the record or note, below the incident's folder
  bool is_private = false;  // may lie outside this copy
};
std::vector<Named> named_evidence(const record::Chain& chain, std::span<const record::Note> notes);
// What the plan of an analyze record takes along to its targets, by name and digest; of a damaged body and of
// other records nothing.
std::vector<plan::FrozenFile> plan_files(const record::Record& record);
// The digests of evidence that notes of who may archive call lost.
std::vector<Digest> lost_evidence(std::span<const record::Note> notes, const sop::Sop& procedure);

struct Adder {
  std::string person;
  std::string key;  // fingerprint; of a run's own key too
};
// Who wrote the records and notes that name this evidence; empty: nothing names it.
std::vector<Adder> added_by(const record::Chain& chain, std::span<const record::Note> notes,
                            const Digest& evidence);

// Why `by` may not redact it; empty: they may. It takes a role of `accept`, and nobody who attached it, by
// person and by key.
Message redaction_refused(const record::Chain& chain, std::span<const record::Note> notes,
                          const sop::Sop& procedure, const Digest& evidence, const record::By& by,
                          const std::string& key);

}  // namespace jaga::incident
