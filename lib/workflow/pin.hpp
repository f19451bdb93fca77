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
  registry::Pin pin;    // as it would be pinned
  Message problem;      // not empty: it cannot be pinned
  Message known_hosts;  // what the user's known_hosts files say about these keys; empty: nothing
  ssh::Target target;   // as it was reached
  std::vector<Message> remarks;
  bool identified = false;  // machine-id and serial numbers have been asked for
  bool changed = false;     // something else is pinned now
  bool known = false;       // exactly this is pinned now
};
// Reads the host keys that each host proves to hold. Where they are those that are pinned it logs in with the
// measuring login to read machine-id and serial numbers; on all other hosts nobody is authenticated: that is
// identify()'s, once a person has compared the fingerprints. `local` hosts are this machine. Nothing is
// written.
std::vector<Seen> look_at_hosts(const Context& context, const std::vector<const inventory::Host*>& hosts,
                                const std::string& verified, const ssh::Options& logins,
                                const std::vector<std::string>& environment);
// Logs in on those of `seen` that are not identified yet, accepting the host keys in their pins and no other,
// and completes them. Only after a person has confirmed these keys.
void identify(const Context& context, std::vector<Seen>& seen, const ssh::Options& logins);

}  // namespace jaga::workflow
