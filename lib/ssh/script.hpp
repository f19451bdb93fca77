// How a script is sent to a host so that nothing in it is expanded on the way, and so that its end is
// known for certain. Pure.
//
// libssh2 reports exit status 0 for a command that was killed and for a connection that was lost, so
// success is never taken from there: a wrapper prints, before and after the script, a line with a nonce on
// both streams, the second time with the exit status on standard output. Without that line the end of the
// script is unknown. What comes before the first is the login shell's: its profile talks.
//
// Any thread may call these; an Output belongs to one.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jaga::ssh {

// A POSIX sh script and its data. It runs as `/bin/sh -c TEXT jaga ARGS...` in the login's home, with
// standard input at end of file unless `input` is given. It may exit, exec, set -e, be killed, or leave
// children in the background (which are not waited for and whose later output is not read).
struct Script {
  std::string text{};                                              // at most kMostScript bytes
  std::vector<std::string> args{};                                 // $1 ...
  std::vector<std::pair<std::string, std::string>> environment{};  // names [A-Za-z_][A-Za-z0-9_]*
  std::optional<std::string> input{};
  bool sudo = false;  // through `sudo -n`: never a password
  // Ended on the host after this long, also when nobody is connected any more: by timeout(1), TERM first and
  // KILL two seconds later, inside sudo. Where the host has none there is no limit. The exit status is then
  // 124 or 137.
  std::optional<std::chrono::seconds> limit{};
};

// A single argument on Linux holds 128 KiB; larger scripts are refused.
inline constexpr std::size_t kMostScript = 120 * 1024;

// `text` as one word of sh: in single quotes, each quote inside as '\''. Any bytes but NUL survive.
std::string quote(std::string_view text);

// What `/bin/sh -s` is given on its standard input. `nonce` is at least 16 characters [a-z0-9], different
// each time. Throws Error{data} for a NUL byte anywhere, a bad name of a variable, or a script too long.
std::string wrap_script(const Script& script, std::string_view nonce);

// One stream of a wrapped script: drops what comes before "\n" NONCE " begin\n", keeps the first `most` bytes
// before the mark, finds the mark, drops what comes after. The mark is "\n" NONCE "\n", or with_status, "\n"
// NONCE " " STATUS
// "\n".
class Output {
 public:
  Output(std::string_view nonce, bool with_status, std::size_t most);

  void feed(std::string_view bytes);
  bool complete() const { return complete_; }            // the mark was seen
  std::optional<int> status() const { return status_; }  // 0-255
  bool cut() const { return cut_; }
  std::size_t received() const { return received_; }
  bool begun() const { return begun_; }
  // What was kept, without the marks. Where the mark never came: all that was kept.
  std::string take();

 private:
  void keep(std::string_view bytes);
  void drop_before_begin();

  std::string mark_;  // up to the nonce
  std::string begin_;
  bool with_status_;
  std::size_t most_;
  std::string kept_;
  std::string held_;  // may be the beginning of the mark
  std::optional<int> status_;
  std::size_t received_ = 0;
  bool begun_ = false;
  bool complete_ = false;
  bool cut_ = false;
};

}  // namespace jaga::ssh
