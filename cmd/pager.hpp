// Long output on a terminal, shown as git shows it: by $PAGER, else by less.
#pragma once

#include "session.hpp"

namespace jaga::cmd {

// Shows what standard output holds (Output::hold): as it is where it fits the terminal, where PAGER is empty
// or "cat" and where no pager runs; else in the pager, until that is left.
void show_held(Session& session);

}  // namespace jaga::cmd
