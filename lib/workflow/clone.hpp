// A new clone of a working directory.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "git/git.hpp"
#include "workflow/tip.hpp"

namespace jaga::workflow {

struct CloneOptions {
  std::string address;  // a repository, or a file that `jaga sync --bundle` wrote
  std::string path;     // absolute; must not exist, or be an empty folder
  git::Surroundings git{};
  // Whether the register that begins with this digest is the right one; none: the directory has no register
  // yet.
  std::function<void(const std::optional<Digest>& genesis)> require_genesis;
};
struct Cloned {
  std::string path;
  std::optional<Digest> genesis{};
  std::size_t files = 0;
  std::vector<RefusedPath> refused{};  // not empty: nothing was made
};
// Everything is checked as by audit before the folder is there; it is made under another name beside and
// renamed when it is whole, so that an interrupted clone leaves no half of one at `path`. Throws
// Error{cant_create} where something is at `path`, and what require_genesis() throws.
Cloned clone(const CloneOptions& options, const RandomBytes& random);

}  // namespace jaga::workflow
