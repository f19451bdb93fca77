#include "round/collector.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "round/sections.hpp"

namespace jaga::round {
namespace {

constexpr std::array<std::string_view, 35> kSections = {
    "identity", "load",    "memory",  "disk",    "inode",     "remote",    "mount",   "unit",  "uptime",
    "reboot",   "updates", "process", "handles", "conntrack", "interface", "raid",    "smart", "sensor",
    "edac",     "kernel",  "account", "release", "sysctl",    "sshd",      "listen",  "login", "expiry",
    "timer",    "power",   "ipmi",    "ups",     "battery",   "writable",  "restart", "clock"};
// What is seen of the file systems is put together from all of these.
constexpr std::array<std::string_view, 4> kFileSystems = {"disk", "inode", "mount", "remote"};

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

std::span<const std::string_view> collector_sections() {
  return kSections;
}

std::string_view section_of(const Result& result) {
  if (result.check == "temperature" || result.check == "fan") return "sensor";
  if (result.check == "sudo") return "login";
  if (result.check == "kernel" && result.object.starts_with("memory:")) return "edac";
  if (result.check == "power" && result.facts.contains("record")) return "ipmi";
  const auto at = std::find(kSections.begin(), kSections.end(), result.check);
  return at == kSections.end() ? std::string_view{} : *at;
}

std::vector<std::string> with_companions(std::vector<std::string> sections) {
  const auto is_file_system = [](std::string_view name) {
    return std::find(kFileSystems.begin(), kFileSystems.end(), name) != kFileSystems.end();
  };
  if (std::any_of(sections.begin(), sections.end(), is_file_system))
    sections.insert(sections.end(), kFileSystems.begin(), kFileSystems.end());
  std::sort(sections.begin(), sections.end());
  sections.erase(std::unique(sections.begin(), sections.end()), sections.end());
  return sections;
}

void look_again(std::vector<Result>& known, std::span<const std::string> sections,
                std::vector<Result> again) {
  const auto is_newer = [](const Result& result) {
    return [&result](const Result& other) {
      return other.check == result.check && other.object == result.object;
    };
  };
  for (Result& result : again) {
    const auto old = std::find_if(known.begin(), known.end(), is_newer(result));
    if (old == known.end()) continue;
    // Who the host is comes from another section.
    if (result.machine_id.empty()) result.machine_id = old->machine_id;
    for (const char* fact : {"hostname", "serials"})
      if (const auto at = old->facts.find(fact); at != old->facts.end()) result.facts.insert(*at);
  }
  std::erase_if(known, [&](const Result& result) {
    return std::find(sections.begin(), sections.end(), section_of(result)) != sections.end() ||
           std::any_of(again.begin(), again.end(), is_newer(result));
  });
  known.insert(known.begin(), std::make_move_iterator(again.begin()), std::make_move_iterator(again.end()));
}

Collected parse_collector(std::string_view output, std::string_view nonce, const inventory::Host& host,
                          const std::optional<Heard>& heard, std::span<const std::string> asked) {
  Findings found(output, nonce, host, asked);
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
