// The command `jaga host maintain`, a part of `jaga host`.
#pragma once

#include "command.hpp"

namespace jaga::cmd {

void setup_host_maintain(Setup& setup);

}  // namespace jaga::cmd
