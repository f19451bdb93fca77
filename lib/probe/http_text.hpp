// What web servers send, which is not always what RFC 9112 asks for, in the form in which a strict parser
// takes it. Pure; the bytes are those of a server that may send anything.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jaga::probe {

// How far the head goes, with the empty line that ends it (CR LF or LF alone); nullopt: it has no end yet.
std::optional<std::size_t> head_size(std::string_view bytes);
// Whether what has come so far may become a head: "HTTP/", or the beginning of that.
bool may_be_head(std::string_view bytes);
// A whole head with CR LF at each line's end and the blank after the status, which servers without a reason
// phrase leave out.
std::string strict_head(std::string_view head);

// The body without the coding of Content-Encoding: "gzip", "deflate", "identity" or empty, in any case of
// letters; at most `most` bytes of it, and of one that is damaged or cut what comes before. nullopt: another
// coding, or no beginning of that one.
[[nodiscard]] std::optional<std::string> decoded(std::string_view body, std::string_view coding,
                                                 std::size_t most);

}  // namespace jaga::probe
