// Exchanging a working directory with other clones through git: a repository that all of them reach, or a
// file that is carried.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "git/git.hpp"
#include "workflow/context.hpp"
#include "workflow/tip.hpp"

namespace jaga::workflow {

struct SyncOptions {
  std::optional<std::string>
      remote{};  // a name of jaga.yaml or of git, an address or a path; none: the default one
  std::optional<std::string> bundle{};  // this file instead, absolute; made where it is missing
  bool restore = false;                 // a refused tip is corrected by a commit that passes the rule
  bool seal = true;
  git::Surroundings git{};
};

struct Counts {
  std::size_t records = 0;  // files of records
  std::size_t others = 0;
};
struct Synced {
  std::string remote;  // as it is shown
  Counts received{};
  Counts sent{};
  std::vector<RefusedPath> refused{};   // not empty: the remote's tip was refused, and nothing was taken over
  bool corrected = false;               // the remote had been refused, and has a tip again that is accepted
  std::vector<std::string> restored{};  // paths that differ from what was refused; empty too where that is
                                        // too much to be listed
  std::vector<std::string> forked{};    // chains that now have two heads, as `jaga merge` takes them
  std::string seal{};                   // path of the new seal
  std::string commit{};                 // the tip that both sides have now
};
// Commits what is new, takes over what the remote has if it is accepted, seals, and sends. A refused tip is
// an answer, and the directory and this clone's branch are as before.
//
// Throws Error: not_permitted for files that both sides edited (with their names), and where the server's
// hook refuses; data where what this clone would send is refused by the same rule; unavailable where the
// remote cannot be reached; busy after several others were faster, or another sync is running here; usage
// without a remote.
Synced sync(const ActingContext& context, const SyncOptions& options);

}  // namespace jaga::workflow
