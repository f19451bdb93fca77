#include "signals.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

namespace jaga::cmd {

Signals::Signals() {
  sigset_t own;
  sigemptyset(&own);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&own, number);
  ::pthread_sigmask(SIG_BLOCK, &own, nullptr);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, nullptr);
  std::thread([this, own] {
    for (int caught = 0;; ++caught) {
      int number = 0;
      if (::sigwait(&own, &number) != 0) return;
      if (caught > 0) ::_exit(128 + number);
      source_.request_stop();
      event_.notify();
    }
  }).detach();
}

void hold_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // Opened for the other direction, so that using it still fails.
    if (::fcntl(descriptor, F_GETFD) < 0)
      ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace jaga::cmd
