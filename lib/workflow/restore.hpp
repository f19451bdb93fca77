// A commit on a refused tip with which it passes the rule again: what was taken away or changed is as it was
// in the last accepted tip, and what is not believed is gone.
#pragma once

#include <string>
#include <vector>

#include "git/git.hpp"
#include "workflow/tip.hpp"

namespace jaga::workflow {

struct Restored {
  std::string commit;
  std::vector<std::string> paths;  // that differ from the refused tip, sorted
};
// `answer`: why `question` was refused. `unrelated`: the tip has no history in common with question.base,
// which then becomes a parent too.
Restored restore_tip(const git::Git& git, const TipQuestion& question, bool unrelated, TipAnswer answer);

}  // namespace jaga::workflow
