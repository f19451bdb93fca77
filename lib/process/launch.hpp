// Private to process: starts a program by Boost.Process, nothing more. Any thread may start one; the program
// sees only what is in Launch.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "os/descriptor.hpp"
#include "process/run.hpp"

namespace jaga::process {

// Which program, in what surroundings. The descriptors stay the caller's, and are above 2 or stand where they
// belong already.
struct Launch {
  const std::vector<std::string>& argv;                        // as in Command
  const std::optional<std::vector<std::string>>& environment;  // as in Command
  const std::string& directory;                                // as in Command
  int in = 0;
  int out = 1;
  int err = 2;
  bool own_group = true;
  bool ends_with_parent = true;  // SIGTERM should this process end first
  int terminal = -1;             // given to the program's group, before it begins
};

// Starts it: `pid` is then a child of this process, to be reaped by the caller. Else the reason is returned,
// and there is no child.
[[nodiscard]] std::string start(const Launch& launch, pid_t& pid);

// A started program. The caller reaps it: waitpid(pid) once `handle` (a pidfd) is readable.
struct Child {
  pid_t pid = -1;
  os::Descriptor handle;
  os::Descriptor in;  // our ends, non-blocking, close-on-exec
  os::Descriptor out;
  os::Descriptor err;
};

// Starts `command` with a pipe for each stream; on failure `child` is untouched and the reason is returned,
// else an empty string.
[[nodiscard]] std::string launch(const Command& command, Child& child);

}  // namespace jaga::process
