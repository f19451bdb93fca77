// What init and person share.
#pragma once

#include "register/register.hpp"
#include "session.hpp"
#include "sign/keyring.hpp"

namespace jaga::cmd {

Error bad_name(const std::string& text);
// The one key at hand that is to sign for somebody who is not registered yet. Error{not_permitted} with the
// command that makes one; Error{usage} where several are at hand.
sign::FoundKey own_key(Session& session, const std::string& person);
// Genesis' person: the roles given and admin.
registry::Person first_person(Session& session, const std::string& id, const std::vector<std::string>& roles,
                              const sign::FoundKey& key);
// Checks that each role is one of sop.yaml, one that an open incident still wants, admin or (for machines)
// system. Error{usage}.
void check_roles(Session& session, const std::vector<std::string>& roles, bool machine);
// The steps that nobody can do of open incidents which go by an earlier procedure, and the roles that they
// want.
std::vector<Message> vacant_in_open_incidents(Session& session);
registry::Key key_of(const sign::PublicKey& key, Instant from);
// "type base64 comment" of a .pub file, or of the private file beside one.
sign::PublicKey read_public_key(Session& session, const std::string& file);

}  // namespace jaga::cmd
