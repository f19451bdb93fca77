#include "probe/icmp_packet.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

namespace {

using namespace jaga::probe;

// Turns a request into the reply of a host: another type and a new checksum.
std::vector<std::byte> reply_to(Family family, const Echo& echo) {
  std::vector<std::byte> packet(kEchoSize);
  build_request(family, echo, packet);
  packet[0] = static_cast<std::byte>(family == Family::v4 ? 0 : 129);
  if (family == Family::v4) {
    packet[2] = packet[3] = std::byte{0};
    const std::uint16_t sum = internet_checksum(packet);
    packet[2] = static_cast<std::byte>(sum >> 8);
    packet[3] = static_cast<std::byte>(sum & 0xff);
  }
  return packet;
}

}  // namespace

TEST_CASE("the checksum is that of RFC 1071's example") {
  const std::array<std::uint8_t, 8> numbers = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  CHECK(internet_checksum(std::as_bytes(std::span(numbers))) == static_cast<std::uint16_t>(~0xddf2 & 0xffff));
  CHECK(internet_checksum(std::as_bytes(std::span(numbers)).first(1)) == 0xffff);
}

TEST_CASE("a reply gives back id, sequence and cookie") {
  const Echo echo{0xabcd, 99, 0x0123456789abcdefU};
  CHECK(parse_reply(Family::v4, reply_to(Family::v4, echo), false) == echo);
  CHECK(parse_reply(Family::v6, reply_to(Family::v6, echo), false) == echo);
}

TEST_CASE("our own request and a truncated, changed or foreign packet are not replies") {
  const Echo echo{1, 2, 3};
  std::vector<std::byte> request(kEchoSize);
  build_request(Family::v4, echo, request);
  CHECK_FALSE(parse_reply(Family::v4, request, false));
  CHECK(parse_quoted(Family::v4, request) == echo);
  CHECK(parse_quoted(Family::v4, std::span(request).first(8)) == Echo{1, 2, 0});
  CHECK_FALSE(parse_quoted(Family::v4, std::span(request).first(7)));

  auto reply = reply_to(Family::v4, echo);
  CHECK_FALSE(parse_reply(Family::v4, std::span(reply).first(15), false));
  CHECK_FALSE(parse_reply(Family::v6, reply, false));
  CHECK_FALSE(parse_quoted(Family::v4, reply));
  reply[10] ^= std::byte{1};
  CHECK_FALSE(parse_reply(Family::v4, reply, false));
}

TEST_CASE("packets of a raw IPv4 socket include the IP header, which may be invalid") {
  const Echo echo{7, 8, 9};
  const auto reply = reply_to(Family::v4, echo);
  std::vector<std::byte> packet(24, std::byte{0});
  packet[0] = std::byte{0x46};  // header of six words, with an option
  packet[9] = std::byte{1};
  packet.insert(packet.end(), reply.begin(), reply.end());
  CHECK(parse_reply(Family::v4, packet, true) == echo);
  CHECK_FALSE(parse_reply(Family::v4, reply, true));
  packet[0] = std::byte{0x44};  // shorter than the minimum header
  CHECK_FALSE(parse_reply(Family::v4, packet, true));
  packet[0] = std::byte{0x4f};
  CHECK_FALSE(parse_reply(Family::v4, std::span(packet).first(40), true));
  packet[0] = std::byte{0x46};
  packet[7] = std::byte{1};  // not the first fragment
  CHECK_FALSE(parse_reply(Family::v4, packet, true));
}
