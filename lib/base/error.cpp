#include "base/error.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

namespace jaga {

Error::Error(ExitCode code, Message message, Message hint)
    : code_(code),
      message_(std::move(message)),
      hint_(std::move(hint)),
      what_(message_.render(Language::english)) {}

Error system_error(int errno_value, Message message, Message hint) {
  const ExitCode code = errno_value == ENOENT ? ExitCode::no_input : ExitCode::io;
  char buffer[256] = {};
  message.arguments.emplace_back("reason", strerror_r(errno_value, buffer, sizeof buffer));
  return {code, std::move(message), std::move(hint)};
}

}  // namespace jaga
