// Prints a round as the output of a Nagios plugin. Pure.
#pragma once

#include <string>
#include <string_view>

#include "round/round.hpp"

namespace jaga::feed {

// Maximum length in bytes. NRPE cuts plugin output at 4 KiB.
inline constexpr std::size_t kMostStatusLine = 4'000;

// One line, ended by LF. Lists failing checks worst first; performance data holds the counts, then as many
// measured values as fit. Example:
// JAGA CRITICAL: 1 of 12 checks on 4 hosts is not ok: web01 tcp:5432 critical, refused | hosts=4;;;0 ...
std::string status_line(const round::Round& round);
// "JAGA UNKNOWN: text" and LF, for a run that produced no round. Appends "..." if the text is too long.
std::string unknown_line(std::string_view text);

}  // namespace jaga::feed
