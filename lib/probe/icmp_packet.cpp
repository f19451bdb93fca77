#include "probe/icmp_packet.hpp"

#include <algorithm>

namespace jaga::probe {
namespace {

constexpr std::uint8_t kRequest4 = 8;
constexpr std::uint8_t kReply4 = 0;
constexpr std::uint8_t kRequest6 = 128;
constexpr std::uint8_t kReply6 = 129;

std::uint8_t at(std::span<const std::byte> bytes, std::size_t i) {
  return std::to_integer<std::uint8_t>(bytes[i]);
}

std::uint16_t get16(std::span<const std::byte> bytes, std::size_t i) {
  return static_cast<std::uint16_t>((at(bytes, i) << 8) | at(bytes, i + 1));
}

void put16(std::span<std::byte> bytes, std::size_t i, std::uint16_t value) {
  bytes[i] = static_cast<std::byte>(value >> 8);
  bytes[i + 1] = static_cast<std::byte>(value & 0xff);
}

std::uint64_t get_cookie(std::span<const std::byte> bytes) {
  std::uint64_t cookie = 0;
  for (std::size_t i = 8; i < 16; ++i) cookie = (cookie << 8) | at(bytes, i);
  return cookie;
}

// Removes the IPv4 header if the packet contains a complete ICMP message.
std::optional<std::span<const std::byte>> without_ip_header(std::span<const std::byte> packet) {
  if (packet.size() < 20 || (at(packet, 0) >> 4) != 4 || at(packet, 9) != 1) return std::nullopt;
  const std::size_t header = static_cast<std::size_t>(at(packet, 0) & 0x0f) * 4;
  if (header < 20 || packet.size() < header) return std::nullopt;
  if ((get16(packet, 6) & 0x1fff) != 0) return std::nullopt;  // not the first fragment
  return packet.subspan(header);
}

}  // namespace

std::uint16_t internet_checksum(std::span<const std::byte> bytes) {
  std::uint64_t sum = 0;
  std::size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) sum += get16(bytes, i);
  if (i < bytes.size()) sum += static_cast<std::uint64_t>(at(bytes, i)) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum & 0xffff);
}

void build_request(Family family, const Echo& echo, std::span<std::byte> packet) {
  std::fill(packet.begin(), packet.end(), std::byte{0});
  packet[0] = static_cast<std::byte>(family == Family::v4 ? kRequest4 : kRequest6);
  put16(packet, 4, echo.id);
  put16(packet, 6, echo.sequence);
  for (std::size_t i = 0; i < 8; ++i)
    packet[8 + i] = static_cast<std::byte>((echo.cookie >> (56 - 8 * i)) & 0xff);
  if (family == Family::v4) put16(packet, 2, internet_checksum(packet));
}

std::optional<Echo> parse_reply(Family family, std::span<const std::byte> packet, bool with_ip_header) {
  if (family == Family::v4 && with_ip_header) {
    const auto inner = without_ip_header(packet);
    if (!inner) return std::nullopt;
    packet = *inner;
  }
  if (packet.size() < kLeastEcho) return std::nullopt;
  if (at(packet, 0) != (family == Family::v4 ? kReply4 : kReply6) || at(packet, 1) != 0) return std::nullopt;
  if (family == Family::v4 && internet_checksum(packet) != 0) return std::nullopt;
  return Echo{get16(packet, 4), get16(packet, 6), get_cookie(packet)};
}

std::optional<Echo> parse_quoted(Family family, std::span<const std::byte> packet) {
  if (packet.size() < 8) return std::nullopt;
  if (at(packet, 0) != (family == Family::v4 ? kRequest4 : kRequest6) || at(packet, 1) != 0)
    return std::nullopt;
  return Echo{get16(packet, 4), get16(packet, 6), packet.size() >= kLeastEcho ? get_cookie(packet) : 0};
}

}  // namespace jaga::probe
