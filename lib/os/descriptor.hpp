// Descriptors and who closes them.
//
// A Descriptor has one owner and may be moved to another thread; it is not to be used by two at once.
#pragma once

#include <optional>
#include <utility>

namespace jaga::os {

// Owns a descriptor and closes it when it goes; errno stays what it was. -1: owns none.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~Descriptor() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  // The caller has to close it.
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  void reset(int fd = -1) noexcept;

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor reading;
  Descriptor writing;
};

// Both ends are closed by an exec and lie above 2, even where this process was started with a standard stream
// closed. nullopt with errno: no descriptor is left.
[[nodiscard]] std::optional<Pipe> make_pipe();

// False with errno: `fd` is not open.
[[nodiscard]] bool set_non_blocking(int fd);

}  // namespace jaga::os
