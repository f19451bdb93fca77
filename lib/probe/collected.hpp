// Private to probe: results from the collector's output, over SSH or local.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "probe/measure.hpp"
#include "round/collector.hpp"

namespace jaga::probe {

inline constexpr std::size_t kMostCollected = std::size_t{1} << 20U;

// Logs with debug() which sections of the collector are requested, unless all are.
void tell_sections(const Item& item);

// How long the collector may take when it is asked for `sections` (empty: all): `timeout`, and what those
// that may take long on a busy host have for themselves.
std::chrono::milliseconds time_to_collect(std::chrono::milliseconds timeout,
                                          std::span<const std::string> sections = {});

// Results of the collector's output, an "identity" result if the machine-id is not the pinned one, and last
// `login`, the result of the check itself, completed with machine-id, host name and serial numbers.
std::vector<round::Result> collected(const Item& item, const Wave& wave, round::Result login,
                                     const std::string& output, const std::string& nonce,
                                     const std::optional<round::Heard>& heard = {});

}  // namespace jaga::probe
