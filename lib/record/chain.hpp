// The records of one chain, put in order and checked for what their bytes alone can show.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/message.hpp"
#include "record/record.hpp"

namespace jaga::record {

struct Break {
  std::string file;  // relative to the chain's directory
  Message what;

  // "FILE: what", or with line and column where `what` has them.
  Message text() const;
};

// A chain as found on disk. `records` is sorted by seq, then file name; where there is no fork, records[i]
// has seq i + 1 and names records[i - 1].
struct Chain {
  ChainName name;
  std::vector<Record> records;
  std::vector<Digest> heads;  // records that no other names; one in a sound, unforked chain
  std::vector<Break> breaks;  // empty when sound; the first break comes first
  // Two records continue one record. If records are missing or edited, several heads are not a fork.
  bool forked() const { return breaks.empty() && heads.size() > 1; }
  bool sound() const { return breaks.empty() && heads.size() == 1; }
  const Record* find(const Digest& digest) const;
  const Record* head() const;  // the only head, else nullptr
};

// The newest record that all of `heads` come after, or are; nullptr: none.
const Record* common(const Chain& chain, const std::vector<Digest>& heads);

// One file of a chain's directory.
struct File {
  std::string name;
  std::string bytes;
};

// Never throws for what the files hold: a file that cannot be read as a record is a break. Checked: form,
// name against envelope, repo and chain, seq against prev (max + 1), the root, gaps, duplicates, prev sorted
// and existing. A fork is not a break (heads says it). Signatures, roles and notes are audit's.
Chain assemble(const ChainName& name, std::string_view repo, std::vector<File> files);

// Clocks differ by so much and nobody wonders.
inline constexpr std::chrono::minutes kClockSlack{10};
// The first record whose time lies further ahead of `now`, and the first whose time lies further before that
// of a record which it follows. Worth a look and no break: order never comes from times.
std::vector<Message> clock_remarks(const Chain& chain, Instant now);

}  // namespace jaga::record
