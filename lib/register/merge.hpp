// A fork of the register and its merge. But for believed_heads() private to register.
#pragma once

#include <vector>

#include "register/register.hpp"
#include "yaml/fields.hpp"

namespace jaga::registry {

// The heads of a fork at which the merging person's identity must hold: all but those of void branches; all
// where every branch is void.
std::vector<Digest> believed_heads(const record::Chain& chain, const SopBytes& sops);

struct Fork {
  bool only_pins = true;             // nothing but host records lies between the fork and its heads
  std::vector<bool> is_void;         // a head: its branch was signed by a key that another branch retired
  std::vector<Digest> void_records;  // in void branches and in no other
  std::vector<const Register*> believed(const std::vector<const Register*>& heads) const;
};
// `states` are those at `heads`, in the same order.
Fork look_at_fork(const record::Chain& chain, const std::vector<Digest>& heads,
                  const std::vector<const Register*>& states);

// The state after a merge's body. Throws Error{data} where an entry that differs between the heads is not in
// it, or a key that a believed head retired would come back (where none is believed: any head).
Register apply_merge(const std::vector<const Register*>& heads, const std::vector<const Register*>& believed,
                     const yaml::Node& body, const yaml::Source& source);

}  // namespace jaga::registry
