// Repairs responses of web servers that deviate from RFC 9112, for a strict parser.
//
// Pure. Input is untrusted: it may be any bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jaga::probe {

// Size of the header including the empty line that ends it (lines end in CR LF or LF); nullopt if incomplete.
std::optional<std::size_t> head_size(std::string_view bytes);
// Whether the bytes are a prefix of an HTTP response: "HTTP/", or a part of it.
bool may_be_head(std::string_view bytes);
// Converts a complete header to CR LF line ends, and adds the space after the status code that servers
// without a reason phrase omit.
std::string strict_head(std::string_view head);

// Removes the content coding: "gzip", "deflate", "identity" or empty, case-insensitive. Returns at most
// `most` bytes; of damaged or truncated data what can be decoded. Returns nullopt if the coding is unknown or
// the data does not start with its header.
[[nodiscard]] std::optional<std::string> decoded(std::string_view body, std::string_view coding,
                                                 std::size_t most);

}  // namespace jaga::probe
