// Text compressed as zlib does it (RFC 1950), unpacked only up to a limit. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jaga::fleet {

std::string pack(std::string_view text);
// nullopt: not one complete stream, something after it, or more than `most` bytes. Needs memory for what
// comes out, at most `most`, whatever the stream promises.
[[nodiscard]] std::optional<std::string> unpack(std::string_view packed, std::size_t most);

}  // namespace jaga::fleet
