#include "people.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.hpp"
#include "sop/sop.hpp"
#include "workflow/kept.hpp"

namespace jaga::cmd {

Error bad_name(const std::string& text) {
  return Error{
      ExitCode::usage, msg("'{name}' is no id", {{"name", printable(text)}}),
      msg("an id is of lower-case letters, digits, '.', '_' and '-', and begins with a letter or digit")};
}

sign::FoundKey own_key(Session& session, const std::string& person) {
  const sign::Places places = session.key_places();
  // Whoever is registered as the first may still make it.
  if (places.key_file && ::access(places.key_file->c_str(), F_OK) != 0)
    throw system_error(errno,
                       msg("cannot read the key '{file}': {reason}", {{"file", printable(*places.key_file)}}),
                       msg("make one: ssh-keygen -t ed25519 -C {person} -f {file}",
                           {{"person", person}, {"file", shell_word(*places.key_file)}}));
  const std::vector<sign::FoundKey> keys = sign::find_keys(places);
  if (keys.empty()) {
    throw Error{ExitCode::not_permitted, msg("no key is at hand to sign with"),
                msg("make one: ssh-keygen -t ed25519 -C {person}", {{"person", person}})};
  }
  if (keys.size() > 1 && !places.key_file) {
    std::vector<std::string> names;
    for (const sign::FoundKey& key : keys) names.push_back(key.origin + " " + key.key.fingerprint());
    throw Error{ExitCode::usage, msg("several keys are at hand: {keys}", {{"keys", join(names, ", ")}}),
                msg("name one with --key FILE")};
  }
  return keys.front();
}

registry::Key key_of(const sign::PublicKey& key, Instant from) {
  registry::Key out;
  out.line = key.line();
  out.fingerprint = key.fingerprint();
  out.from = from;
  return out;
}

void check_roles(Session& session, const std::vector<std::string>& roles, bool machine) {
  std::vector<std::string> known{std::string(sop::kAdmin)};
  if (machine)
    known = {std::string(sop::kSystem)};
  else
    for (const auto& [id, role] : session.context().sop->roles) known.push_back(id);
  const auto missing = [&](const std::string& role) {
    return std::find(known.begin(), known.end(), role) == known.end();
  };
  if (!machine && std::any_of(roles.begin(), roles.end(), missing))
    for (const workflow::Kept& kept : workflow::kept_procedures(session.context()))
      for (const auto& [id, role] : kept.procedure.roles)
        if (missing(id)) known.push_back(id);
  for (const std::string& role : roles) {
    if (!missing(role)) continue;
    throw Error{ExitCode::usage, msg("'{role}' is no role of the procedure", {{"role", printable(role)}}),
                msg("there are {roles}", {{"roles", join(known, ", ")}})};
  }
}

std::vector<Message> vacant_in_open_incidents(Session& session) {
  std::vector<Message> out;
  const workflow::Context& context = session.context();
  if (!context.registered) return out;
  for (const workflow::Kept& kept : workflow::kept_procedures(context))
    for (const sop::Step step : registry::vacant(*context.registered, kept.procedure, session.now())) {
      const sop::Row& row = kept.procedure.row(step);
      std::vector<std::string> roles = row.roles;
      roles.insert(roles.end(), row.countersign.begin(), row.countersign.end());
      out.push_back(
          msg("nobody may do '{step}' of {incidents}: the procedure under which they began wants {roles}",
              {{"step", std::string(sop::name(step))},
               {"incidents", join(kept.incidents, ", ")},
               {"roles", join(roles, ", ")}}));
    }
  return out;
}

registry::Person first_person(Session& session, const std::string& id, const std::vector<std::string>& roles,
                              const sign::FoundKey& key) {
  check_roles(session, roles, false);
  registry::Person person;
  person.id = id;
  person.roles.emplace_back(sop::kAdmin);
  for (const std::string& role : roles) {
    if (std::find(person.roles.begin(), person.roles.end(), role) == person.roles.end())
      person.roles.push_back(role);
  }
  person.keys.push_back(key_of(key.key, session.now()));
  return person;
}

sign::PublicKey read_public_key(Session& session, const std::string& file) {
  std::string path = file;
  if (path != "-" && !path.ends_with(".pub") && ::access((path + ".pub").c_str(), R_OK) == 0) path += ".pub";
  const std::string bytes = session.read_input(path, std::size_t{1} << 16U);
  const std::optional<sign::PublicKey> key = sign::parse_public_key(trim(bytes));
  if (!key) {
    throw Error{ExitCode::data, msg("'{file}' is no public key", {{"file", printable(path)}}),
                msg("give the .pub file that ssh-keygen has made")};
  }
  return *key;
}

}  // namespace jaga::cmd
