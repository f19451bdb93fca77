// Builds and parses ICMP echo packets (RFC 792, RFC 4443). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace jaga::probe {

enum class Family { v4, v6 };

// The fields of an echo request that the reply must repeat. The cookie is the first 8 bytes of the payload.
struct Echo {
  std::uint16_t id = 0;
  std::uint16_t sequence = 0;
  std::uint64_t cookie = 0;
  bool operator==(const Echo&) const = default;
};

// Minimum size: header (8) and cookie (8). The rest of the packet is zeros.
inline constexpr std::size_t kLeastEcho = 16;
inline constexpr std::size_t kEchoSize = 64;

// The checksum of RFC 1071 in network byte order, as stored in the packet.
std::uint16_t internet_checksum(std::span<const std::byte> bytes);

// Writes an echo request that fills `packet`, at least kLeastEcho bytes. The checksum is set for IPv4 only;
// for IPv6 the kernel computes it (RFC 3542, section 3.1).
void build_request(Family family, const Echo& echo, std::span<std::byte> packet);

// Parses an echo reply. Returns nullopt for anything else: our own request seen on loopback, a truncated
// packet, a wrong checksum. `with_ip_header`: true for raw IPv4 sockets only. For IPv6 the kernel has
// verified the checksum.
[[nodiscard]] std::optional<Echo> parse_reply(Family family, std::span<const std::byte> packet,
                                              bool with_ip_header);

// Parses the echo request quoted in an ICMP error from the error queue. The cookie is 0 if the router quoted
// only 8 bytes.
[[nodiscard]] std::optional<Echo> parse_quoted(Family family, std::span<const std::byte> packet);

}  // namespace jaga::probe
