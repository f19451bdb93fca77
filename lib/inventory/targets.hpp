// The words that a person may name several hosts with, written out. Pure text: nothing is looked up.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::inventory {

// A word may stand for at most so many hosts (a /12 of IPv4).
inline constexpr std::size_t kMostHosts = std::size_t{1} << 20U;

// Appends to `out` what `word` stands for, in order:
//   10.1.0.0/24, fd00::/120   every address of the network; of IPv4 without its own and the broadcast
//   address,
//                             but for /31 and /32 (RFC 3021)
//   10.1.0.5-10.1.0.20        every address from the first to the last; the last may be its last number alone
//   web[01-20,30].example     every name; a first number with zeros in front keeps its width; several
//   brackets
//                             multiply, the last one counting fastest
//   anything else             itself, a name or an address
// Throws Error{usage} for a network or range that is none, an unclosed bracket, or more than kMostHosts.
void expand_targets(std::string_view word, std::vector<std::string>& out);

}  // namespace jaga::inventory
