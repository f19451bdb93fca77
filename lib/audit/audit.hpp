// Everything that can be checked of a working directory or a bag: bytes, chains, signatures, roles, the order
// of the procedure, notes, evidence, seals, remembered heads. Names the first break of each chain and goes
// on.
//
// One audit is one thread's, except for the signatures, which several threads verify. Nothing is kept: a
// report holds copies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/instant.hpp"
#include "base/message.hpp"
#include "record/record.hpp"
#include "register/register.hpp"
#include "store/folder.hpp"
#include "store/state.hpp"

namespace jaga::audit {

struct Options {
  std::optional<std::string> incident{};            // this one alone; the register and seals always
  std::vector<store::RememberedHead> remembered{};  // what this account has seen at this path
  std::vector<record::ChainName> forgotten{};       // where what it remembered is damaged
  struct Elsewhere {
    std::string path;
    std::vector<store::RememberedHead> heads;
  };
  std::vector<Elsewhere> elsewhere{};  // what it has seen of this repo at other paths
  std::string installation{};          // this one's id: its chains of seals are its own
  std::optional<Instant> now{};        // for remarks on times
  bool evidence = true;                // read and hash attachments
  unsigned threads = 2;                // for signatures
  // Judge these files alone (paths, each .sig beside its own), with what they change: the chains in which
  // they lie, the order in their incidents, what new seals name. All else was judged before and is taken as
  // it is. Archived bags, remembered heads and witnesses are left out. Null: everything. Not with `since`.
  const std::set<std::string>* fresh = nullptr;
  bool part = false;  // a copy of a part (a bag): what a seal names and is not there is no finding
  // Only what these seals do not cover: digests as text, of each any unique beginning. Of what they cover the
  // names are compared, and nothing is read. They have to rest under `verified`.
  std::vector<std::string> since{};
  std::vector<Digest> verified{};  // seals up to which this account has audited everything
};

struct Finding {
  // What kind of finding it is, for those who judge only what is new.
  enum class Cause {
    content,  // bytes, chain, signature, evidence, seals: never right
    writer,   // who wrote it, which a later record of the register may take away
    order,    // the order of the procedure, which a merge may change
    meeting,  // what two clones may each have done rightly: a fork, two duplicates of each other
  };
  std::string chain;  // "register", "incident/...", "seal/..."; empty: of the directory itself
  std::string file;   // below the directory, printable(); may be empty
  Message what;
  // Of something that is gone or was replaced: what was expected. A resolve record of the register that names
  // it turns the finding into something not checked.
  std::optional<registry::Resolved> expected{};
  Cause cause = Cause::content;
};

struct Report {
  std::vector<Finding> findings;             // by chain, the first break of each first; empty: sound
  std::vector<Message> unchecked;            // what could not be checked, and why
  std::vector<Message> remarks;              // worth a look, and no break
  std::set<std::string> redacted;            // paths of evidence whose bytes may be gone
  std::vector<store::RememberedHead> heads;  // of the chains without a finding; to remember
  std::size_t records = 0;
  std::size_t notes = 0;
  std::size_t summaries = 0;  // of days
  std::size_t signatures = 0;
  std::size_t attachments = 0;
  std::uint32_t seal = 0;    // the highest seal; 0: none
  std::size_t newer = 0;     // records and notes that no seal names
  std::size_t chains = 0;    // of the register and of incidents, with records
  std::size_t seen = 0;      // of these, what this account remembered
  std::size_t sealable = 0;  // records in them
  // Whose keys, other than those that seal for this installation, signed seals over what is here: the person
  // and the number of records. When that was, only they say.
  struct Witness {
    std::string person;
    std::size_t records = 0;
  };
  std::vector<Witness> witnesses;  // by person
  // With Options::since: chains in which nothing is new, and which were not read.
  std::optional<std::size_t> untouched{};
  std::vector<Digest> seals{};  // the newest of each chain of seals
  std::string bag;  // who signed the bag that was checked; empty: no bag, or a signature of nobody it knows
  std::optional<Digest> manifest;  // of a bag: that of tagmanifest-sha256.txt
  bool sound() const { return findings.empty(); }
  // "checked to seal 812, 3 records newer", whose other keys sealed it, what this account had seen before; of
  // a bag, who signed all of it.
  std::vector<Message> extent() const;
};

// Never throws because of the content: what is not a regular file, cannot be read or has a name that jaga
// gives to nothing is named like any other break. Throws for Options::since alone: no_input where there is no
// such seal, usage where there are several, not_permitted where `verified` does not cover it.
Report audit_directory(const store::Tree& dir, std::string_view repo, const Options& options);

// A bag (a directory): form, digests, the chains inside it, and whether it is signed with a key that is
// current at the register's head in it, by somebody who may archive, when archive was due. Whether the
// register said otherwise later, or the bag was cut and packed anew by such a person, only its digest tells
// that was kept elsewhere. Error{no_input} where it is none.
Report audit_bag(const std::string& path);

}  // namespace jaga::audit
