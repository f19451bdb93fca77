#include "command.hpp"
#include "setups.hpp"

namespace jaga::cmd {

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      {"completion", Group::setting_up, Needs::nothing, "0 64 74", msg("print the completions of a shell"),
       setup_completion},
      {"help", Group::alone, Needs::nothing, "0 64 74", msg("explain a command"), setup_help},
  };
  return table;
}

}  // namespace jaga::cmd
