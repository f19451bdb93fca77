// What init and person share.
#pragma once

#include "register/register.hpp"
#include "session.hpp"
#include "sign/keyring.hpp"
#include "sop/sop.hpp"

namespace jaga::cmd {

Error bad_name(const std::string& text);
// The one available key for signing by a person who is not registered yet. Error{not_permitted} with the
// command that creates one; Error{usage} if several are available.
sign::FoundKey own_key(Session& session, const std::string& person);
// Genesis' person: the roles given and admin.
registry::Person first_person(const sop::Sop& procedure, const std::string& id,
                              const std::vector<std::string>& roles, const sign::FoundKey& key, Instant from);
// Checks that each role is one of the procedure, admin or (for machines) system; with a session, also one that an
// open incident still requires. Error{usage}.
void check_roles(const sop::Sop& procedure, const std::vector<std::string>& roles, bool machine);
void check_roles(Session& session, const std::vector<std::string>& roles, bool machine);
// The steps of open incidents under an earlier procedure that nobody can do, and the roles that they
// require.
std::vector<Message> vacant_in_open_incidents(Session& session);
registry::Key key_of(const sign::PublicKey& key, Instant from);
// "type base64 comment" of a .pub file. For a private key, its public key is used and a remark is printed.
sign::PublicKey read_public_key(Session& session, const std::string& file);
// Steps that nobody can do yet, and who is to be registered for them; nothing where there are none.
void hint_vacant(Session& session);

}  // namespace jaga::cmd
