// The git repository of a working directory: what jaga does in it beside the exchange itself.
//
// One thread; the caller holds the lock of `.git`.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/message.hpp"
#include "exchange/changes.hpp"
#include "git/config.hpp"
#include "git/git.hpp"
#include "store/folder.hpp"

namespace jaga::workflow {

inline constexpr const char* kGitFolder = ".git";

// Makes `.git` where it is missing and keeps info/attributes and info/exclude as they must be: bytes stay
// what they are whatever a .gitattributes says, and what is never shared is not added. Throws Error{data}
// where .git is not a directory.
void prepare_repository(const git::Git& git, const store::Folder& folder);
// Refuses (config) keys in the repository's own configuration that start programs.
void require_harmless(const git::Config& config);
// Refuses (not_permitted) while a merge, rebase or the like of the user is under way.
void require_idle(const store::Folder& folder);

struct Head {
  std::string branch;    // "refs/heads/main"
  std::string commit{};  // empty: no commit yet
  std::map<std::string, std::string>
      refs{};  // refs/jaga/...: the commit of each, as they were when it was read
};
Head head_of(const git::Git& git);

struct Committed {
  std::string commit;  // the new head, or the old one where nothing was new
  std::size_t records = 0;
  std::size_t others = 0;
};
// Commits what is new in the directory. A record or its like that was changed or is missing is refused
// (Error{data}, with its path). What lies there and is not jaga's is left out and said to `notice`.
Committed commit_new(const git::Git& git, const store::Folder& folder, const Head& head,
                     const std::function<void(const Message&)>& notice);

// A commit of `tree`; gives its id.
std::string commit_tree(const git::Git& git, const std::string& tree, const std::vector<std::string>& parents,
                        const std::string& message);

// Brings directory, index and branch from `head` to the commit `to`, which was accepted. Records are
// published as jaga publishes its own, registers before what rests on them; edited files are replaced whole.
// Killed at any point, the next sync goes on: what is there already is committed as it is. Throws Error{busy}
// where an edited file differs from `head`: nothing is overwritten then.
void apply(const git::Git& git, const store::Folder& folder, const Head& head, const std::string& to);

}  // namespace jaga::workflow
