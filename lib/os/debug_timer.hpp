// How long something took, for debug() alone: without a sink the clock is not read.
#pragma once

#include <chrono>
#include <string>

#include "base/debug.hpp"

namespace jaga::os {

class DebugTimer {
 public:
  DebugTimer() {
    if (debugging()) began_ = std::chrono::steady_clock::now();
  }
  // "12.345 ms" since it was made.
  std::string text() const {
    const std::chrono::duration<double, std::milli> span = std::chrono::steady_clock::now() - began_;
    return formatted("{:.3f} ms", span.count());
  }

 private:
  std::chrono::steady_clock::time_point began_{};
};

}  // namespace jaga::os
