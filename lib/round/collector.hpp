// Converts the output of the collector script (lib/probe/collector/) to results.
//
// Pure. The output is untrusted: a host can lie about itself, but about nothing else.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::round {

struct Collected {
  // At least one result for each of "load", "memory", "disk", "inode", "mount", "unit", "uptime", "reboot"
  // and "updates"; unknown if its section is missing, truncated, failed, not permitted or malformed.
  // The others only if the host has such an object: "process", "handles", "conntrack", "interface", "clock",
  // "account", "raid", "smart", "temperature", "fan", "kernel", "sshd", "sysctl", "listen", "login", "sudo",
  // "writable", "expiry", "restart", "timer", "release", "power", "ups", "battery".
  // Image file systems (squashfs, iso9660 ...) and container overlays get no disk or inode result. "mount"
  // reports read-only mounts, and network or FUSE mounts that do not answer.
  std::vector<Result> results;
  std::string machine_id;  // 32 hex digits, or empty
  std::string hostname;
  std::vector<std::string> serials;  // each as "NAME VALUE": "product_serial ABC"
};

// Maximum number of results made from one section.
inline constexpr std::size_t kMostObjects = 256;
// Package lists older than this are too old to judge pending updates by.
inline constexpr std::int64_t kMostListAge = std::int64_t{3} * 86'400;  // seconds

// The sections of the script, in its order. It can be asked for some of them.
std::span<const std::string_view> collector_sections();
// The section of the collector that a result comes from; empty for all other results.
std::string_view section_of(const Result& result);
// `sections` and those that must be requested with them to be interpreted in the same way: file systems are
// judged together. Sorted.
std::vector<std::string> with_companions(std::vector<std::string> sections);
// Replaces the results of `sections`, and those with the same check and object, with those of a second look. The
// new ones come first; neither list is sorted.
void look_again(std::vector<Result>& known, std::span<const std::string> sections, std::vector<Result> again);

// When the script was started and when its end arrived, by the clock of this machine.
struct Heard {
  Instant asked{};
  Instant heard{};
};

// `output`: standard output of the script run with `nonce`. Limits are those of `host`. Without `heard`, the
// host's clock is not checked. `asked`: the requested sections, empty for all; others have no results.
Collected parse_collector(std::string_view output, std::string_view nonce, const inventory::Host& host,
                          const std::optional<Heard>& heard = {}, std::span<const std::string> asked = {});

}  // namespace jaga::round
