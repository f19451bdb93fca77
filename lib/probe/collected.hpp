// Private to probe: what the collector's output says of a host, over SSH or here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "probe/measure.hpp"
#include "round/collector.hpp"

namespace jaga::probe {

inline constexpr std::size_t kMostCollected = std::size_t{1} << 20U;

// The results of an output, and the check's own, `login`, with who the host says that it is; last, whether
// that is who was pinned.
std::vector<round::Result> collected(const Item& item, const Wave& wave, round::Result login,
                                     const std::string& output, const std::string& nonce,
                                     const std::optional<round::Heard>& heard = {});

}  // namespace jaga::probe
