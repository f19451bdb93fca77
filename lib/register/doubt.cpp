// What the register says since of who wrote, so that nobody signs into the past.
#include <algorithm>

#include "register/register.hpp"

namespace jaga::registry {

Message doubt(const record::By& by, const std::string& key, Instant at, const Register& today,
              const Register* cited, std::span<const Taking> takings,
              const std::function<bool(const Digest& seal)>& covered) {
  if (const Person* owner = today.owner(key))
    for (const Key& one : owner->keys)
      if (one.fingerprint == key && one.compromised_since && *one.compromised_since <= at)
        return msg("its key '{key}' was compromised at that time", {{"key", key}});
  for (const Taking& taking : takings) {
    const bool of_key = !taking.key.empty() && taking.key == key;
    const bool of_role = !taking.role.empty() && taking.person == by.person && taking.role == by.role;
    if (!of_key && !of_role) continue;
    const bool known =
        cited != nullptr && std::any_of(cited->takings.begin(), cited->takings.end(),
                                        [&](const Taking& other) { return other.record == taking.record; });
    if (known) continue;  // and it was given again since
    if (covered(taking.seal)) continue;
    return of_key
               ? msg("its key '{key}' was retired later, and the seal of that time does not list this record",
                     {{"key", key}})
               : msg("the role '{role}' of '{person}' was removed later, and the seal of that time does not "
                     "list this record",
                     {{"role", taking.role}, {"person", taking.person}});
  }
  return {};
}

}  // namespace jaga::registry
