// ICMP echo packets as bytes (RFC 792, RFC 4443). Pure: built and parsed here, sent elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace jaga::probe {

enum class Family { v4, v6 };

// The part of an echo that a reply must repeat. The cookie is the first 8 bytes of the payload.
struct Echo {
  std::uint16_t id = 0;
  std::uint16_t sequence = 0;
  std::uint64_t cookie = 0;
  bool operator==(const Echo&) const = default;
};

// Header (8) and cookie (8), then zeros up to the size of the span.
inline constexpr std::size_t kLeastEcho = 16;
inline constexpr std::size_t kEchoSize = 64;

// The one's complement sum of RFC 1071, as the packet contains it, in network order.
std::uint16_t internet_checksum(std::span<const std::byte> bytes);

// Writes an echo request over the whole of `packet`, at least kLeastEcho bytes. IPv4: with checksum; IPv6:
// without, the kernel fills it (RFC 3542 section 3.1).
void build_request(Family family, const Echo& echo, std::span<std::byte> packet);

// An echo reply, or nullopt for anything else (also our own request coming by on loopback, a cut packet, a
// wrong checksum). `with_ip_header`: as a raw IPv4 socket gives it; datagram and IPv6 sockets give none.
// The checksum of IPv6 has been checked by the kernel.
[[nodiscard]] std::optional<Echo> parse_reply(Family family, std::span<const std::byte> packet,
                                              bool with_ip_header);

// The echo request quoted by an error that the error queue delivers: type 8 (128) with our payload; a router
// may quote only 8 bytes, so cookie is 0 where it is not there.
[[nodiscard]] std::optional<Echo> parse_quoted(Family family, std::span<const std::byte> packet);

}  // namespace jaga::probe
