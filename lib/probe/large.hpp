// Private to probe: tests whether packets of the path's known MTU arrive, and reads the neighbours from the
// kernel's ARP table.
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace jaga::probe {

struct Large {
  int bytes = 0;  // packet size; 0: not tested (no socket or route, or reported as too large)
  int sent = 0;
  int lost = 0;
};
// Sends up to three echo requests per address, at most a second apart, of the known path MTU and without
// fragmentation (IP_PMTUDISC_DO). If a router reports that they are too large, the path is not a black hole,
// because TCP receives that report as well. IPv4 only, by datagram sockets. Results are in the order of
// `addresses`.
std::vector<Large> try_large(const std::vector<std::string>& addresses, std::uint64_t cookie,
                             std::stop_token stop);
inline constexpr std::size_t kMostLarge = 64;

// Parses /proc/net/arp (proc(5)): complete entries, address to MAC. Skips malformed lines.
std::map<std::string, std::string> parse_arp(std::istream& table);

}  // namespace jaga::probe
