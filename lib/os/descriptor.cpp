#include "os/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace jaga::os {

void Descriptor::reset(int fd) noexcept {
  if (fd_ >= 0) {
    const int before = errno;
    ::close(fd_);  // not tried again: Linux has closed it whatever it says
    errno = before;
  }
  fd_ = fd;
}

std::optional<Pipe> make_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  for (Descriptor* end : {&pipe.reading, &pipe.writing}) {
    if (end->get() > STDERR_FILENO) continue;
    const int higher = ::fcntl(end->get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (higher < 0) return std::nullopt;
    end->reset(higher);
  }
  return pipe;
}

bool set_non_blocking(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

}  // namespace jaga::os
