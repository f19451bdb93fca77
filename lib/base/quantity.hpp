// Counted things in texts that no catalogue translates (summaries of results).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jaga {

// "1 day", "0 days", "3 days".
std::string quantity(std::int64_t count, std::string_view one, std::string_view several);

}  // namespace jaga
