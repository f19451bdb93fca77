// The files of a commit or tree, read from git's objects: no file of a working tree is looked at or written.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "git/git.hpp"
#include "store/tree.hpp"

namespace jaga::git {

struct Entry {
  unsigned mode = 0;  // 0100644 ...
  std::string id;     // of the blob, in hex digits
};

// `git ls-tree -r -z`, by path. Pure. Throws Error{data} where it has another form.
std::map<std::string, Entry> parse_tree(std::string_view listing);

// The size in bytes of each blob. Throws Error{data} where one is missing or is none.
std::vector<std::uint64_t> sizes(const Git& git, const std::vector<std::string>& ids);

// The tree of `revision`, listed once; the git must outlive it. What was not loaded before is read when it is
// asked for, by one git a file.
class ObjectTree : public store::Tree {
 public:
  ObjectTree(const Git& git, const std::string& revision);
  // Of what parse_tree() gave.
  ObjectTree(const Git& git, std::map<std::string, Entry> entries);

  const std::map<std::string, Entry>& entries() const { return entries_; }
  const Entry* find(std::string_view path) const;
  // Reads all of these paths that are in the tree, by one git. `most`: files that are larger are left out,
  // which takes a second one; 0: none is.
  void load(const std::vector<std::string>& paths, std::uint64_t most) const;

  // A symbolic link, a submodule or a program is Error{data}.
  std::optional<std::string> read(std::string_view path, std::size_t most = kMostRead) const override;
  std::string require(std::string_view path, std::size_t most = kMostRead) const override;
  bool exists(std::string_view path) const override;
  std::vector<store::Item> list(std::string_view directory) const override;

 private:
  const Git& git_;
  std::map<std::string, Entry> entries_;
  mutable std::unordered_map<std::string, std::string> blobs_;  // by id
};

// The blob's bytes in order of `ids`, each given to `take` whole. Throws Error{data} where one is missing.
void read_blobs(const Git& git, const std::vector<std::string>& ids,
                const std::function<void(std::size_t index, std::string bytes)>& take);

}  // namespace jaga::git
