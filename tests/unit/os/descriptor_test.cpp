#include "os/descriptor.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "os/event.hpp"

using jaga::os::Descriptor;

namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

Descriptor some() {
  return Descriptor(::open("/dev/null", O_RDWR | O_CLOEXEC));
}

bool is_readable(int fd) {
  pollfd entry{fd, POLLIN, 0};
  return ::poll(&entry, 1, 0) == 1;
}

}  // namespace

TEST_CASE("a descriptor is closed once, by its last owner, and errno stays") {
  int number = -1;
  {
    Descriptor first = some();
    number = first.get();
    REQUIRE(is_open(number));
    Descriptor second(std::move(first));
    CHECK_FALSE(first);  // NOLINT: what a moved one is, is the point
    CHECK(second.get() == number);
    errno = EXDEV;
  }
  CHECK(errno == EXDEV);
  CHECK_FALSE(is_open(number));

  Descriptor one = some();
  Descriptor other = some();
  const int gone = one.get();
  const int stays = other.get();
  one = std::move(other);
  CHECK_FALSE(is_open(gone));
  CHECK(one.get() == stays);
  Descriptor& itself = one;
  one = std::move(itself);
  CHECK(is_open(stays));

  const int released = one.release();
  CHECK(released == stays);
  CHECK_FALSE(one);
  one.reset();
  CHECK(is_open(released));
  one.reset(released);
  one.reset();
  CHECK_FALSE(is_open(released));
}

TEST_CASE("a pipe carries bytes, is closed by an exec, and lies above the standard streams") {
  const auto pipe = jaga::os::make_pipe();
  REQUIRE(pipe);
  for (const Descriptor* end : {&pipe->reading, &pipe->writing}) {
    CHECK(end->get() > STDERR_FILENO);
    CHECK((::fcntl(end->get(), F_GETFD) & FD_CLOEXEC) != 0);
  }
  char byte = 'x';
  REQUIRE(::write(pipe->writing.get(), "y", 1) == 1);
  REQUIRE(::read(pipe->reading.get(), &byte, 1) == 1);
  CHECK(byte == 'y');
  REQUIRE(jaga::os::set_non_blocking(pipe->reading.get()));
  CHECK(::read(pipe->reading.get(), &byte, 1) == -1);
  CHECK(errno == EAGAIN);

  // Even where this process has no standard input.
  const Descriptor kept(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  const bool had = static_cast<bool>(kept);
  ::close(STDIN_FILENO);
  const auto above = jaga::os::make_pipe();
  CHECK_FALSE(is_open(STDIN_FILENO));
  if (had) REQUIRE(::dup2(kept.get(), STDIN_FILENO) == STDIN_FILENO);
  REQUIRE(above);
  CHECK(above->reading.get() > STDERR_FILENO);
  CHECK(above->writing.get() > STDERR_FILENO);

  CHECK_FALSE(jaga::os::set_non_blocking(-1));
}

TEST_CASE("an event is readable from its notification until it is cleared") {
  const jaga::os::Event event;
  REQUIRE(event.descriptor() >= 0);
  CHECK_FALSE(is_readable(event.descriptor()));
  std::thread([&event] {
    event.notify();
    event.notify();
  }).join();
  CHECK(is_readable(event.descriptor()));
  event.clear();
  CHECK_FALSE(is_readable(event.descriptor()));
  event.clear();  // does not wait
}
