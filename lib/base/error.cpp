#include "base/error.hpp"

#include <cerrno>
#include <utility>

#include "base/errno_text.hpp"

namespace jaga {

Error::Error(ExitCode code, Message message, Message hint)
    : code_(code),
      message_(std::move(message)),
      hint_(std::move(hint)),
      what_(message_.render(Language::english)) {}

Error system_error(int errno_value, Message message, Message hint) {
  const ExitCode code = errno_value == ENOENT ? ExitCode::no_input : ExitCode::io;
  return {code, std::move(message).with("reason", errno_text(errno_value)), std::move(hint)};
}

}  // namespace jaga
