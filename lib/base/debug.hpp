// What jaga reads, connects to, starts and decides, printed for a person who looks for a reason (--debug). In English,
// for those who know the program; nothing here is a message for a person. Off until a sink is set: then a
// debug() costs one load, and its arguments should cost nothing to name. Any thread may call it.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "base/format.hpp"

namespace jaga {

// Gets a line without its end, secrets masked and safe for a terminal. Called from any thread, several at
// once; must not throw, nor call debug().
using DebugSink = void (*)(std::string_view area, std::string_view line) noexcept;

namespace detail {
inline std::atomic<DebugSink> debug_sink{nullptr};
void tell_debug(std::string_view area, const std::string& text);
}  // namespace detail

inline void set_debug_sink(DebugSink sink) {
  detail::debug_sink.store(sink);
}
inline bool debugging() {
  return detail::debug_sink.load(std::memory_order_relaxed) != nullptr;
}

// `area` is where it happens: file, config, record, program, ssh, probe, key, decision. What mask_secrets()
// knows is masked; environments, what is typed at prompts and the input of programs are never passed.
template <typename... Arguments>
void debug(std::string_view area, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  if (debugging()) detail::tell_debug(area, vformatted(format, fmt::make_format_args(arguments...)));
}

}  // namespace jaga
