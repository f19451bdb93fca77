#include "base/zone.hpp"

#include <string>

#include "base/format.hpp"

namespace jaga {

using std::chrono::minutes;

std::string zone_text(minutes utc_offset) {
  if (utc_offset == minutes{0}) return "UTC";
  // Keputusan Presiden 41/1987: the three zones of Indonesia.
  if (utc_offset == std::chrono::hours{7}) return "WIB";
  if (utc_offset == std::chrono::hours{8}) return "WITA";
  if (utc_offset == std::chrono::hours{9}) return "WIT";
  const auto size = utc_offset.count() < 0 ? -utc_offset.count() : utc_offset.count();
  return formatted("UTC{}{:02}:{:02}", utc_offset.count() < 0 ? '-' : '+', size / 60, size % 60);
}

Message zoned_time(Instant at, minutes utc_offset) {
  return msg("{time} {zone}", {{"time", local_time(at, utc_offset)}, {"zone", zone_text(utc_offset)}});
}

}  // namespace jaga
