// The hosts, how they are reached, and what is measured on them: hosts.yaml and hosts.d/*.yaml
// (jaga-hosts(5)). Settings of a host stand over those of its groups, those over `defaults`; checks and
// thresholds merge field by field.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "inventory/check.hpp"
#include "yaml/node.hpp"

namespace jaga::inventory {

inline constexpr std::size_t kMostHostName = 40;

// Reachable when one of `any` is (or there is none) and every one of `all`.
struct Parents {
  std::vector<std::string> any;
  std::vector<std::string> all;
  bool empty() const { return any.empty() && all.empty(); }
  bool operator==(const Parents&) const = default;
};
// A service that this host cannot do without: while it fails, what fails here follows from that.
struct Need {
  std::string host;
  std::string check;  // "tcp:5432"; empty: that the host is up
  std::string of;     // the check of this host that needs it, "http:https://..."; empty: all of them
  bool operator==(const Need&) const = default;
};
struct Login {
  std::string measure = "jaga";        // user for the collector
  std::string repair = "jaga-repair";  // user for plans
  std::uint16_t port = 22;
  bool operator==(const Login&) const = default;
};
struct Place {
  std::string site, rack, power, hypervisor;  // names of the office's own; may be empty
  bool operator==(const Place&) const = default;
};
struct Hardware {
  std::string model, serial;
  std::string warranty_vendor;
  std::string warranty_until;  // YYYY-MM-DD or empty
  bool operator==(const Hardware&) const = default;
};

// Sockets that may listen: "tcp:443", "udp:6000-6010".
struct Sockets {
  std::string protocol;  // "tcp" or "udp"
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  bool operator==(const Sockets&) const = default;
};
[[nodiscard]] std::optional<Sockets> parse_sockets(std::string_view text);
std::string to_text(const Sockets& sockets);

struct Host {
  std::string name;     // is_name, at most 40
  std::string address;  // IPv4, IPv6 (with or without %scope) or a host name
  std::string kind = "server";
  Parents parents;
  std::vector<Need> needs;
  Login login;
  std::string jump;  // the host that SSH goes through; empty: none
  Place place;
  Hardware hardware;
  std::vector<Check> checks;    // by kind (see check_kinds), then object; none: only named
  std::vector<Sockets> listen;  // what may, beside SSH and the ports of tcp checks; empty: nobody judges it
  std::vector<std::string> groups;
  std::string file;  // where its entry stands
  yaml::Mark mark;

  // The defaults, until the first that is set. Copies of a host share theirs.
  const Thresholds& thresholds() const { return own_thresholds_ ? *own_thresholds_ : default_thresholds(); }
  // To set one at once: the host has its own from here on.
  Thresholds& change_thresholds();
  // Period of one of slow_sections().
  milliseconds period(std::string_view section) const;
  const Periods& periods() const;  // only those that are set
  void set_period(const std::string& section, milliseconds period);
  bool has_check(std::string_view kind) const;
  // jaga logs in on it (over SSH or here), so it has an identity.
  bool logs_in() const;
  // The first of these.
  bool over_ssh() const;

 private:
  std::shared_ptr<Thresholds> own_thresholds_;
  std::shared_ptr<const Periods> own_periods_;
};

// A file of the working directory: its path there and its bytes.
struct File {
  std::string name;
  std::string bytes;
};

struct Inventory {
  std::vector<Host> hosts;                                 // by name
  std::map<std::string, std::vector<std::string>> groups;  // members by name; also groups without any
  Digest digest;                                           // of all names and bytes it was read from

  const Host* find(std::string_view name) const;
  // Throws Error{no_input} with the nearest name.
  const Host& at(std::string_view name) const;
  // Hosts named "web01" or "@web", each once, by name; all for an empty list. Throws Error{no_input}.
  std::vector<const Host*> select(std::span<const std::string> wanted) const;
  // SSH leads to it or through it.
  bool has_ssh(const Host& host) const;
  // Names of all that lie below `name` (its children, theirs ...), by name.
  std::vector<std::string> below(std::string_view name) const;
};

// Throws Error{config} with file, line and column: also for a name used twice, groups that disagree, an
// unknown parent, need or group, a circle of parents or needs (named). `hosts_d` hold only `hosts:`.
Inventory load(const File& hosts_yaml, std::span<const File> hosts_d);

// The bytes of hosts.d/NAME.yaml for `host add`: what differs from `usual`, a host without any settings.
// load() reads them back to the same host as long as no group or default sets more.
std::string host_yaml(const Host& host, const Host& usual = {});

// The name of an account: 1 to 32 letters, digits and "_-.", no '-' in front.
bool is_login_name(std::string_view text);

// IPv4, IPv6 or a host name by its spelling alone; which characters and forms: see address.hpp.
bool is_address(std::string_view text);

}  // namespace jaga::inventory
