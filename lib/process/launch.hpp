// Private to process: forks and executes, nothing more.
#pragma once

#include <sys/types.h>

#include <string>

#include "os/descriptor.hpp"
#include "process/run.hpp"

namespace jaga::process {

// A started program. The caller reaps it: waitpid(pid) once `handle` (a pidfd) is readable.
struct Child {
  pid_t pid = -1;
  os::Descriptor handle;
  os::Descriptor in;  // our ends, non-blocking, close-on-exec
  os::Descriptor out;
  os::Descriptor err;
};

// Starts `command`; on failure `child` is untouched and the reason is returned, else an empty string.
std::string launch(const Command& command, Child& child);

}  // namespace jaga::process
