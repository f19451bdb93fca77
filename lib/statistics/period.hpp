// A month or a year of the office's calendar.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"

namespace jaga::statistics {

// From `from` up to, not including, `until`; both are midnights at the office's offset.
struct Period {
  Instant from{};
  Instant until{};

  bool holds(Instant at) const { return at >= from && at < until; }
  bool operator==(const Period&) const = default;
};

// Of "2026-11" and of "2026", in exactly that form, 1970 to 9999; nullopt: anything else.
[[nodiscard]] std::optional<Period> parse_month(std::string_view text, std::chrono::minutes utc_offset);
[[nodiscard]] std::optional<Period> parse_year(std::string_view text, std::chrono::minutes utc_offset);
// "2026-11" and "2026" of an instant.
std::string month_text(Instant at, std::chrono::minutes utc_offset);
std::string year_text(Instant at, std::chrono::minutes utc_offset);
// The month, or the year, before one that parse_month() or parse_year() gave.
Period month_before(const Period& month, std::chrono::minutes utc_offset);
Period year_before(const Period& of, std::chrono::minutes utc_offset);
// The twelve months of a year.
std::vector<Period> months_of(const Period& of, std::chrono::minutes utc_offset);

}  // namespace jaga::statistics
