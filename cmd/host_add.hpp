// The command `jaga host add`, a part of `jaga host`.
#pragma once

#include "command.hpp"

namespace jaga::cmd {

void setup_host_add(Setup& setup);

}  // namespace jaga::cmd
