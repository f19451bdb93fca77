// What init and person share.
#pragma once

#include "incident/incident.hpp"
#include "register/register.hpp"
#include "session.hpp"
#include "sign/keyring.hpp"
#include "sop/sop.hpp"

namespace jaga::cmd {

// What `init` and `person add` are told about a person.
struct PersonOptions {
  std::string id;  // empty: not given
  std::vector<std::string> roles;
  std::optional<std::string> name, nip, rank, position;  // as on paper
  std::optional<std::string> site;                       // of a machine

  // All of it but the id and the roles.
  void fill(registry::Person& person) const;
};

Error bad_name(const std::string& text);
// The one available key for signing by a person who is not registered yet. Error{not_permitted} with the
// command that creates one; Error{usage} if several are available.
sign::FoundKey own_key(Session& session, const std::string& person);
// Genesis' person: the roles given and admin.
registry::Person first_person(const sop::Sop& procedure, const PersonOptions& options,
                              const sign::FoundKey& key, Instant from);
// Checks that each role is one of the procedure, admin or (for machines) system; with a session, also one
// that an open incident still requires. Error{usage}.
void check_roles(const sop::Sop& procedure, const std::vector<std::string>& roles, bool machine);
void check_roles(Session& session, const std::vector<std::string>& roles, bool machine);
// The steps of open incidents under an earlier procedure that nobody can do, and the roles that they
// require.
std::vector<Message> vacant_in_open_incidents(Session& session);
registry::Key key_of(const sign::PublicKey& key, Instant from);
// By its first line.
bool is_private_key(const std::string& path);
// "type base64 comment" of a .pub file. For a private key, its public key is used and a remark is printed.
sign::PublicKey read_public_key(Session& session, const std::string& file);
// The roles of steps that nobody can do, the first one of each.
std::vector<std::string> roles_wanted(const registry::Register& state, const sop::Sop& procedure, Instant at);
// Who looks, where nothing is decided: the person of --as, JAGA_PERSON or the user's configuration, whose key
// need not be here; else the one whose key is. nullopt: nobody, or one of several.
std::optional<incident::Person> reader_of(Session& session);
// The steps that no registered person may do; empty: none, or nobody is registered.
Message vacant_steps(Session& session);
// Steps that nobody can do yet, and who is to be registered for them; nothing where there are none.
void hint_vacant(Session& session);

}  // namespace jaga::cmd
