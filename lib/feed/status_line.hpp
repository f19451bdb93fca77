// A round as a Nagios plugin prints it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "round/round.hpp"

namespace jaga::feed {

// Most of what servers and their agents take of a plugin: NRPE cuts at 4 KiB.
inline constexpr std::size_t kMostStatusLine = 4'000;

// "JAGA CRITICAL: 1 of 12 checks on 4 hosts is not ok: web01 tcp:5432 critical, refused | hosts=4;;;0 ..."
// and LF: the worst first, then performance data: how many, and the measured values, as far as they fit.
std::string status_line(const round::Round& round);
// "JAGA UNKNOWN: text": why there is no round.
std::string unknown_line(std::string_view text);

}  // namespace jaga::feed
