// What is measured on a host: kinds of check and their settings (jaga-hosts(5)).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "inventory/check/dns.hpp"
#include "inventory/check/http.hpp"
#include "inventory/check/icmp.hpp"
#include "inventory/check/local.hpp"
#include "inventory/check/plugin.hpp"
#include "inventory/check/ssh.hpp"
#include "inventory/check/tcp.hpp"

namespace jaga::inventory {

// The row of the kinds: all that is done with a check asks its struct (inventory/check/kind.hpp says what).
// In this order checks stand on a host.
using Check = std::variant<IcmpCheck, TcpCheck, SshCheck, LocalCheck, HttpCheck, DnsCheck, PluginCheck>;

std::string_view kind(const Check& check);  // "icmp", "tcp", "ssh", "local", "http", "dns", "plugin"
// The port of tcp, the URL of http, NAME/TYPE of dns, the name of a plugin, else empty.
std::string object(const Check& check);
// As a part of a host's results is named: "ssh", "tcp:443".
std::string name_of(const Check& check);
const std::vector<std::string>& check_kinds();
// Whether it is measured at the host's address; whether somebody logs in for it; whether it looks at the host
// from within, over SSH or here.
bool needs_address(const Check& check);
bool over_ssh(const Check& check);
bool logs_in(const Check& check);
// A check as a person types it, "icmp" or "tcp:443/nginx.service": nullopt where it is none. `check_words()`
// says which there are.
std::optional<Check> typed_check(std::string_view text);
const std::vector<std::string>& check_words();

// systemd.unit(5): at most 255 letters, digits and ":-_.\\@", with its type: "nginx.service".
bool is_unit_name(std::string_view text);

// Limits of one measured number; nullopt is off.
struct Limit {
  std::optional<std::int64_t> warn;
  std::optional<std::int64_t> crit;
  bool operator==(const Limit&) const = default;
};

// Limits over what the collector reports. Defaults: lib/inventory/thresholds.yaml.
struct Thresholds {
  Limit disk_used;          // percent of a mount's blocks, reached or above
  Limit inode_used;         // percent of a mount's inodes, reached or above
  Limit memory_available;   // percent of memory, this or below
  Limit swap_used;          // percent, reached or above
  Limit load;               // 5-minute load in percent of the processors, reached or above
  Limit failed_units;       // number, reached or above
  Limit security_updates;   // number pending, reached or above
  Limit reboot_required;    // 1 where one is, reached or above
  Limit handles_used;       // percent of the kernel's file handles, reached or above
  Limit conntrack_used;     // percent of the table of connections, reached or above
  Limit zombies;            // processes that nobody waits for, reached or above
  Limit blocked_processes;  // that wait for a device, reached or above
  Limit clock_offset;       // seconds between its clock and ours, reached or above
  Limit temperature;        // degrees Celsius, reached or above, where the sensor has no limit of its own
  Limit services_restart;   // services that run what an update has taken away, reached or above
  Limit failed_logins;      // attempts to log in that failed within the hour, reached or above
  Limit sudo_denied;        // what sudo refused to one user within the hour, reached or above
  Limit account_left;       // days until an account or its password expires, this or less
  Limit ssh_weak_settings;  // settings of sshd that lib/round/hardening.yaml calls weak, reached or above
  Limit sysctl_weak;        // the same of the kernel's
  Limit world_writable;     // files that anybody may write to, reached or above
  Limit support_left;       // days until the release gets no security updates, this or less
  Limit timer_run;          // hours that what a timer started has been running, reached or above
  Limit disk_left;          // hours until a mount is full if it goes on filling so, this or less
  Limit new_errors;         // of an interface within the last 6 to 12 hours, reached or above
  Limit rtt_rise;           // a round trip in percent of what is usual for the host, reached or above
  Limit warranty_left;      // days until the warranty of hosts.yaml ends, this or less
  bool operator==(const Thresholds&) const = default;
};
const Thresholds& default_thresholds();

// Sections of the collector that change slowly and are expensive, sorted. Each is measured once per period.
const std::vector<std::string>& slow_sections();
inline constexpr std::chrono::hours kUsualPeriod{6};
inline constexpr std::chrono::hours kMostPeriod{24 * 30};
// By section; "all" applies to those not listed.
using Periods = std::map<std::string, milliseconds, std::less<>>;

}  // namespace jaga::inventory
