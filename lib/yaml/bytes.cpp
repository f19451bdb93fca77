#include "yaml/bytes.hpp"

#include <algorithm>
#include <charconv>

#include "base/format.hpp"
#include "base/text.hpp"
#include "base/word.hpp"
#include "yaml/read.hpp"

namespace jaga::yaml {
namespace {

// The character at `at` of well-formed UTF-8, and its length.
std::pair<char32_t, std::size_t> character(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t c = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) c = c << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
  return {c, length};
}

}  // namespace

Mark mark_of(std::string_view bytes, std::size_t offset) {
  const std::string_view before = bytes.substr(0, offset);
  const auto lines = std::ranges::count(before, '\n');
  const auto last = before.rfind('\n');
  const std::size_t column = last == std::string_view::npos ? offset : offset - last - 1;
  return {static_cast<int>(lines) + 1, static_cast<int>(column) + 1};
}

void check_bytes(std::string_view bytes, std::string_view file, std::size_t most, ExitCode code) {
  if (bytes.size() > most) {
    throw error_at(code, file, {}, msg("larger than {most} bytes", {{"most", std::to_string(most)}}));
  }
  if (bytes.starts_with("\xef\xbb\xbf")) {
    throw error_at(code, file, {1, 1}, msg("begins with a byte order mark"),
                   msg("save the file as UTF-8 without a byte order mark"));
  }
  const auto at = find_forbidden(bytes);
  if (!at) return;
  const Mark mark = mark_of(bytes, *at);
  if (find_invalid_utf8(bytes) == at)
    throw error_at(code, file, mark, msg("not UTF-8"), msg("save the file as UTF-8"));
  const char32_t c = character(bytes, *at).first;
  if (c == '\r') {
    throw error_at(code, file, mark, msg("a carriage return"),
                   msg("lines must end with LF only; convert the file with 'dos2unix'"));
  }
  throw error_at(code, file, mark,
                 msg("a character that is not allowed, {character}",
                     {{"character", formatted("U+{:04X}", static_cast<unsigned>(c))}}));
}

std::optional<char32_t> odd_blank(std::string_view text) {
  if (text.empty() || static_cast<unsigned char>(text.front()) < 0x80 ||
      find_invalid_utf8(text.substr(0, 4)) == 0)
    return std::nullopt;
  const char32_t c = character(text, 0).first;
  const bool blank =
      c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200b) || c == 0x202f || c == 0x205f || c == 0x3000;
  return blank ? std::optional(c) : std::nullopt;
}

std::size_t find_escaped(std::string_view text, std::size_t at) {
  return pass_over(
      text, at,
      [](std::uint64_t word) {
        return !has_below(word, 0x20) && !has_byte(word, '"') && !has_byte(word, '\\');
      },
      [](unsigned char c) { return c != '"' && c != '\\' && c != '\n' && c != '\t'; });
}

bool is_canonical_key(std::string_view key) {
  const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !key.empty() && key.size() <= kMostKey && alphanumeric(key[0]) &&
         std::ranges::all_of(key,
                             [&](char c) { return alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

bool is_canonical_plain(std::string_view value) {
  if (value == "true" || value == "false") return true;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc{} && end == value.data() + value.size() && std::to_string(number) == value;
}

}  // namespace jaga::yaml
