// Looking who a host is, before it is pinned.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inventory/inventory.hpp"
#include "register/register.hpp"
#include "ssh/ssh.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// What a host shows, held against what is pinned for it.
enum class Against {
  nothing,  // nothing is pinned
  same,     // exactly this is; serial numbers that cannot be read today are kept
  unread,   // its keys are; the rest could not be read now, and stays as it is pinned
  more,     // this is, without the machine-id or serial numbers that were read now, or compared less well
  other,    // something else is
};
inline constexpr std::string_view kFirstUse = "first-use";  // how keys were compared: not at all

struct Seen {
  std::string host;
  registry::Pin pin;    // as it would be pinned; of `unread` as it is
  Message problem;      // not empty: it cannot be pinned
  Message hint;         // of `problem`: what mends it; empty: nothing is known
  Message known_hosts;  // what the user's known_hosts files say about these keys; empty: nothing
  ssh::Target target;   // as it was reached
  std::vector<Message> remarks;
  bool identified = false;  // machine-id and serial numbers have been asked for
  Message unread;           // not empty: why they could not be read
  Against against = Against::nothing;
};
// Reads the host keys that each host proves to hold. Where they are those that are pinned it logs in with the
// measuring login to read machine-id and serial numbers; on all other hosts nobody is authenticated: that is
// identify()'s, once a person has compared the fingerprints. `local` hosts are this machine. Nothing is
// written. `verified`: how the keys were compared, for new pins; empty:
// kFirstUse, or what the pin says that is only added to.
std::vector<Seen> look_at_hosts(const Context& context, const std::vector<const inventory::Host*>& hosts,
                                const std::string& verified, const ssh::Options& logins,
                                const std::vector<std::string>& environment);
// Logs in on those of `seen` that are not identified yet, accepting the host keys in their pins and no other,
// and completes them. Only after a person has confirmed these keys.
void identify(const Context& context, std::vector<Seen>& seen, const std::string& verified,
              const ssh::Options& logins);

}  // namespace jaga::workflow
