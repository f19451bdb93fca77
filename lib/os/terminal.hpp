// The terminal that controls this process, and whether somebody sits there.
#pragma once

#include <sys/types.h>

#include "os/descriptor.hpp"

namespace jaga::os {

// Whether a question can be asked over the standard streams: input and error are terminals.
bool streams_are_terminals();

// /dev/tty, open as long as this lives. Of one thread: give_to() changes the signal mask of the calling one
// for a moment.
class Terminal {
 public:
  Terminal();
  explicit operator bool() const { return static_cast<bool>(file_); }  // false: this process has none
  int descriptor() const { return file_.get(); }
  // Whether this process's group is the one that reads from it (and that Ctrl-C reaches).
  bool is_ours() const;
  // From now on that is `group`, of this session; a group that is gone by now is none.
  void give_to(pid_t group) const;

 private:
  Descriptor file_;
};

}  // namespace jaga::os
