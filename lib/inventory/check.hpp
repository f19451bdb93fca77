// What is to be measured on a host: kinds of check and their settings (jaga-hosts(5)).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace jaga::inventory {

using std::chrono::milliseconds;

struct IcmpCheck {
  int count = 5;  // 1...100 echo requests
  milliseconds timeout{1'000};
  milliseconds interval{200};  // between two requests to the same host
  int warn_loss = 20;          // percent, reached or above
  int crit_loss = 60;
  std::optional<milliseconds> warn_rtt;  // of the median
  std::optional<milliseconds> crit_rtt;
  bool operator==(const IcmpCheck&) const = default;
};
struct TcpCheck {
  std::uint16_t port = 0;
  milliseconds timeout{5'000};
  std::string unit;  // the systemd unit that serves the port, for the plan; may be empty
  bool operator==(const TcpCheck&) const = default;
};
struct SshCheck {
  milliseconds timeout{60'000};  // of the collector; connecting has deadlines of its own
  bool operator==(const SshCheck&) const = default;
};
struct LocalCheck {
  milliseconds timeout{60'000};
  bool operator==(const LocalCheck&) const = default;
};
// One GET of the host's own address, whatever the name in the URL resolves to; redirects are followed.
struct HttpCheck {
  std::string url;               // parse_url() understands it
  std::vector<int> status{200};  // one of these
  std::string body;              // to be found in the first MiB of the body; empty: anything
  int redirects = 5;             // 0...20
  milliseconds timeout{10'000};  // of all of it
  std::optional<milliseconds> expires_warn =
      std::chrono::hours{24 * 30};  // this or less is left of the certificate
  std::optional<milliseconds> expires_crit = std::chrono::hours{24 * 7};
  bool verify = true;  // the certificate's name and chain; its end is looked at always
  std::string ca;      // trusted certificates (PEM), a full path; empty: the system's
  bool operator==(const HttpCheck&) const = default;
};
struct DnsCheck {
  std::string name;
  std::string type = "A";           // A, AAAA, CNAME, MX, NS, PTR, SOA or TXT
  std::vector<std::string> expect;  // exactly these records; empty: any
  std::string server;               // an address or a host name; empty: those of this machine
  std::uint16_t port = 53;
  milliseconds timeout{5'000};
  bool operator==(const DnsCheck&) const = default;
};
// A Nagios plugin, run as it is: its exit status is the state, its performance data become facts.
struct PluginCheck {
  enum class Via { local, ssh };  // here, or on the host as login.measure
  std::string name;               // is_name; that of the program where none is given
  std::vector<std::string>
      command;  // the program by its full path, then its arguments; never through a shell
  Via via = Via::local;
  milliseconds timeout{30'000};
  bool operator==(const PluginCheck&) const = default;
};
using Check = std::variant<IcmpCheck, TcpCheck, SshCheck, LocalCheck, HttpCheck, DnsCheck, PluginCheck>;

std::string_view kind(const Check& check);  // "icmp", "tcp", "ssh", "local", "http", "dns", "plugin"
// The port of tcp, the URL of http, NAME/TYPE of dns, the name of a plugin, else empty.
std::string object(const Check& check);
const std::vector<std::string>& check_kinds();

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

}  // namespace jaga::inventory
