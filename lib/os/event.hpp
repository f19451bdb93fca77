// A descriptor by which one thread wakes another that waits for descriptors (eventfd(2)).
#pragma once

#include "os/descriptor.hpp"

namespace jaga::os {

// All but moving it may be done by any thread at any time, as long as it lives.
class Event {
 public:
  Event();
  // For poll; readable from notify() to clear(). -1: this process has no descriptor left, and who
  // waits has to look from time to time.
  int descriptor() const { return fd_.get(); }
  void notify() const noexcept;
  void clear() const noexcept;

 private:
  Descriptor fd_;
};

}  // namespace jaga::os
