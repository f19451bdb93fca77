// Times as people type them, in English and Indonesian, whatever language the screen has.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/instant.hpp"

namespace jaga {

struct TypedTime {
  Instant at{};
  bool whole_day = false;  // a date alone: `at` is its midnight
};

// All that parse_time() takes, and a day with or without a time of day and a zone, or a time of day alone,
// which is today's:
//   day     today, yesterday, tomorrow; hari ini, kemarin, besok; 2026-11-30; 30-11-2026; 30 November 2026;
//           November 30, 2026; 30 nov: months by their name in either language or three letters of it,
//           without a year the nearest such day. Its weekday may precede it and must be right.
//   time    08:41, 08.41 or 08:41:30; "at", "pukul" or "jam" may precede it
//   zone    UTC, UTC+08:00, WIB, WITA or WIT; else the time is taken at `utc_offset`
// So what is shown can be typed again. Letters are of any case. nullopt: none of these, or no such day.
[[nodiscard]] std::optional<TypedTime> parse_typed_time(std::string_view text,
                                                        std::chrono::minutes utc_offset, Instant now);

}  // namespace jaga
