// What a person types to do the step that is due.
#pragma once

#include "base/message.hpp"
#include "incident/incident.hpp"

namespace jaga::incident {

// The command of the next step, ready to be typed; words in capitals are placeholders.
Message next_command(const State& state, const Due& due);
// The vendor was called in and has not replied yet.
bool waits_for_vendor(const State& state);

}  // namespace jaga::incident
