// How wide text is on a terminal, and its normal form, by the tables of Unicode that utf8proc has.
#include <utf8proc.h>

#include <algorithm>
#include <vector>

#include "base/compose.hpp"
#include "base/text.hpp"

namespace jaga {

std::size_t text_width(std::string_view text) {
  std::size_t width = 0;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t character = 0;
    const utf8proc_ssize_t length =
        utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &character);
    // A byte that is not UTF-8 is shown as one replacement character.
    at += length > 0 ? static_cast<std::size_t>(length) : 1;
    width += length > 0 ? static_cast<std::size_t>(utf8proc_charwidth(character)) : 1;
  }
  return width;
}

std::string composed(std::string_view text) {
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (plain) return std::string(text);
  constexpr auto kForm = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto length = static_cast<utf8proc_ssize_t>(text.size());
  const utf8proc_ssize_t most = utf8proc_decompose(bytes, length, nullptr, 0, kForm);
  if (most < 0) return std::string(text);
  // One more, since it ends the text with a zero.
  std::vector<utf8proc_int32_t> buffer(static_cast<std::size_t>(most) + 1);
  const utf8proc_ssize_t points = utf8proc_decompose(bytes, length, buffer.data(), most, kForm);
  const utf8proc_ssize_t size = points < 0 ? points : utf8proc_reencode(buffer.data(), points, kForm);
  if (size < 0) return std::string(text);
  return {reinterpret_cast<const char*>(buffer.data()), static_cast<std::size_t>(size)};
}

std::vector<std::string> wrapped(std::string_view text, std::size_t most) {
  std::vector<std::string> lines(1);
  std::size_t at = 0;
  std::size_t blanks = 0;  // between the line and the next word
  for (const std::string& word : split(trim(text), ' ')) {
    const std::size_t wide = text_width(word);
    if (word.empty()) {
      ++blanks;
      continue;
    }
    if (at > 0 && at + blanks + wide > most) {
      lines.emplace_back();
      at = 0;
    } else if (at > 0) {
      lines.back().append(blanks, ' ');
      at += blanks;
    }
    lines.back() += word;
    at += wide;
    blanks = 1;
  }
  return lines;
}

}  // namespace jaga
