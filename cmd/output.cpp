#include "output.hpp"

#include <unistd.h>

#include <cerrno>

#include "base/errno_text.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace jaga::cmd {

void Output::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= std::size_t{1} << 16U) flush();
}

void Output::line(std::string_view text) {
  write(text);
  write("\n");
}

void Output::flush() {
  if (held_) return;
  std::string_view rest = buffer_;
  while (!rest.empty() && error_ == 0) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0) {
      if (errno != EINTR) error_ = errno;
    } else {
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  buffer_.clear();
}

void Output::check() {
  release();
  flush();
  if (error_ == 0) return;
  const Message reason = errno_text(error_);
  if (recorded_.empty())
    throw Error{ExitCode::io, msg("cannot write to standard output: {reason}").with("reason", reason)};
  throw Error{ExitCode::io,
              msg("recorded, but cannot write to standard output: {reason}").with("reason", reason),
              msg("nevertheless written: {what}", {{"what", join(recorded_, ", ")}})};
}

}  // namespace jaga::cmd
