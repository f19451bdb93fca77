// Private to workflow, behind repair(): what people did or asked for is recorded, not run.
#pragma once

#include "workflow/repair.hpp"

namespace jaga::workflow {

// As load_incident(), for whoever is about to run or record: what elsewhere is damaged (Error{data}) is here
// a refusal (Error{not_permitted}), and so is an open fork.
Incident load_to_run(const Context& context, const std::string& id);
// What decide() makes of it, for that actor.
incident::Decision judged(const Context& context, const Incident& incident, const Actor& actor,
                          incident::Body body, std::optional<Instant> occurred);
// The probes that had failed, and those that the plan wants before and afterwards: all of them both times, so
// that what was wrong before is looked at again.
std::vector<incident::Result> probe_again(const Context& context, const incident::State& state);

Repaired give_up(const Context& context, const std::string& id, const RepairWish& wish);
Repaired by_hand(const Context& context, const std::string& id, const RepairWish& wish);
Repaired call_vendor(const Context& context, const std::string& id, const RepairWish& wish);
Repaired vendor_replied(const Context& context, const std::string& id, const RepairWish& wish);

}  // namespace jaga::workflow
