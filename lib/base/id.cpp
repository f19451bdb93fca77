#include "base/id.hpp"

#include <algorithm>
#include <array>

namespace jaga {
namespace {

constexpr std::string_view kCrockford = "0123456789abcdefghjkmnpqrstvwxyz";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_crockford(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z' && c != 'i' && c != 'l' && c != 'o' && c != 'u');
  });
}
bool is_name_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '_' || c == '-';
}

}  // namespace

std::string random_id(const RandomBytes& random) {
  std::array<std::byte, 16> bytes{};
  random(bytes);
  // 128 bits in 26 digits of 5: two zero bits in front.
  std::string out;
  unsigned buffer = 0;
  unsigned bits = 2;
  for (const std::byte byte : bytes) {
    buffer = buffer << 8U | std::to_integer<unsigned>(byte);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += kCrockford[buffer >> bits & 31U];
    }
    buffer &= (1U << bits) - 1;
  }
  // The leading digit holds only three bits; swap it to the end so that the first six, which go into
  // file names, are evenly distributed.
  std::rotate(out.begin(), out.begin() + 1, out.end());
  return out;
}

bool is_random_id(std::string_view text) {
  return text.size() == 26 && is_crockford(text);
}

std::string random_suffix(const RandomBytes& random, std::size_t count) {
  return random_id(random).substr(0, count);
}

bool is_random_suffix(std::string_view text, std::size_t count) {
  return text.size() == count && is_crockford(text);
}

bool is_name(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && (is_digit(text[0]) || (text[0] >= 'a' && text[0] <= 'z')) &&
         std::ranges::all_of(text, is_name_character) && text.find("..") == std::string_view::npos;
}

bool is_incident_id(std::string_view text) {
  // A ".." could only be in the subject, which is a name.
  return text.size() >= 17 && text.size() <= kLongestName && text[8] == '-' && text[text.size() - 7] == '-' &&
         std::ranges::all_of(text.substr(0, 8), is_digit) && is_crockford(text.substr(text.size() - 6)) &&
         is_name(text.substr(9, text.size() - 16));
}

std::string incident_month(std::string_view id) {
  return std::string(id.substr(0, 4)) + "-" + std::string(id.substr(4, 2));
}

}  // namespace jaga
