#include "os/file.hpp"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace jaga::os {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 16U;

void wipe(std::string& bytes) {
  ::explicit_bzero(bytes.data(), bytes.size());
  bytes.clear();
}

// By hand, since resize() would leave the old bytes in memory that is given back.
void grow(std::string& bytes, std::size_t size) {
  std::string larger(size, '\0');
  std::copy(bytes.begin(), bytes.end(), larger.begin());
  wipe(bytes);
  bytes = std::move(larger);
}

// How many bytes to make room for: one more than there should be, so that the end is met without growing.
std::size_t room_for(int fd, std::size_t most) {
  struct stat status {};
  const bool known = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
  const std::size_t expected = known ? static_cast<std::size_t>(status.st_size) : kPiece;
  return std::min(expected, most) + 1;
}

}  // namespace

Descriptor open_to_read(const std::string& path, int flags) {
  return Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags));
}

int read_all(int fd, std::size_t most, std::string& out, const std::function<bool()>& ready) {
  out.assign(room_for(fd, most), '\0');
  std::size_t have = 0;
  int reason = 0;
  for (;;) {
    if (ready && !ready()) {
      reason = ECANCELED;
      break;
    }
    if (have == out.size()) grow(out, std::min(2 * have, most + 1));
    const ssize_t got = ::read(fd, out.data() + have, out.size() - have);
    if (got < 0 && (errno == EINTR || (errno == EAGAIN && ready))) continue;
    if (got < 0) reason = errno;
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
    if (have > most) {
      reason = EFBIG;
      break;
    }
  }
  if (reason != 0)
    wipe(out);
  else
    out.resize(have);
  return reason;
}

int read_file(const std::string& path, std::size_t most, std::string& out, int flags) {
  out.clear();
  const Descriptor file = open_to_read(path, flags);
  if (!file) return errno;
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return errno;
  return S_ISREG(status.st_mode) ? read_all(file.get(), most, out) : EINVAL;
}

int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace jaga::os
