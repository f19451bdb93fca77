// What this account saw of a chain before, and what seals name of it: nothing is decided or written over what
// is gone. Without a memory in the context nothing is compared or remembered.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/append.hpp"
#include "store/memory.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// Whether the register has accepted that this record of a chain is gone: by its digest, or, since this
// account saw it, a loss of the chain which another account named by what that had seen.
bool is_resolved(const Office& office, const store::RememberedHead& head);
// The same of a file: a note that a record names, what a seal names.
bool is_resolved(const Office& office, const std::string& what, const Digest& digest);

// "its record 4, seen here before, is missing or changed" of what `chain` does not hold any more and the
// register has not accepted; empty: nothing. Asks the directory again first: another command may have gone on
// since `chain` was read.
Message loss(const Context& context, const record::Chain& chain);
// The same by the names of an incident's files.
Message loss(const Context& context, const store::IncidentListing& listing);
// Of a chain of which no record is left; nullopt: it was not seen here, or its loss is accepted.
std::optional<Message> gone(const Office& office, const record::ChainName& chain);

// Throws Error{data} for a loss of the register or of `chain`, with what to do about it.
void require_seen(const Context& context, const record::Chain& chain);
// Throws Error{data} where a seal names a record or note of `chain` that is not there, or is another. Gives
// up to where each chain of seals was looked at: what was there then, the memory of the chain's head covers.
std::map<std::string, store::SealMark> require_sealed(const Office& office, const record::Chain& chain);

// For a command that reads a chain and judges it not: what it finds lost it is told, and what it finds signed
// and whole it remembers. A newest record that is remembered already costs no signature.
Message look_at(const Context& context, const record::Chain& chain);

// Remembers the chain as it is, which the caller found signed and whole. What cannot be remembered is a
// notice.
void remember(const Context& context, const record::Chain& chain);
// With the record that was written after it.
void remember(const Context& context, const record::Chain& before, const record::Record& written,
              const std::map<std::string, store::SealMark>& seals = {});

}  // namespace jaga::workflow
