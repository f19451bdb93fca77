#include "os/event.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace jaga::os {

Event::Event() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Event::notify() const noexcept {
  const std::uint64_t one = 1;
  // It takes eight bytes unless its counter overflows, and then it is readable as it is.
  [[maybe_unused]] const ssize_t written = ::write(fd_.get(), &one, sizeof one);
}

void Event::clear() const noexcept {
  std::uint64_t told = 0;
  [[maybe_unused]] const ssize_t taken = ::read(fd_.get(), &told, sizeof told);
}

}  // namespace jaga::os
