// What a C library made, freed by the function that it gives for that.
#pragma once

namespace jaga {

// A deleter for std::unique_ptr.
template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

}  // namespace jaga
