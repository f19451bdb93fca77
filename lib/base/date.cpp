#include "base/date.hpp"

namespace jaga {

std::string iso_date(Instant at, std::chrono::minutes utc_offset) {
  return format_instant(at + utc_offset).substr(0, 10);
}

// A date alone is all that parse_time() takes of ten characters.
bool is_iso_date(std::string_view text) {
  return text.size() == 10 && parse_time(text, std::chrono::minutes{0});
}

std::string add_days(std::string_view date, int days) {
  const std::chrono::minutes utc{0};
  return iso_date(midnight_of(date, utc) + std::chrono::days{days}, utc);
}

Instant midnight_of(std::string_view date, std::chrono::minutes utc_offset) {
  return *parse_time(date, utc_offset);
}

}  // namespace jaga
