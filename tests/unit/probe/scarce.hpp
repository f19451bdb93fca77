// Memory that runs out: one allocation of C++ fails with std::bad_alloc, at a place of the test's choice.
#pragma once

#include <cstddef>

namespace scarce {

// While this lives the `nth` allocation (from 1) of all threads but the exempt ones fails, only that one. One
// at a time.
class Memory {
 public:
  explicit Memory(std::size_t nth);
  ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  // So many were asked for since.
  std::size_t asked() const;
};

// The calling thread always has memory, until the end of this.
class Exempt {
 public:
  Exempt();
  ~Exempt();
  Exempt(const Exempt&) = delete;
  Exempt& operator=(const Exempt&) = delete;
};

}  // namespace scarce
