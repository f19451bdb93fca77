// What the collector printed on a host that may lie: parsing never crashes, and whatever comes of it is a
// round that is read again. The nonce is "n".
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "round/collector.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  jaga::inventory::Host host;
  host.name = "web01";
  jaga::round::Round round;
  round.installation = "here";
  round.results = jaga::round::parse_collector(text, "n", host, jaga::round::Heard{}).results;
  const std::size_t number = round.results.size();
  jaga::round::follow(round, nullptr);
  // Each thing keeps its own result.
  if (round.results.size() != number) std::abort();
  if (jaga::round::read(jaga::round::write(round), "again") != round) std::abort();
  return 0;
}
