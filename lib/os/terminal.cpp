#include "os/terminal.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

namespace jaga::os {

bool streams_are_terminals() {
  return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0;
}

Terminal::Terminal() : file_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {}

bool Terminal::is_ours() const {
  return file_ && ::tcgetpgrp(file_.get()) == ::getpgrp();
}

void Terminal::give_to(pid_t group) const {
  // SIGTTOU would stop who is not in front.
  sigset_t stop;
  sigset_t before;
  ::sigemptyset(&stop);
  ::sigaddset(&stop, SIGTTOU);
  ::pthread_sigmask(SIG_BLOCK, &stop, &before);
  ::tcsetpgrp(file_.get(), group);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace jaga::os
