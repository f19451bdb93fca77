// The rules of the register, each as "what is wrong" (empty: nothing). Private to register: replaying and
// writing go through the same ones, so what may not be written is not believed either.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "register/register.hpp"

namespace jaga::registry {

// The procedure in force, looked up only by the rules that need it.
using Procedure = std::function<const sop::Sop&()>;

Message wrong_actor(const State& state, const record::By& by, Instant at);
Message wrong_genesis(const Person& first);
Message wrong_person(const State& state, const record::By& by, const Person& entry, Instant at,
                     const std::optional<Digest>& seal, const Procedure& sop);
// What the entry takes from its person; seal and record are left to the caller.
std::vector<Taking> taken(const State& state, const Person& entry, Instant at);
Message wrong_resolve(const record::By& by, const std::vector<Resolved>& expected);
Message wrong_pins(const record::By& by, const std::vector<Pin>& pins, const Procedure& sop);
Message wrong_adoption(const record::By& by, const sop::Sop& old_sop, const sop::Sop& new_sop);
// Of a state as a whole: somebody can keep the register, no key has two owners.
Message wrong_state(const State& state);

}  // namespace jaga::registry
