// Addresses and names of hosts by their spelling. is_address() of inventory.hpp takes host names of letters,
// digits, '-', '_' and '.', at most 253, also with a dot at the end, which keeps the search list away; IPv4 as
// four decimal numbers without zeros in front, which some programs take for octal ones; and IPv6. Pure text.
#pragma once

#include <string>
#include <string_view>

#include "base/message.hpp"

namespace jaga::inventory {

// Its last part is a number, so that programs take it for an address, each in its own way: "010.0.0.1",
// "10.1", "0x7f.1".
bool is_numeric_name(std::string_view text);

// One spelling for each address: IPv6 as RFC 5952 has it, IPv4 in IPv6 as IPv4; names in lower case without
// the dot at their end.
std::string plain_address(std::string_view text);

// What to write instead of a text that is_address() refuses.
Message address_hint(std::string_view text);

}  // namespace jaga::inventory
