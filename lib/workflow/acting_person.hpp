// The acting person: the registered person whose current key is available (jaga-workflow(7)).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workflow/context.hpp"

namespace jaga::workflow {

// Why nobody can act: no register yet, or a forked one (not_permitted), or a damaged one (data); nullopt: the
// register is good.
std::optional<Error> register_refusal(const Office& office);
// Throws it.
void require_register(const Office& office);

// The acting person: the registered person whose current key is among the available keys.
struct Actor {
  std::string person;
  std::vector<std::string> roles;  // held now, delegated ones included
  bool machine = false;
  std::string key;                             // fingerprint
  std::shared_ptr<const sign::Signer> signer;  // not set for a request to somebody on another machine
};

// Throws Error: keys of several people and no --as: usage, with the list; no key: not_permitted with
// the command that makes or registers one; --as a person whose key is not there: not_permitted; no register
// yet, or a forked one: not_permitted. The caller is about to write, so what a killed `archive` left is
// removed.
Actor acting_person(const ActingContext& context);
// Who only looks: nullopt where nobody, or more than one person, could act here. Removes nothing.
std::optional<Actor> reading_person(const ActingContext& context);
// The same person with the same key, and the roles that `context`'s register gives them by now. Throws
// Error{not_permitted} if that key is no longer a current one of theirs.
Actor current_actor(const Context& context, const Actor& actor);
// The machine whose key is available here, as an actor; nullopt: none. Precondition: there is a register.
std::optional<Actor> acting_machine(const ActingContext& context);
// For approve --request: the person of --as, with the key that --key names if it is a current one of theirs,
// else the newest current one; no private key is needed. Throws Error{not_permitted} where --key names a
// FILE.pub that is none of theirs.
Actor signing_person(const ActingContext& context);

// Refuses (not_permitted, naming `jaga adopt`) where sop.yaml is not what the register adopted.
void require_adopted(const Office& office);

}  // namespace jaga::workflow
