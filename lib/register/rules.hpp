// The rules of the register, each as what is wrong and what to do about it (empty: nothing). Private to
// register: replaying and writing go through the same ones, so what may not be written is not believed
// either.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "register/register.hpp"

namespace jaga::registry {

struct Wrong {
  Message what;
  Message hint;  // may be empty

  Wrong() = default;
  Wrong(Message is_wrong, Message mend = {}) : what(std::move(is_wrong)), hint(std::move(mend)) {}
  bool empty() const { return what.empty(); }
};

// The procedure in force, looked up only by the rules that need it.
using Procedure = std::function<const sop::Sop&()>;

Wrong wrong_actor(const Register& state, const record::By& by, Instant at);
Wrong wrong_genesis(const Person& first);
Wrong wrong_person(const Register& state, const record::By& by, const Person& entry, Instant at,
                   const std::optional<Digest>& seal, const Procedure& sop, const Earlier& earlier);
// What the entry takes from its person; seal and record are left to the caller.
std::vector<Taking> taken(const Register& state, const Person& entry, Instant at);
Wrong wrong_resolve(const record::By& by, const std::vector<Resolved>& expected);
Wrong wrong_pins(const record::By& by, const std::vector<Pin>& pins, const Procedure& sop);
Wrong wrong_adoption(const record::By& by, const sop::Sop& old_sop, const sop::Sop& new_sop);
// Of a state as a whole: somebody can keep the register, no key has two owners.
Wrong wrong_state(const Register& state);

}  // namespace jaga::registry
