// Spans of time as a person writes them: "500ms", "15m", "1h", "30d", "1h30m".
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace jaga {

// One or more of NUMBER UNIT, largest unit first, units ms s m h d w (m is minutes), no spaces, no
// sign, no fraction, at most 100 years. Nothing else: a bare number has no unit and is refused.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
// The shortest form that parse_duration reads back to the same value; "0s" for zero.
std::string format_duration(std::chrono::milliseconds span);
// For a person: the two largest units, cut: "3d 4h", "12m 5s", "0.42s" below one second as "420ms".
std::string brief_duration(std::chrono::milliseconds span);
// The same in whole seconds at least: "0s", "42s", "1h 5m".
std::string span_text(std::chrono::milliseconds span);
// Working time, in hours at most: a day of it would be read as a working day.
std::string work_text(std::chrono::milliseconds span);

}  // namespace jaga
