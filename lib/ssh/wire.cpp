#include "ssh/wire.hpp"

namespace jaga::ssh {

std::optional<std::string_view> Reader::take(std::size_t count) {
  if (failed_ || count > rest_.size()) {
    failed_ = true;
    return std::nullopt;
  }
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::optional<std::uint8_t> Reader::byte() {
  const auto taken = take(1);
  if (!taken) return std::nullopt;
  return static_cast<std::uint8_t>(taken->front());
}

std::optional<std::uint32_t> Reader::number() {
  const auto taken = take(4);
  if (!taken) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : *taken) value = value << 8 | static_cast<std::uint8_t>(c);
  return value;
}

std::optional<std::string_view> Reader::string() {
  const auto size = number();
  if (!size) return std::nullopt;
  return take(*size);
}

void put_byte(std::string& out, std::uint8_t value) {
  out.push_back(static_cast<char>(value));
}

void put_number(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) put_byte(out, static_cast<std::uint8_t>(value >> shift));
}

void put_string(std::string& out, std::string_view value) {
  put_number(out, static_cast<std::uint32_t>(value.size()));
  out += value;
}

void put_mpint(std::string& out, std::string_view big_endian) {
  while (!big_endian.empty() && big_endian.front() == '\0') big_endian.remove_prefix(1);
  std::string value(big_endian);
  if (!value.empty() && (static_cast<std::uint8_t>(value.front()) & 0x80U) != 0)
    value.insert(value.begin(), '\0');
  put_string(out, value);
}

}  // namespace jaga::ssh
