// What other monitors say: parsing never crashes, throws Error alone, and what it gives can be written as a
// round.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"
#include "feed/reports.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const jaga::inventory::Inventory inventory =
      jaga::inventory::load({"hosts.yaml", "hosts:\n  - {name: web01, address: 10.0.0.1}\n"}, {});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const jaga::Instant now{std::chrono::seconds{1'795'492'800}};
  for (const auto reporter : {jaga::feed::Reporter::nagios, jaga::feed::Reporter::alertmanager}) {
    try {
      jaga::round::Round round = jaga::feed::parse_reports(reporter, text, "input", inventory, now).round;
      round.installation = "here";
      jaga::round::follow(round, nullptr);
      if (jaga::round::read(jaga::round::write(round), "again") != round) std::abort();
    } catch (const jaga::Error&) {
      continue;
    }
  }
  return 0;
}
