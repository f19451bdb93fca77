// What the collector script printed (lib/probe/collector.sh), made into results. Pure; the bytes are those of
// a host that may lie: nothing in them is trusted beyond what they say about that host.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/inventory.hpp"
#include "round/round.hpp"

namespace jaga::round {

struct Collected {
  // "load", "memory", "disk", "inode", "mount", "unit", "uptime", "reboot", "updates": at least one result
  // for each, unknown where the section is missing, cut, failed, not permitted or not understood. Disks and
  // inodes of images (squashfs, iso9660 ...) and of containers' overlays are left out. A "mount" is
  // read-only, or (a network or FUSE mount) does not answer. "process", "handles", "conntrack", "interface",
  // "clock", "account", "raid", "smart", "temperature", "fan", "kernel", "sshd", "sysctl", "listen", "login",
  // "sudo", "writable", "expiry", "restart", "timer", "release", "power", "ups", "battery": the same, but no
  // result where the host has nothing of that kind.
  std::vector<Result> results;
  std::string machine_id;  // 32 hex digits, or empty
  std::string hostname;
  std::vector<std::string> serials;  // "product_serial ABC"
};

// At most this many lines of a section are made into results.
inline constexpr std::size_t kMostObjects = 256;
// Package lists older than this say nothing.
inline constexpr std::int64_t kMostListAge = std::int64_t{3} * 86'400;  // seconds

// When, by our clock, the script was started and when its end was heard of.
struct Heard {
  Instant asked{};
  Instant heard{};
};

// `output` is standard output of the script run with `nonce`; limits are those of `host`. Without `heard` the
// host's clock is compared with nothing.
Collected parse_collector(std::string_view output, std::string_view nonce, const inventory::Host& host,
                          const std::optional<Heard>& heard = {});

}  // namespace jaga::round
