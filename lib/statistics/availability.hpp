// How much of the measured time devices were available.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "record/day_summary.hpp"

namespace jaga::statistics {

// The days of one host, by date ("2026-11-24").
using HostDays = std::map<std::string, record::HostDay>;

// Sums of the minutes of all days from `from` to `to`, both included; the checks that failed are not summed.
// An empty `to` means no end.
record::HostDay sum_of(const HostDays& days, const std::string& from = {}, const std::string& to = {});

// In hundredths of a percent, cut: 10000 only of a host that was never in critical state. A host is available
// while none of its checks is in confirmed critical state; time in a maintenance window, and time in which
// its state was not known, is left out. Not set: nothing is left.
std::optional<std::int64_t> availability(const record::HostDay& of);

// How a day is shown: by its worst state. `none`: not measured.
enum class DayLook { none, ok, warning, critical, unknown, maintenance };
DayLook look_of(const record::HostDay* day);  // nullptr: not measured
std::string_view name(DayLook look);          // "none" ...

}  // namespace jaga::statistics
