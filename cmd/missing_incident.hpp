// Which incident a person may have meant who named none.
#pragma once

#include "command.hpp"

namespace jaga::cmd {

class Session;

// The error of a command line without that argument, as parse() says it. Of an INCIDENT, its hint lists the
// incidents that the reader may act on by this command, or says how to list them where they are many. Opens
// the working directory; where that fails the hint is the usage.
Error missing_incident(Session& session, const Command& command, const Setup& chosen,
                       const Parameter& missing);

}  // namespace jaga::cmd
