// The person's editor, as for the message of a commit.
#pragma once

#include <functional>
#include <string>

#include "session.hpp"

namespace jaga::cmd {

// VISUAL, else EDITOR, else `editor`, else `vi`, over `text` in a new file NAME of a new folder that only
// this user may enter, which is also its current directory: nothing of the working directory reaches it, and
// no shell reads its name. `use` is given what the person left; where that cannot be read or it throws,
// the file stays and the hint says where. Without a terminal, or where the variable names a program by a
// relative path: Error{usage}. Where the editor cannot be run, Error{no_input}; where it ends with another
// status than 0, Error{usage}.
void edit(Session& session, const std::string& name, const std::string& text,
          const std::function<void(const std::string&)>& use);

}  // namespace jaga::cmd
