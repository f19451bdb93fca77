// The hint with the next command.
#pragma once

#include <string>

#include "base/message.hpp"
#include "incident/incident.hpp"

namespace jaga::cmd {

class Session;

// The command of the next step, ready to be typed; words in capitals are placeholders.
Message next_command(const incident::State& state, const incident::Due& due);
// The same with who may do it: "next: Section Head: jaga approve ...".
Message next_step(Session& session, const incident::State& state, const incident::Due& due);
// Prints the next step of the incident with its command; nothing if it is finished.
void hint_next(Session& session, const std::string& incident);

}  // namespace jaga::cmd
