// Whether a commit of another clone may be taken over: its tree against the last accepted one, and whether
// what is new in it is believed. Only git's objects are read; nothing is written. The same question is asked
// by sync, by the server's hook, and about what this clone is about to send.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/message.hpp"
#include "exchange/changes.hpp"
#include "git/git.hpp"

namespace jaga::workflow {

struct TipQuestion {
  std::string base{};  // the last accepted commit; empty: none, everything in the tip is new
  std::string tip{};
  // A commit whose records were judged before, besides those of `base`; empty: none.
  std::string known{};
  std::string repo{};  // empty: that of the accepted jaga.yaml, or of the tip's where there is none
  std::optional<Digest> genesis{};  // asked of a first tip alone
};

struct RefusedPath {
  std::string path;  // empty: about the tip as a whole
  Message what;
  // The commit that brought it and whom that names as its author, which anybody may claim; empty: not looked
  // up, which is done for the first ten.
  std::string commit{};
  std::string author{};
  // What else has to be taken away, where that is not the path itself: the chain of a seal that names what
  // there is not.
  std::string culprit{};
};

struct TipAnswer {
  std::vector<RefusedPath> refused;  // empty: the tip is accepted
  std::size_t records = 0;           // new files among records, and other files that differ
  std::size_t others = 0;
  std::vector<std::string> chains;  // that have something new, as ChainName::text(), sorted
  bool accepted() const { return refused.empty(); }
};

// What git lists of the tip; nullopt: it cannot, or these are many more files than in `base` (empty: than
// anybody can have). A few trees may name each other's files many times over, and to compare them git gathers
// all of it.
std::optional<std::string> list_tip(const git::Git& git, const std::string& base, const std::string& tip);
// What differs between two commits or trees. Not before list_tip().
std::vector<exchange::Change> changes_between(const git::Git& git, const std::string& base,
                                              const std::string& tip);

// Throws Error{io} where git cannot read its objects.
TipAnswer check_tip(const git::Git& git, const TipQuestion& question);

// "'PATH': it was deleted (commit 1a2b3c4, which names NAME <EMAIL> as its author)".
Message describe(const RefusedPath& refused);

// The digest of the record with which the register of a commit begins; nullopt: it has none, or several.
std::optional<Digest> genesis_of(const git::Git& git, const std::string& commit);
// git's tree without a file.
std::string empty_tree(const git::Git& git);

}  // namespace jaga::workflow
