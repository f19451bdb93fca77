// What clone, sync and the server's hook have in common on the command line.
#pragma once

#include <string>
#include <vector>

#include "base/message.hpp"
#include "git/git.hpp"
#include "workflow/tip.hpp"

namespace jaga::cmd {

class Session;

// Shows the progress of transfers where standard error is a terminal. The session must outlive it.
git::Surroundings git_surroundings(Session& session);
// Each on a line of its own, at most twenty, on standard error; --quiet does not hide them.
void tell_refused(Session& session, const std::vector<workflow::RefusedPath>& refused);
// The same, and throws Error{data} with the hint, where something was refused. `remote`: as it is shown.
void require_accepted(Session& session, const std::vector<workflow::RefusedPath>& refused,
                      const std::string& remote, Message hint);
// A path from the current directory; a name or an address as it is.
std::string absolute_address(const Session& session, const std::string& address);

}  // namespace jaga::cmd
