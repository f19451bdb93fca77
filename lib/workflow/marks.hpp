// The mark that a run leaves on a target, so that what was approved once is run once, no matter who has which
// records:
// `.jaga-runs/<basis>-<run>/<repair-start>`, three folders made with mkdir(1), which is atomic. In the
// login's home, else below /run/user, else in /dev/shm (a full disk may refuse the first); all three are
// looked at, and a `.jaga-runs` that is a symbolic link or another user's counts for nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "store/directory.hpp"
#include "workflow/context.hpp"
#include "workflow/order.hpp"

namespace jaga::workflow {

// Of two repairs of one incident at once in this directory the second is refused: Error{busy}.
store::Lock lock_run(const Office& office, const std::string& incident);

// The folder of a run below .jaga-runs.
std::string run_name(const Digest& basis, std::int64_t run);

// Reads the machine-id, the boot id and the marks of this run; changes nothing.
Order identity_order(const Digest& basis, std::int64_t run);
struct TargetIdentity {
  std::string machine_id;
  std::string boot_id;  // proc(5); another one after each start of the host. Empty: not known
  std::vector<std::string>
      marks;  // the repair-starts (hex) that marked this run; "" where one has none inside
};
TargetIdentity parse_identity(std::string_view out);

// Makes the mark and prints the folder that it is in. Exit kMarkThere: a run that does not go on finds one
// already; kMarkRefused: none of the places takes it.
inline constexpr int kMarkThere = 40;
inline constexpr int kMarkRefused = 41;
Order mark_order(const Digest& basis, std::int64_t run, const Digest& start, bool goes_on);

// The folder below a .jaga-runs that a script of ours printed, a full path that ends with `ending`; nullopt
// where the target says something else, which no record takes over.
[[nodiscard]] std::optional<std::string> parse_place(std::string_view out, std::string_view ending);

}  // namespace jaga::workflow
