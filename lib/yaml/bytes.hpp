// What both readers check before they look at YAML at all.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "yaml/node.hpp"

namespace jaga::yaml {

inline constexpr std::size_t kMostKey = 128;

// The place of a byte, both from 1.
Mark mark_of(std::string_view bytes, std::size_t offset);
// Size, UTF-8, byte order mark, NUL, CR, controls, bidirectional characters. Throws Error{code}.
void check_bytes(std::string_view bytes, std::string_view file, std::size_t most, ExitCode code);
// The first character from `at` on that a quoted text writes with a backslash (\ " LF TAB); the text's size
// where none is left.
std::size_t find_escaped(std::string_view text, std::size_t at);
// A blank that is none to YAML, as web pages and word processors have them: U+00A0, U+2000-200B, U+202F,
// U+3000 ...; `text` begins with it. nullopt: it does not.
std::optional<char32_t> odd_blank(std::string_view text);
// [a-z0-9][a-z0-9_.-]*, at most kMostKey.
bool is_canonical_key(std::string_view key);
// true, false, or a decimal integer of 64 bits in its one form.
bool is_canonical_plain(std::string_view value);

}  // namespace jaga::yaml
