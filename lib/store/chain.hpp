// Reading what the working directory holds: chains, incidents, notes, evidence.
//
// What is read is a copy. One thread at a time for each Folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "record/chain.hpp"
#include "record/record.hpp"
#include "store/folder.hpp"

namespace jaga::store {

inline constexpr std::size_t kMostEvidence = std::size_t{256} << 20U;

// Every "*.yaml" of the chain's directory, assembled. No such directory: a chain without records. What the
// files hold is never thrown (Chain::breaks has it); what the system says is (Error{io}).
record::Chain read_chain(const Tree& dir, const record::ChainName& name, std::string_view repo);
// Whether the directory still holds that chain, file for file and byte for byte; a chain with breaks never
// stands. Nothing is parsed: what was understood (and verified) once need not be again.
bool stands(const Folder& dir, const record::Chain& chain);

// What is thrown where nothing but a merge may follow: Error{not_permitted}, with the command that closes the
// fork.
Error forked(const record::ChainName& name);
// Error{data} with its first break. Precondition: it has one.
Error damaged(const record::Chain& chain);

// One incident by its directory and file names alone; nothing is read.
struct IncidentListing {
  std::string id;
  std::vector<record::FileName> steps;  // by seq; at least one
};
// Sorted by id. Directories without a record, or with a name that is not an incident's, are left out.
std::vector<IncidentListing> list_incidents(const Tree& dir);
std::optional<IncidentListing> find_incident(const Tree& dir, std::string_view id);
// The ids of the chains of seals, sorted, and of those of the office's papers.
std::vector<std::string> list_seal_chains(const Tree& dir);
std::vector<std::string> list_paper_chains(const Tree& dir);

struct Notes {
  std::vector<record::Note> notes;    // by time, then id
  std::vector<record::Break> breaks;  // files that are not notes of this incident; relative to its directory
};
Notes read_notes(const Tree& dir, std::string_view incident, std::string_view repo);

// FILE.sig of a record or note; nullopt: missing. `file` is its path below the working directory, ".yaml" and
// all.
std::optional<std::string> read_signature(const Tree& dir, std::string_view file);

// "incidents/2026-11/<id>/evidence/sha256-<hex>", or ".../evidence/private/sha256-<hex>"; of the register
// too.
std::string evidence_path(const record::ChainName& chain, const Digest& digest, bool is_private);
// Publishes the bytes under their digest, durably; already there: nothing to do. Private ones are readable by
// nobody else (in a shared directory: by its group). Error{data} where other bytes lie under that name.
Digest add_evidence(const Folder& dir, const record::ChainName& chain, std::string_view bytes,
                    bool is_private);
// From either place; nullopt: neither has it. Error{data} where the bytes do not have that digest.
std::optional<std::string> read_evidence(const Tree& dir, const record::ChainName& chain,
                                         const Digest& digest);
// The bytes go, in both places; false: they were not there. Only for a redaction whose note is written.
bool remove_evidence(const Folder& dir, const record::ChainName& chain, const Digest& digest);
struct Attachment {
  Digest digest;
  bool is_private = false;
};
// By file names alone, sorted by digest.
std::vector<Attachment> list_evidence(const Tree& dir, const record::ChainName& chain);

}  // namespace jaga::store
