// Eight bytes at a time: whether any of them is of some kind (S. E. Anderson, "Bit Twiddling Hacks": a word
// with a zero byte, a byte less than n).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace jaga {

inline constexpr std::size_t kWord = 8;

// Eight bytes from `at` on; the caller knows that they are there.
inline std::uint64_t word_at(std::string_view text, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, text.data() + at, kWord);
  return word;
}
constexpr std::uint64_t repeated(unsigned char byte) {
  return 0x0101010101010101U * byte;
}
constexpr bool has_high_bit(std::uint64_t word) {
  return (word & repeated(0x80)) != 0;
}
// A byte below `limit`, which is at most 0x80.
constexpr bool has_below(std::uint64_t word, unsigned char limit) {
  return ((word - repeated(limit)) & ~word & repeated(0x80)) != 0;
}
constexpr bool has_byte(std::uint64_t word, unsigned char byte) {
  return has_below(word ^ repeated(byte), 1);
}

// The first byte from `at` on that is not passed over, or the text's size: by words where `words(word)` says
// so of all eight, else by bytes where `bytes(byte)` does.
template <typename Words, typename Bytes>
std::size_t pass_over(std::string_view text, std::size_t at, Words words, Bytes bytes) {
  for (;;) {
    while (at + kWord <= text.size() && words(word_at(text, at))) at += kWord;
    const std::size_t end = std::min(at + kWord, text.size());
    while (at < end && bytes(static_cast<unsigned char>(text[at]))) ++at;
    if (at < end || at == text.size()) return at;
  }
}

}  // namespace jaga
