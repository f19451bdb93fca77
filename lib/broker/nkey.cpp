#include "broker/nkey.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "sshkey/ed25519.hpp"

namespace jaga::broker {
namespace {

constexpr std::uint8_t kUser = 20U << 3U;
// A seed has two bytes in front, in which the prefix of seeds (18) and that of its kind meet.
constexpr std::array<std::uint8_t, 2> kUserSeed = {18U << 3U | kUser >> 5U, (kUser & 31U) << 3U};
constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::uint16_t checksum(std::span<const std::uint8_t> bytes) {
  unsigned crc = 0;
  for (const std::uint8_t byte : bytes) {
    crc ^= static_cast<unsigned>(byte) << 8U;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000U) != 0 ? crc << 1U ^ 0x1021U : crc << 1U;
  }
  return static_cast<std::uint16_t>(crc & 0xffffU);
}

std::string encode(std::vector<std::uint8_t> bytes) {
  const std::uint16_t crc = checksum(bytes);
  bytes.push_back(static_cast<std::uint8_t>(crc & 0xffU));
  bytes.push_back(static_cast<std::uint8_t>(crc >> 8U));
  std::string out;
  unsigned held = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = held << 8U | byte;
    for (bits += 8; bits >= 5; bits -= 5) out += kDigits[held >> (bits - 5) & 31U];
  }
  if (bits > 0) out += kDigits[held << (5 - bits) & 31U];
  return out;
}

// What is between `prefix` and the checksum.
std::optional<NkeyBytes> decode(std::string_view text, std::span<const std::uint8_t> prefix) {
  NkeyBytes out{};
  const std::size_t size = prefix.size() + out.size() + 2;
  if (text.size() != (size * 8 + 4) / 5) return std::nullopt;
  std::vector<std::uint8_t> bytes;
  unsigned held = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    held = (held << 5U | static_cast<unsigned>(digit)) & 0xfffU;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(held >> bits & 0xffU));
  }
  const std::span<const std::uint8_t> body(bytes.data(), size - 2);
  const std::uint16_t crc = checksum(body);
  if ((held & ((1U << bits) - 1U)) != 0 || bytes[size - 2] != (crc & 0xffU) || bytes[size - 1] != crc >> 8U ||
      !std::equal(prefix.begin(), prefix.end(), body.begin()))
    return std::nullopt;
  std::copy(body.begin() + static_cast<std::ptrdiff_t>(prefix.size()), body.end(), out.begin());
  return out;
}

std::string with_prefix(std::span<const std::uint8_t> prefix, const NkeyBytes& key) {
  std::vector<std::uint8_t> bytes(prefix.begin(), prefix.end());
  bytes.insert(bytes.end(), key.begin(), key.end());
  return encode(std::move(bytes));
}

}  // namespace

std::string nkey_seed(const NkeyBytes& seed) {
  return with_prefix(kUserSeed, seed);
}
std::string nkey_public(const NkeyBytes& point) {
  return with_prefix(std::array{kUser}, point);
}
std::optional<NkeyBytes> parse_nkey_seed(std::string_view text) {
  return decode(text, kUserSeed);
}
std::optional<NkeyBytes> parse_nkey_public(std::string_view text) {
  return decode(text, std::array{kUser});
}
std::string nkey_public_of(std::string_view seed) {
  const std::optional<NkeyBytes> bytes = parse_nkey_seed(seed);
  if (!bytes) throw Error{ExitCode::software, msg("not the seed of a NATS user")};
  return nkey_public(sshkey::Ed25519Key(*bytes).point());
}

}  // namespace jaga::broker
