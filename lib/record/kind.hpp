// Every kind of record and note that this version writes (jaga-record(5)). An envelope takes any
// kind: what a newer version wrote is kept, shown and verified as it is.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace jaga::record {

// Those of an incident, in the order of the procedure, then those of the register, of seals and of the
// office's papers. `merge` is of incidents and of the register.
enum class Kind {
  monitor,
  analyze,
  approve,
  repair_start,
  command_start,
  command_end,
  repair_end,
  verify,
  accept,
  archive,
  reject,
  withdraw,
  merge,
  genesis,
  person,
  host,
  adopt,
  resolve,
  seal,
  paper
};
inline constexpr std::array<std::string_view, 20> kKinds = {
    "monitor", "analyze", "approve", "repair-start", "command-start", "command-end", "repair-end",
    "verify",  "accept",  "archive", "reject",       "withdraw",      "merge",       "genesis",
    "person",  "host",    "adopt",   "resolve",      "seal",          "paper"};
constexpr std::string_view name(Kind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}
// nullopt: none of this version.
std::optional<Kind> parse_kind(std::string_view text);

// The records that the key of a run signs, in place of the person who began it.
bool is_of_run(std::string_view kind);
// A decision: approve, verify, accept, reject and withdraw.
bool is_decision(std::string_view kind);

enum class NoteKind {
  note,      // what a person remarks
  evidence,  // that a file was attached
  measure,   // the probes that had failed, measured again
  finding,   // what a later round finds
  import,    // when a record that was signed elsewhere took effect
  redact,    // that the bytes of evidence were taken away
  lost,      // that evidence was not there when the incident was archived
  paper      // that a paper was issued
};
inline constexpr std::array<std::string_view, 8> kNoteKinds = {"note",   "evidence", "measure", "finding",
                                                               "import", "redact",   "lost",    "paper"};
constexpr std::string_view name(NoteKind kind) {
  return kNoteKinds[static_cast<std::size_t>(kind)];
}

}  // namespace jaga::record
