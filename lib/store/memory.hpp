// What an OS account saw of the chains of a working directory: one small file a chain in its state folder,
// heads/<chain>.head. Replaced by rename without a sync, so that remembering costs a step nearly nothing:
// after a power cut one may be missing, empty or torn, and then says nothing.
//
// One thread at a time for each state folder; of several processes the last one's word stays.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/instant.hpp"
#include "record/chain.hpp"
#include "record/record.hpp"
#include "store/folder.hpp"

namespace jaga::store {

struct RememberedHead {
  record::ChainName chain;
  std::uint32_t seq = 0;
  Digest head;
  std::string short_id{};    // as in the file name; empty: not known (remembered by an earlier version)
  std::size_t resolves = 0;  // losses of the chain that the register had accepted when this was seen
  bool operator==(const RememberedHead&) const = default;
};

// Those of a chain as it is: one, several where it is forked. `resolves` as RememberedHead's.
std::vector<RememberedHead> heads_of(const record::Chain& chain, std::size_t resolves = 0);

// A seal, as its file name says it.
struct SealMark {
  std::uint32_t seq = 0;
  std::string short_id{};
  bool operator==(const SealMark&) const = default;
};

struct Remembered {
  record::ChainName chain;
  // All of them were in the chain; the newest ones, several where it was forked or where several
  // installations at this path remember.
  std::vector<RememberedHead> heads{};
  // Up to which record of each chain of seals (by its id) the chain was compared with what they name.
  std::map<std::string, SealMark> seals{};
  bool damaged = false;  // a file is there and says nothing

  // Those that `chain` does not hold.
  std::vector<RememberedHead> missing_from(const record::Chain& chain) const;
  // The same by file names alone.
  std::vector<RememberedHead> missing_from(const std::vector<record::FileName>& files) const;
};

class Memory {
 public:
  // For looking at many chains in a row, by the names of their files alone: heads/ is opened once, and no
  // digest is read.
  class Glance {
   public:
    // Whether `files` hold all that is remembered of `chain`; false too where that cannot be told so: of()
    // has the last word.
    bool holds(const record::ChainName& chain, const std::vector<record::FileName>& files) const;

   private:
    friend Memory;
    std::vector<Descriptor> heads_;  // of each installation that has remembered anything
  };
  Glance glance() const;

  // `own`: of this installation, which is written; `earlier`: of others that lay at the same path. What an
  // earlier version kept in one file (heads.yaml) is taken over.
  Memory(Folder own, std::vector<Folder> earlier);

  // No such file: without heads, and not damaged.
  Remembered of(const record::ChainName& chain) const;
  // Whose files there are, by names alone; sorted by name.
  std::vector<record::ChainName> chains() const;
  std::vector<Remembered> all() const;
  // A file of an earlier version is there and cannot be read.
  bool damaged() const { return damaged_; }

  // The heads of a chain as they are now, and up to where seals were compared with it (not named: as before).
  // `holds`: whether the chain holds such a record, or it is to be forgotten all the same. Where something is
  // remembered that it does not hold, nothing is written: another command of this account has seen more.
  // Errors: io, cant_create, busy.
  void remember(const record::ChainName& chain, std::vector<RememberedHead> heads,
                const std::function<bool(const RememberedHead&)>& holds,
                const std::map<std::string, SealMark>& seals = {}) const;

 private:
  Folder own_;
  std::vector<Folder> earlier_;
  bool damaged_ = false;
};

// The text of such a file, and back; nullopt where it is none of `chain`. Pure.
std::string write_remembered(const Remembered& remembered);
[[nodiscard]] std::optional<Remembered> parse_remembered(std::string_view text,
                                                         const record::ChainName& chain);

}  // namespace jaga::store
