// What differs between two trees of a git repository, as `git diff-tree -r -z --raw --no-renames` prints it
// (git-diff-tree(1), "Raw output format"). Pure, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::exchange {

inline constexpr unsigned kNoMode = 0;  // not there
inline constexpr unsigned kFileMode = 0100644;
inline constexpr unsigned kProgramMode = 0100755;
inline constexpr unsigned kLinkMode = 0120000;
inline constexpr unsigned kSubmoduleMode = 0160000;

struct Change {
  std::string path;  // any bytes but NUL
  unsigned old_mode = kNoMode;
  unsigned new_mode = kNoMode;
  std::string old_id{};
  std::string new_id{};
  std::uint64_t size = 0;  // of the new blob in bytes; filled in by who asks for it

  bool added() const { return old_mode == kNoMode && new_mode != kNoMode; }
  bool deleted() const { return new_mode == kNoMode; }
};

// In the order of `raw`. Throws Error{data} where it has another form.
std::vector<Change> parse_changes(std::string_view raw);

}  // namespace jaga::exchange
