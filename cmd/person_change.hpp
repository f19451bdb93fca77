// `jaga person change`, and what it has in common with the other ways to write an entry.
#pragma once

#include <string>

#include "command.hpp"
#include "register/register.hpp"
#include "session.hpp"

namespace jaga::cmd {

// The register, or the Error that says what is wrong with it.
const registry::Register& registered(Session& session);
// Error{no_input} where nobody has that id.
const registry::Person& find_person(Session& session, const std::string& id);
// Says where the record lies.
void written_person(Session& session, const record::Record& record);
// Writes the entry of somebody who is registered, and says which steps nobody can do any more because of it.
void change_person(Session& session, const registry::Person& entry);

void setup_person_change(Setup& person);

}  // namespace jaga::cmd
