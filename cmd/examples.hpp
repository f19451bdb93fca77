// The examples at the end of `jaga COMMAND -h`.
#pragma once

#include <string_view>
#include <vector>

#include "base/message.hpp"

namespace jaga::cmd {

struct Example {
  std::string_view path;  // "host add"
  std::string_view line;  // as it is typed into a shell
  Message what;           // what it does, without a full stop
};

// In the order in which they are shown; every command that runs has two or three of its own.
const std::vector<Example>& examples();

}  // namespace jaga::cmd
