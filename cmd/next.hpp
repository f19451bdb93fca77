// What to type next.
#pragma once

#include <string>

#include "base/message.hpp"
#include "incident/incident.hpp"

namespace jaga::cmd {

class Session;

// The command for what is due, as it can be typed: words in capitals stand for what only a person knows.
Message next_command(const incident::State& state, const incident::Due& due);
// Says what of the incident is due now, by its command; nothing where it is finished.
void hint_next(Session& session, const std::string& incident);

}  // namespace jaga::cmd
