// Private to process: forks and executes, nothing more.
#pragma once

#include <sys/types.h>

#include <string>

#include "process/run.hpp"

namespace jaga::process {

// A descriptor that is closed when it goes.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }
  int get() const { return fd_; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

// A started program. The caller reaps it: waitpid(pid) once `handle` (a pidfd) is readable.
struct Child {
  pid_t pid = -1;
  Fd handle;
  Fd in;  // our ends, non-blocking, close-on-exec
  Fd out;
  Fd err;
};

// Starts `command`; on failure `child` is untouched and the reason is returned, else an empty string.
std::string launch(const Command& command, Child& child);

}  // namespace jaga::process
