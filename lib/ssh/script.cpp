#include "ssh/script.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace jaga::ssh {
namespace {

constexpr std::string_view kNewline = "\n";
constexpr std::size_t kLongestStatus = 3;

bool is_variable(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [letter](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

void refuse_nul(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw Error(ExitCode::data, msg("a script, its arguments or its environment contain a NUL byte"),
                msg("a shell cannot pass it on; encode such data in the input of the script"));
  }
}

}  // namespace

std::string quote(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string wrap_script(const Script& script, std::string_view nonce) {
  refuse_nul(script.text);
  if (script.text.size() > kMostScript) {
    throw Error(ExitCode::data,
                msg("the script has {size} bytes; one argument of a program can have at most {most}",
                    {{"size", std::to_string(script.text.size())}, {"most", std::to_string(kMostScript)}}),
                msg("split it into several commands"));
  }
  std::string run;
  if (script.input) {
    refuse_nul(*script.input);
    run += "printf %s " + quote(*script.input) + " | ";
  }
  if (script.sudo) run += "sudo -n -- ";
  if (script.limit) run += "$t ";
  if (!script.environment.empty()) {
    run += "env";
    for (const auto& variable : script.environment) {
      if (!is_variable(variable.first)) {
        throw Error(
            ExitCode::data,
            msg("invalid name of an environment variable: '{name}'", {{"name", printable(variable.first)}}),
            msg("use letters, digits and '_', not beginning with a digit"));
      }
      refuse_nul(variable.second);
      run += " " + variable.first + "=" + quote(variable.second);
    }
    run += " ";
  }
  run += "/bin/sh -c " + quote(script.text) + " jaga";
  for (const std::string& argument : script.args) {
    refuse_nul(argument);
    run += " " + quote(argument);
  }
  if (!script.input) run += " </dev/null";
  // In braces, so that the shell has read all of it before any of it runs. Standard error first: who has
  // the mark of standard output knows that the other is under way.
  const std::string mark(nonce);
  std::string limit;
  if (script.limit) {
    // Tried, not looked for: busybox has had other options, and none for KILL.
    const std::string seconds = std::to_string(script.limit->count());
    limit = "t=\nif timeout -k 2 9 true; then t='timeout -k 2 " + seconds +
            "'; elif timeout 9 true; then t='timeout " + seconds + "'; fi >/dev/null 2>&1 </dev/null\n";
  }
  const std::string begin =
      "printf '\\n%s begin\\n' " + mark + " >&2\nprintf '\\n%s begin\\n' " + mark + "\n";
  return "{\n" + limit + begin + run + "\nr=$?\nprintf '\\n%s\\n' " + mark + " >&2\nprintf '\\n%s %s\\n' " +
         mark + " \"$r\"\nexit \"$r\"\n}\n";
}

Output::Output(std::string_view nonce, bool with_status, std::size_t most)
    : mark_(kNewline), with_status_(with_status), most_(most) {
  mark_ += nonce;
  begin_ = mark_ + " begin\n";
  mark_ += with_status ? ' ' : '\n';
}

void Output::drop_before_begin() {
  const std::size_t at = held_.find(begin_);
  if (at == std::string::npos) return;
  kept_.clear();
  cut_ = false;
  begun_ = true;
  held_.erase(0, at + begin_.size());
}

void Output::keep(std::string_view bytes) {
  const std::size_t room = most_ - std::min(most_, kept_.size());
  kept_ += bytes.substr(0, room);
  if (bytes.size() > room) cut_ = true;
}

void Output::feed(std::string_view bytes) {
  received_ += bytes.size();
  if (complete_) return;
  held_ += bytes;
  for (;;) {
    if (!begun_) drop_before_begin();
    const std::size_t at = held_.find(mark_);
    if (at == std::string::npos) {
      // What may be the beginning of the mark waits; everything before it does not.
      const std::size_t longest = begun_ ? mark_.size() : begin_.size();
      const std::size_t wait = std::min(held_.size(), longest - 1);
      keep(std::string_view(held_).substr(0, held_.size() - wait));
      held_.erase(0, held_.size() - wait);
      return;
    }
    if (!with_status_) {
      keep(std::string_view(held_).substr(0, at));
      complete_ = true;
      break;
    }
    if (!begun_ && begin_.starts_with(std::string_view(held_).substr(at))) {
      keep(std::string_view(held_).substr(0, at));
      held_.erase(0, at);
      return;
    }
    const std::size_t digits = at + mark_.size();
    const std::size_t end = held_.find('\n', digits);
    if (end == std::string::npos && held_.size() - digits <= kLongestStatus) {
      keep(std::string_view(held_).substr(0, at));
      held_.erase(0, at);
      return;
    }
    const std::string_view number =
        std::string_view(held_).substr(digits, (end == std::string::npos ? held_.size() : end) - digits);
    int value = 0;
    for (const char c : number.substr(0, kLongestStatus)) value = value * 10 + (c - '0');
    const bool good = end != std::string::npos && !number.empty() && number.size() <= kLongestStatus &&
                      std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; }) &&
                      value <= 255;
    if (good) {
      keep(std::string_view(held_).substr(0, at));
      status_ = value;
      complete_ = true;
      break;
    }
    keep(std::string_view(held_).substr(0, at + 1));  // not our mark
    held_.erase(0, at + 1);
  }
  held_.clear();
}

std::string Output::take() {
  keep(held_);
  held_.clear();
  return std::move(kept_);
}

}  // namespace jaga::ssh
