// Hosts read from the inventories of other tools. Pure: resolves no names and opens no files.
// Any thread may call these functions.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/message.hpp"
#include "inventory/inventory.hpp"

namespace jaga::feed {

enum class Source { ansible, ssh_config, hosts, csv };

struct Imported {
  std::vector<inventory::Host> hosts;  // sorted by name, no duplicates
  std::vector<Message> remarks;        // entries that were skipped or ignored, with file, line and reason
};

inline constexpr std::size_t kMostImported = std::size_t{64} << 20U;  // bytes

// Converts another tool's inventory. Sources:
//
// ansible: the JSON output of `ansible-inventory --list`. Reads ansible_host, ansible_port and ansible_user,
// or, where these are unset, the ansible_ssh_* names of Ansible before 2.0; groups include those of their
// children.
//
// ssh_config: ssh_config(5). Each Host name without a wildcard becomes a host; HostName, Port, User and
// ProxyJump (imported as the parent if that host is in the same file) may come from wildcard blocks. Match
// and Include are ignored with a remark. Names with the same HostName, port and proxy become one host under
// the first name; a name without a HostName is its own address.
//
// hosts: hosts(5). Imports the first usable name of each address, without loopback and multicast addresses.
// Invalid lines are skipped with a remark; a file of only such lines is an error.
//
// csv: RFC 4180 with a header. Required columns: name, address. Optional: kind, groups, parents, checks,
// port, login, site, rack, power, hypervisor, model, serial, vendor, until. The separator is ',' or ';';
// lists within a cell are separated by spaces.
//
// Names are converted to lower case, without a trailing dot. Groups that are not in `groups`, and hosts whose
// name or address is invalid, are skipped with a remark. Hosts get `checks` unless the source defines their
// checks. Throws Error{data}, with the line if there is one, if `bytes` is not of the given format.
Imported parse_inventory(Source source, std::string_view bytes, std::string_view file,
                         std::span<const std::string> groups, const std::vector<inventory::Check>& checks);

// Parses a check as written on the command line: "icmp", "ssh", "local", "tcp:443", "tcp:443/nginx.service",
// "http:URL", "dns:NAME" or "dns:NAME/TYPE". Throws Error{usage}.
inventory::Check parse_check(std::string_view text);

// Parses a plain list of hosts. Each line is `NAME ADDRESS`, or a target that expand_targets() accepts (an
// address, a CIDR network or a range), whose hosts are named by their addresses with ':' and '%' replaced by
// '-'. '#' starts a comment. Throws Error{data} with the line.
std::vector<inventory::Host> parse_plain_list(std::string_view bytes, std::string_view file,
                                              const std::vector<inventory::Check>& checks);

}  // namespace jaga::feed
