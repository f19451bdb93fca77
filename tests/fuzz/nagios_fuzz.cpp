// Output of any plugin: parsing never crashes, and what is written is read back to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "feed/nagios.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const jaga::feed::PluginOutput said = jaga::feed::parse_plugin_output(text);
  for (const jaga::feed::Perf& perf : said.perf) {
    const std::string once = jaga::feed::write_perf(perf);
    if (once.find_first_of("|\n") != std::string::npos) std::abort();
    const auto again = jaga::feed::parse_perf(once);
    if (again.size() != 1 || jaga::feed::write_perf(again.front()) != once) std::abort();
  }
  static_cast<void>(jaga::feed::facts_of(said.perf));
  if (const auto range = jaga::feed::parse_range(text)) {
    if (jaga::feed::parse_range(jaga::feed::write_range(*range)) != range) std::abort();
  }
  return 0;
}
