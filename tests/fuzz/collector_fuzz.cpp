// What the collector printed on a host that may lie: parsing never crashes, and whatever comes of it is a
// round that is read again. The nonce is "n".
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "round/collector.hpp"
#include "round/look.hpp"

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

  // Asked for some sections only, nothing comes of others; and a second look at them leaves no two of a
  // thing.
  const std::vector<std::string> asked = {"disk", "login", "memory", "mount", "remote", "timer"};
  std::vector<jaga::round::Result> some =
      jaga::round::parse_collector(text, "n", host, jaga::round::Heard{}, asked).results;
  for (const jaga::round::Result& result : some)
    if (std::find(asked.begin(), asked.end(), jaga::round::section_of(result)) == asked.end()) std::abort();
  jaga::round::Round carried = round;
  for (jaga::round::Result& result : carried.results)
    if (jaga::round::is_slow(result)) result.measured = round.at;
  jaga::round::look_again(carried.results, asked, some);
  const std::size_t all = carried.results.size();
  jaga::round::follow(carried, &round);
  if (carried.results.size() != all) std::abort();
  if (jaga::round::read(jaga::round::write(carried), "again") != carried) std::abort();
  return 0;
}
