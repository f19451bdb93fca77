#include "scarce.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<bool> watched{false};
std::atomic<std::size_t> count{0};
std::size_t fatal = 0;  // written only while no allocations are counted
thread_local bool exempt = false;

void* allocate(std::size_t size, std::size_t alignment = 0) {
  if (watched && !exempt && ++count == fatal) throw std::bad_alloc();
  void* got = alignment == 0 ? std::malloc(size == 0 ? 1 : size)
                             : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (got == nullptr) throw std::bad_alloc();
  return got;
}

}  // namespace

// The array and std::nothrow forms call this function ([new.delete]).
void* operator new(std::size_t size) {
  return allocate(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace scarce {

Memory::Memory(std::size_t nth) {
  fatal = nth;
  count = 0;
  watched = true;
}

Memory::~Memory() {
  watched = false;
}

std::size_t Memory::asked() const {
  return count;
}

Exempt::Exempt() {
  exempt = true;
}

Exempt::~Exempt() {
  exempt = false;
}

}  // namespace scarce
