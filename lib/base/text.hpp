// Text that comes from elsewhere, made safe to look at; and small helpers over names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jaga {

// The first byte that is not well-formed UTF-8 (RFC 3629), or nullopt.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

// True for what is not allowed in records and on terminals: C0 and C1 controls but LF and TAB, DEL,
// bidirectional controls (U+202A-E, U+2066-9, U+200E-F, U+061C), U+2028-9, BOM, noncharacters.
bool is_forbidden(char32_t code_point);
// The first byte of a character that is forbidden or malformed, or nullopt.
std::optional<std::size_t> find_forbidden(std::string_view text);

// True for other characters that nobody sees (Unicode's Default_Ignorable_Code_Point and interlinear
// annotation): soft hyphen, joiners, zero-width spaces, fillers, variation selectors, tags. They may be read,
// but what a person types is refused with them: two names that look alike must not differ.
bool is_invisible(char32_t code_point);
// The first byte of an invisible character, or nullopt. `joiners`: U+200C and U+200D between two letters
// count as visible there, since they change how Balinese, Persian or Hindi is written.
std::optional<std::size_t> find_invisible(std::string_view text, bool joiners);

// For a terminal or a message: every forbidden or malformed byte as \xNN (bytes) or \u{NNNN}, LF and
// TAB as \n and \t, a backslash doubled. One line, safe to print.
std::string printable(std::string_view text);
// As printable, but a backslash stays one: for sentences of our own, which hold what printable() made.
std::string printable_once(std::string_view text);
// As printable, but LF and TAB stay: for captured output of several lines.
std::string printable_lines(std::string_view text);
// Bytes as a record's string can hold them: forbidden and malformed ones replaced by U+FFFD, CR LF made LF.
std::string sanitized(std::string_view bytes);

// Whether it is one line of plain text: what names, numbers and places on paper have to be.
bool is_line(std::string_view text);

// At most `most` bytes of it and "..." where it goes on, cut between characters.
std::string shortened(std::string_view text, std::size_t most);

// In columns of a terminal: East Asian and emoji two, combining, invisible and control none, malformed one.
std::size_t text_width(std::string_view text);
// Broken at spaces into lines of at most `most` columns; a longer word has a line of its own. At least
// one line.
std::vector<std::string> wrapped(std::string_view text, std::size_t most);

// Percent-encodes everything but [A-Za-z0-9._-] (RFC 3986 unreserved without ~): parts of a fault key.
std::string percent_encode(std::string_view text);

// What was probably meant: the only candidate that begins with `text` (two bytes or more), else the nearest
// one (Damerau-Levenshtein, at most a third of its length), else empty.
std::string nearest(std::string_view text, std::span<const std::string> candidates);

// In single quotes, as sh, zsh and fish take every text.
std::string shell_quoted(std::string_view text);
// One word of a command that a person types into a shell: as it is where sh takes it so, else in single
// quotes.
std::string shell_word(std::string_view text);

std::vector<std::string> split(std::string_view text, char separator);  // keeps empty parts
std::string lower(std::string_view text);                               // of ASCII letters alone
bool contains(std::string_view text, std::string_view part);
bool contains(std::span<const std::string> list, std::string_view value);
// Whether all of `text` is matched: '*' stands for any number of bytes, '?' for one. Takes no longer than the
// product of both lengths.
bool matches_glob(std::string_view pattern, std::string_view text);
// 1 to 65535 in decimal digits.
[[nodiscard]] std::optional<std::uint16_t> parse_port(std::string_view text);
// What to take away ("- ") and to add ("+ ") to make one text of lines the other, in order; lines that both
// have are left out. Where very much is between the first and the last change, all of that.
std::vector<std::string> changed_lines(std::string_view before, std::string_view after);
std::string_view trim(std::string_view text);  // spaces, TAB, CR, LF at both ends
std::string join(std::span<const std::string> parts, std::string_view separator);

}  // namespace jaga
