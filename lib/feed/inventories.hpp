// Hosts out of the inventories of other tools. Pure: nothing is looked up and no file is followed.
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
  std::vector<inventory::Host> hosts;  // by name, each once; with the checks that were asked for
  std::vector<Message> remarks;        // what was passed over, and why
};

inline constexpr std::size_t kMostImported = std::size_t{64} << 20U;  // bytes

// ansible     the JSON of `ansible-inventory --list`: ansible_host, ansible_port, ansible_user, or the older
//             ansible_ssh_host and so on where they are not set; groups with their children
// ssh_config  ssh_config(5): Host blocks without wildcards, with what blocks with wildcards add: HostName,
//             Port, User, ProxyJump (as parent, where it is a host of the same file); Match and Include are
//             passed over. Names with one address, port and way (ProxyJump, ProxyCommand) are one host, by
//             the first of them; names without a HostName are the addresses themselves, so each is a host
// hosts       hosts(5): the first name of each address that may be a host's; this machine's own and
//             multicast addresses are left out, and with a remark the lines that are none
// csv         RFC 4180 with a head: name and address, and any of kind, groups, parents, checks, port, login,
//             site, rack, power, hypervisor, model, serial, vendor, until; ',' or ';' between, several words
//             in a cell by spaces
// Names are made lower-case and lose a dot at their end. Groups that are not in `groups` are left out, with a
// remark, and so are hosts whose name or address jaga cannot use. `checks` are given to hosts whose source
// defines no checks. Throws Error{data} with the line for what is not such a file at all.
Imported parse_inventory(Source source, std::string_view bytes, std::string_view file,
                         std::span<const std::string> groups, const std::vector<inventory::Check>& checks);

// "icmp", "ssh", "local", "tcp:443", "tcp:443/nginx.service", "http:URL", "dns:NAME" or "dns:NAME/TYPE".
// Throws Error{usage}.
inventory::Check parse_check(std::string_view text);

// A plain list for pipelines: a line is `ADDRESS` or `NAME ADDRESS`, what expand_targets() understands in the
// place of a lone address; '#' begins a comment. A lone address is the name, ':' and '%' in it made '-'.
// Throws Error{data} with the line.
std::vector<inventory::Host> parse_plain_list(std::string_view bytes, std::string_view file,
                                              const std::vector<inventory::Check>& checks);

}  // namespace jaga::feed
