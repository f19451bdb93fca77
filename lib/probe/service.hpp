// Private to probe: checks of services by their own protocol, HTTP and DNS.
#pragma once

#include <vector>

#include "probe/plugin.hpp"

namespace jaga::probe {

// Each item is an HttpCheck (DnsCheck); `ended` is called as each ends, of ask_dns from several threads at
// once.
void ask_http(const std::vector<Item*>& items, const Wave& wave, const Ended& ended);
void ask_dns(const std::vector<Item*>& items, const Wave& wave, const Ended& ended);

}  // namespace jaga::probe
