#include "round/collector.hpp"

#include "base/text.hpp"
#include "round/sections.hpp"

namespace jaga::round {
namespace {

void identity(Findings& found) {
  const Section* section = found.raw("identity");
  if (section == nullptr) return;
  Collected& out = found.collected();
  for (const std::string_view line : section->lines) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, space);
    const std::string_view value = trim(line.substr(space + 1));
    if (key == "machine-id") {
      const bool good =
          value.size() == 32 && value.find_first_not_of("0123456789abcdef") == std::string_view::npos;
      if (good) out.machine_id = std::string(value);
    } else if (key == "hostname") {
      out.hostname = said(value, 253);
    } else if (key.substr(0, 8) == "product_" || key.substr(0, 6) == "board_") {
      if (out.serials.size() < 8) out.serials.push_back(said(line, 200));
    }
  }
}

}  // namespace

Collected parse_collector(std::string_view output, std::string_view nonce, const inventory::Host& host,
                          const std::optional<Heard>& heard) {
  Findings found(output, nonce, host);
  identity(found);
  read_health(found);
  read_hardware(found);
  read_software(found);
  read_security(found);
  read_upkeep(found, heard);
  read_devices(found);
  read_clock(found, heard);
  return found.take();
}

}  // namespace jaga::round
