// What the programs of jaga do first: signals become a stop, and standard streams stay what they are.
#pragma once

#include <stop_token>

#include "os/event.hpp"

namespace jaga::cmd {

// Signals are blocked in every thread; this one waits for them and requests the stop. A second signal ends
// the process at once: every file is published whole, so nothing is left behind. Lives as long as the
// process.
class Signals {
 public:
  Signals();
  std::stop_token stop() const { return source_.get_token(); }
  int descriptor() const { return event_.descriptor(); }

 private:
  std::stop_source source_;
  os::Event event_;
};

// A closed standard stream must not become the descriptor of the first file that is opened.
void hold_standard_streams();

}  // namespace jaga::cmd
