// Where debug() goes: standard error, each line with the milliseconds since the program began.
#pragma once

namespace jaga::cmd {

void debug_to_standard_error();

}  // namespace jaga::cmd
