// The script that prepares a host for jaga: its accounts, their keys and what they may do by sudo
// (prepare.sh, jaga-host-setup(7)). Nothing is read from the host and nothing is written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "inventory/inventory.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

struct PrepareOptions {
  bool sudo = true;                   // the repair login may do everything by sudo
  bool undo = false;                  // a script that removes what such a script has made
  std::optional<std::string> from{};  // from= of every key: patterns of sshd(8), separated by commas
};

// A key that the script lets log in.
struct PreparedKey {
  std::string person;
  std::string fingerprint;
  bool machine = false;
  bool repairs = false;          // else it measures alone
  std::optional<Instant> until;  // when the last of the delegations ends by which it may; nullopt: by a role
};

struct Preparation {
  std::string script;
  std::string measure, repair;      // the logins; may be the same
  std::vector<PreparedKey> keys;    // by person; empty for undo
  std::vector<std::string> behind;  // "ADDRESS:PORT" of the hosts that are reached through this one
  // The hosts through which the given ones are reached: connections come from their addresses.
  std::vector<std::string> through;
};

// For all of `hosts` (at least one) the same bytes, as long as register and inventory stay as they are. Who
// may measure are machines and people with a role of the steps monitor and repair, or one that pins hosts;
// who may repair are people with a role of the step repair. Throws Error{usage}: hosts that need different
// scripts, with what differs, or an invalid `from`; Error{config}: a login that no account should have, or
// one for both purposes where a key that may not repair would get the rights of root; Error{not_permitted}:
// no register, or a procedure that was edited and not adopted; Error{no_input}: nobody's key may measure.
Preparation prepare(const Office& office, const std::vector<const inventory::Host*>& hosts,
                    const PrepareOptions& options, Instant now, std::string_view version);

}  // namespace jaga::workflow
