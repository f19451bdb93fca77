// Packets of anybody: parsing stays within them, and a reply that is accepted is one to a request that we
// could have sent.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "probe/icmp_packet.hpp"

using namespace jaga::probe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto packet = std::as_bytes(std::span(data, size));
  for (const Family family : {Family::v4, Family::v6}) {
    for (const bool with_ip_header : {false, true})
      static_cast<void>(parse_reply(family, packet, with_ip_header));
    if (const auto quoted = parse_quoted(family, packet); quoted && size >= kLeastEcho) {
      std::array<std::byte, kEchoSize> request{};
      build_request(family, *quoted, request);
      if (parse_quoted(family, request) != quoted) std::abort();
    }
  }
  return 0;
}
