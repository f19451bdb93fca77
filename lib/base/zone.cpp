#include "base/zone.hpp"

#include <string>

#include "base/format.hpp"

namespace jaga {

using std::chrono::minutes;

Message zone_text(minutes utc_offset) {
  if (utc_offset == minutes{0}) return literal("UTC");
  if (utc_offset == std::chrono::hours{7}) return msg("UTC+07:00");
  if (utc_offset == std::chrono::hours{8}) return msg("UTC+08:00");
  if (utc_offset == std::chrono::hours{9}) return msg("UTC+09:00");
  const auto size = utc_offset.count() < 0 ? -utc_offset.count() : utc_offset.count();
  return literal(formatted("UTC{}{:02}:{:02}", utc_offset.count() < 0 ? '-' : '+', size / 60, size % 60));
}

Message zoned_time(Instant at, minutes utc_offset) {
  return msg("{time} {zone}", {{"time", local_time(at, utc_offset)}}).with("zone", zone_text(utc_offset));
}

}  // namespace jaga
