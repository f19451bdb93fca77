// The command `jaga host import`, a part of `jaga host`.
#pragma once

#include "command.hpp"

namespace jaga::cmd {

void setup_host_import(Setup& setup);

}  // namespace jaga::cmd
