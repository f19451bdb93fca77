// What comes next: in an incident, and in a working directory.
#pragma once

#include <string>
#include <vector>

#include "base/message.hpp"
#include "incident/incident.hpp"

namespace jaga::cmd {

class Session;

// A task in a working directory, and the command for it as it is typed.
struct NextAction {
  Message what;
  Message command;
};
// The missing parts, in the order in which a directory is set up, then the steps of the reader. Empty: none.
// Error{config} where a file that people edit is wrong.
std::vector<NextAction> next_actions(Session& session);

// The step that is due, who may do it and its command: "next: Section Head: jaga approve ...".
Message next_step(Session& session, const incident::State& state, const incident::Due& due);
// Prints the next step of the incident with its command; nothing if it is finished.
void hint_next(Session& session, const std::string& incident);

}  // namespace jaga::cmd
