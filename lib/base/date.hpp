// Dates of the calendar as text, "2026-11-24", which sorts as the calendar does.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/instant.hpp"

namespace jaga {

// The date of an instant at `utc_offset`.
std::string iso_date(Instant at, std::chrono::minutes utc_offset);
// Whether it is a date of the calendar in exactly that form.
bool is_iso_date(std::string_view text);
// The date so many days later, or earlier. Precondition: is_iso_date.
std::string add_days(std::string_view date, int days);
// When that date begins. Precondition: is_iso_date.
Instant midnight_of(std::string_view date, std::chrono::minutes utc_offset);

}  // namespace jaga
