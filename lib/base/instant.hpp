// Points in time as records write them: UTC, milliseconds, RFC 3339 with Z.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace jaga {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

// "2026-11-24T03:15:22.123Z": always three digits of the second, always Z.
std::string format_instant(Instant at);
// "2026-11-24T03:15:22Z", cut (not rounded) to the second, as ssh-keygen's verify-time wants it.
std::string format_seconds(Instant at);
// Exactly the form that format_instant writes; nothing else.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);
// What a person types: RFC 3339 with any offset and with or without fraction, a date with a time
// ("2026-11-24 11:15") or a date alone (its midnight), both taken at `utc_offset`.
[[nodiscard]] std::optional<Instant> parse_time(std::string_view text, std::chrono::minutes utc_offset);

// "20261124" at `utc_offset`: the date in an incident's id.
std::string compact_date(Instant at, std::chrono::minutes utc_offset);
// "2026-11-24 11:15" at `utc_offset`, for a person.
std::string local_time(Instant at, std::chrono::minutes utc_offset);

}  // namespace jaga
