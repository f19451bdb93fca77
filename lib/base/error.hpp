// The one exception type of jaga, and the exit codes that it ends in.
#pragma once

#include <exception>
#include <optional>
#include <string>

#include "base/message.hpp"

namespace jaga {

// What a jaga process may end with. 0-3 are answers (as a Nagios plugin gives them), the others
// errors after sysexits(3); 130 is 128 + SIGINT as a shell reports it.
enum class ExitCode : int {
  ok = 0,
  warning = 1,  // also: something found, not sound, a command of the repair failed
  critical = 2,
  unknown = 3,
  usage = 64,
  data = 65,         // damaged or hostile data
  no_input = 66,     // no such working directory, incident, host, file
  unavailable = 69,  // a host or service that the step needs is not reachable
  software = 70,     // a bug in jaga
  cant_create = 73,
  io = 74,
  busy = 75,           // try again
  not_permitted = 77,  // role, signature, approval, order of the procedure
  config = 78,         // a bad hand-edited file
  interrupted = 130,
};

// Thrown where a command cannot continue. Not for outcomes: a host that is down, a plan that failed
// or a rejection are values.
//
// `message` follows the form of every message of jaga: lower case, the error first, the subject in
// single quotes, no full stop. `hint` (may be empty) says what to do, in the same form.
class Error : public std::exception {
 public:
  Error(ExitCode code, Message message, Message hint = {});

  ExitCode code() const noexcept { return code_; }
  const Message& message() const noexcept { return message_; }
  const Message& hint() const noexcept { return hint_; }
  // Where in a hand-edited or recorded file the error is; it precedes the message when that is
  // rendered.
  const std::optional<Location>& location() const noexcept { return message_.location; }
  // The English text of message(), for logs and tests; what a person reads is rendered in cmd/.
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  ExitCode code_;
  Message message_;
  Message hint_;
  std::string what_;
};

// Whether the command must end with this error where others are only reported and it goes on: somebody
// interrupted it, or jaga itself is at fault.
inline bool must_end(const Error& error) noexcept {
  return error.code() == ExitCode::interrupted || error.code() == ExitCode::software;
}

// The error of a failed system call: `message` names what was tried, the subject, and a place {reason},
// which gets the text of `errno_value`. The code is no_input for ENOENT, io for all others.
//   throw system_error(errno, msg("cannot read '{path}': {reason}", {{"path", path}}));
Error system_error(int errno_value, Message message, Message hint = {});

}  // namespace jaga
