// The set-up function of every command, one a file.
#pragma once

namespace jaga::cmd {

class Setup;

void setup_completion(Setup& setup);
void setup_help(Setup& setup);

}  // namespace jaga::cmd
