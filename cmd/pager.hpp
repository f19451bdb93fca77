// Shows long output on a terminal in a pager, with git's rules: $JAGA_PAGER, $PAGER, or less.
#pragma once

#include "session.hpp"

namespace jaga::cmd {

// Shows the output held back by Output::hold(), and returns when the user leaves the pager. Writes it
// directly if it fits the terminal, if the variable is empty or "cat", or if the pager cannot be started. The
// pager's exit status is ignored: leaving it early is not an error.
void show_held(Session& session);

}  // namespace jaga::cmd
