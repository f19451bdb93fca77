// Private to probe: whether packets of the path's known MTU arrive, and the other hosts on the link
// according to the kernel's table.
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace jaga::probe {

struct Large {
  int bytes = 0;  // of the whole packet; 0: not tried (no ping socket, no route, or a router said that it is
                  // too large)
  int sent = 0;
  int lost = 0;
};
// Three echo requests to each, a second apart at most, as large as the known MTU of the way and not to be
// split (IP_PMTUDISC_DO): if a router reports that they are too large, the path is not a black hole, because
// TCP receives that report, too. IPv4, by ping sockets. In the order of the addresses.
std::vector<Large> try_large(const std::vector<std::string>& addresses, std::uint64_t cookie,
                             std::stop_token stop);
inline constexpr std::size_t kMostLarge = 64;

// /proc/net/arp (proc(5)): the complete entries, address to MAC. Lines that are none are passed over.
std::map<std::string, std::string> parse_arp(std::istream& table);

}  // namespace jaga::probe
