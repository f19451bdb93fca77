// What `init` and `person add` ask about a person (questions.hpp).
#pragma once

#include <string>

#include "people.hpp"

namespace jaga::cmd {

// The first person of a register: fills in what `options` lack. The id stays empty where the answer is that
// nobody is registered yet.
void ask_for_first_person(Session& session, const sop::Sop& procedure, PersonOptions& options);
// Somebody else; the roles that no registered person holds are suggested. A machine has an id alone. Needs a
// register.
void ask_for_person(Session& session, bool machine, PersonOptions& options);

// As own_key(); of several keys it asks for one, and where there is none it offers to create one with
// ssh-keygen. Throws what own_key() throws where the person declines.
sign::FoundKey ask_for_own_key(Session& session, const std::string& person);
// The public key of somebody else: a file, or its line. A private key is refused.
sign::PublicKey ask_for_public_key(Session& session, const std::string& person);

// The entry as it would be written, for tell_table().
document::Table person_table(Session& session, const registry::Person& person);

}  // namespace jaga::cmd
