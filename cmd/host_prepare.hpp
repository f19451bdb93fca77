// The command `jaga host prepare`, a part of `jaga host`.
#pragma once

#include "command.hpp"

namespace jaga::cmd {

void setup_host_prepare(Setup& setup);

}  // namespace jaga::cmd
