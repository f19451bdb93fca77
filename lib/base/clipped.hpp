// Text cut to what fits.
#pragma once

#include <cstddef>
#include <string_view>

namespace jaga {

// At most `most` bytes of it, cut between characters; bytes that are not UTF-8 are cut anywhere.
std::string_view clipped(std::string_view text, std::size_t most);

}  // namespace jaga
