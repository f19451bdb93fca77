// Looking who a host is, before it is pinned.
#pragma once

#include <vector>

#include "inventory/inventory.hpp"
#include "register/register.hpp"
#include "ssh/ssh.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

struct Seen {
  std::string host;
  registry::Pin pin;  // as it would be pinned
  Message problem;    // not empty: it cannot be pinned
  std::vector<Message> remarks;
  bool changed = false;  // something else is pinned now
  bool known = false;    // exactly this is pinned now
};
// Reads the host keys that each host proves to hold, then logs in with the measuring login and those keys to
// read machine-id and serial numbers. `local` hosts are this machine. Nothing is written.
std::vector<Seen> look_at_hosts(const Context& context, const std::vector<const inventory::Host*>& hosts,
                                const std::string& verified, const ssh::Options& logins,
                                const std::vector<std::string>& environment);

}  // namespace jaga::workflow
