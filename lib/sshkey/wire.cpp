#include "sshkey/wire.hpp"

namespace jaga::sshkey {

std::string_view WireReader::fixed(std::size_t count) {
  if (!ok_ || count > rest_.size()) {
    ok_ = false;
    return {};
  }
  const auto taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::uint8_t WireReader::byte() {
  const auto taken = fixed(1);
  return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken[0]);
}

std::uint32_t WireReader::number() {
  std::uint32_t value = 0;
  for (const char c : fixed(4)) value = (value << 8U) | static_cast<std::uint8_t>(c);
  return value;
}

std::string_view WireReader::string() {
  const auto length = number();
  return fixed(ok_ ? length : 0);
}

std::string_view WireReader::positive_mpint() {
  auto value = string();
  if (!ok_ || value.empty() || (static_cast<std::uint8_t>(value[0]) & 0x80U) != 0) {
    ok_ = false;
    return {};
  }
  if (value[0] == '\0') {
    if (value.size() == 1 || (static_cast<std::uint8_t>(value[1]) & 0x80U) == 0) {
      ok_ = false;
      return {};
    }
    value.remove_prefix(1);
  }
  return value;
}

void put_byte(std::string& out, std::uint8_t value) {
  out += static_cast<char>(value);
}

void put_number(std::string& out, std::uint32_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) out += static_cast<char>((value >> shift) & 0xFFU);
}

void put_string(std::string& out, std::string_view value) {
  put_number(out, static_cast<std::uint32_t>(value.size()));
  out += value;
}

void put_mpint(std::string& out, std::string_view big_endian) {
  while (!big_endian.empty() && big_endian.front() == '\0') big_endian.remove_prefix(1);
  const bool zero = !big_endian.empty() && (static_cast<std::uint8_t>(big_endian.front()) & 0x80U) != 0;
  put_string(out, (zero ? std::string(1, '\0') : std::string()) + std::string(big_endian));
}

}  // namespace jaga::sshkey
