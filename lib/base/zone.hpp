// How times name their zone.
#pragma once

#include <chrono>
#include <string>

#include "base/instant.hpp"
#include "base/message.hpp"

namespace jaga {

// "WIB", "WITA", "WIT" of Indonesia, in either language; else "UTC", "UTC+05:30".
std::string zone_text(std::chrono::minutes utc_offset);
// "2026-11-24 11:15 WITA": local_time() with zone_text().
Message zoned_time(Instant at, std::chrono::minutes utc_offset);

}  // namespace jaga
