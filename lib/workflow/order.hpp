// A script for one target, and what came of it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/message.hpp"

namespace jaga::workflow {

// POSIX sh; its text is never changed by expansion.
struct Order {
  std::string script;
  std::vector<std::string> arguments{};
  std::vector<std::pair<std::string, std::string>> environment{};
  std::chrono::milliseconds timeout{60'000};
  bool sudo = false;
  std::optional<std::string> input{};  // text for its standard input; not with sudo
};
struct Answer {
  enum class End { exited, signalled, unknown, not_sent };
  End end = End::not_sent;
  int code = 0;          // of exited
  std::string signal{};  // of signalled, without SIG
  Message why{};         // of unknown and not_sent
  bool host_key_changed = false;
  std::string host_key{};  // "type base64" that it proved to hold; empty: local, or not reached
  std::string address{};
  std::string out{};
  std::string err{};
  bool cut = false;
};

}  // namespace jaga::workflow
