// Simulates memory exhaustion: one chosen allocation fails with std::bad_alloc.
#pragma once

#include <cstddef>

namespace scarce {

// During the lifetime of this object the `nth` allocation (counted from 1) of all threads except exempt ones
// fails, and no other. Only one object may exist at a time.
class Memory {
 public:
  explicit Memory(std::size_t nth);
  ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  // Number of allocations counted so far.
  std::size_t asked() const;
};

// Allocations of the calling thread always succeed during the lifetime of this object.
class Exempt {
 public:
  Exempt();
  ~Exempt();
  Exempt(const Exempt&) = delete;
  Exempt& operator=(const Exempt&) = delete;
};

}  // namespace scarce
