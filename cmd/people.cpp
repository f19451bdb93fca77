#include "people.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "base/text.hpp"
#include "sop/sop.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/earlier_procedures.hpp"

namespace jaga::cmd {

void PersonOptions::fill(registry::Person& person) const {
  person.name = name.value_or("");
  person.nip = nip.value_or("");
  person.rank = rank.value_or("");
  person.position = position.value_or("");
  person.site = site.value_or("");
}

Error bad_name(const std::string& text) {
  return Error{ExitCode::usage, msg("invalid id '{name}'", {{"name", printable(text)}}),
               msg("an id consists of lower-case letters, digits, '.', '_' and '-', and begins with a letter "
                   "or digit")};
}

sign::FoundKey own_key(Session& session, const std::string& person) {
  const sign::Places places = session.key_places();
  // The first person to be registered may still have to create it.
  if (places.key_file && ::access(places.key_file->c_str(), F_OK) != 0)
    throw system_error(errno,
                       msg("cannot read the key '{file}': {reason}", {{"file", printable(*places.key_file)}}),
                       msg("create one: ssh-keygen -t ed25519 -C {person} -f {file}",
                           {{"person", person}, {"file", shell_word(*places.key_file)}}));
  const std::vector<sign::FoundKey> keys = sign::find_keys(places);
  if (keys.empty()) {
    throw Error{ExitCode::not_permitted, msg("no signing key found"),
                msg("create one: ssh-keygen -t ed25519 -C {person}", {{"person", person}})};
  }
  if (keys.size() > 1 && !places.key_file) {
    std::vector<std::string> names;
    for (const sign::FoundKey& key : keys) names.push_back(key.origin + " " + key.key.fingerprint());
    throw Error{ExitCode::usage, msg("several keys are available: {keys}", {{"keys", join(names, ", ")}}),
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

namespace {

std::vector<std::string> known_roles(const sop::Sop& procedure, bool machine) {
  if (machine) return {std::string(sop::kSystem)};
  std::vector<std::string> known{std::string(sop::kAdmin)};
  for (const auto& [id, role] : procedure.roles) known.push_back(id);
  return known;
}

bool is_in(const std::vector<std::string>& known, const std::string& role) {
  return std::find(known.begin(), known.end(), role) != known.end();
}

void require_known(const std::vector<std::string>& known, const std::vector<std::string>& roles) {
  for (const std::string& role : roles)
    if (!is_in(known, role))
      throw Error{ExitCode::usage,
                  msg("unknown role '{role}' in this procedure", {{"role", printable(role)}}),
                  msg("known roles: {roles}", {{"roles", join(known, ", ")}})};
}

}  // namespace

void check_roles(const sop::Sop& procedure, const std::vector<std::string>& roles, bool machine) {
  require_known(known_roles(procedure, machine), roles);
}

void check_roles(Session& session, const std::vector<std::string>& roles, bool machine) {
  std::vector<std::string> known = known_roles(*session.office().sop, machine);
  const auto missing = [&](const std::string& role) { return !is_in(known, role); };
  if (!machine && std::any_of(roles.begin(), roles.end(), missing))
    for (const workflow::EarlierProcedure& kept : workflow::earlier_procedures(session.context()))
      for (const auto& [id, role] : kept.procedure.roles)
        if (missing(id)) known.push_back(id);
  require_known(known, roles);
}

std::vector<Message> vacant_in_open_incidents(Session& session) {
  std::vector<Message> out;
  const workflow::Context& context = session.context();
  if (!context.registered) return out;
  for (const workflow::EarlierProcedure& kept : workflow::earlier_procedures(context))
    for (const sop::Step step : registry::vacant(*context.registered, kept.procedure, session.now())) {
      const sop::Row& row = kept.procedure.row(step);
      std::vector<std::string> roles = row.roles;
      roles.insert(roles.end(), row.countersign.begin(), row.countersign.end());
      out.push_back(msg("nobody may take the step '{step}' of {incidents}: their procedure requires {roles}",
                        {{"incidents", join(kept.incidents, ", ")}, {"roles", join(roles, ", ")}})
                        .with("step", sop::word(step)));
    }
  return out;
}

registry::Person first_person(const sop::Sop& procedure, const PersonOptions& options,
                              const sign::FoundKey& key, Instant from) {
  check_roles(procedure, options.roles, false);
  registry::Person person;
  person.id = options.id;
  options.fill(person);
  person.roles.emplace_back(sop::kAdmin);
  for (const std::string& role : options.roles) {
    if (std::find(person.roles.begin(), person.roles.end(), role) == person.roles.end())
      person.roles.push_back(role);
  }
  person.keys.push_back(key_of(key.key, from));
  return person;
}

// PEM, and OpenSSH's own form; no more of it is read.
bool is_private_key(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string line(64, '\0');
  in.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
  line = line.substr(0, line.find('\n'));
  return line.starts_with("-----BEGIN ") && line.find("PRIVATE KEY-----") != std::string::npos;
}

sign::PublicKey read_public_key(Session& session, const std::string& file) {
  if (file != "-" && is_private_key(session.absolute(file))) {
    sign::Places places = session.key_places();
    places.key_file = session.absolute(file);
    const sign::PublicKey key = sign::find_keys(places).front().key;
    session.ui().say(
        msg("'{file}' is a private key, which must stay with its owner; its public key is used: {key}",
            {{"file", printable(file)}, {"key", key.fingerprint()}}));
    return key;
  }
  const std::string bytes = session.read_input(file, std::size_t{1} << 16U);
  const std::optional<sign::PublicKey> key = sign::parse_public_key(trim(bytes));
  if (!key) {
    throw Error{ExitCode::data, msg("'{file}' is not a public key", {{"file", printable(file)}}),
                msg("give the .pub file made by ssh-keygen")};
  }
  return *key;
}

std::vector<std::string> roles_wanted(const registry::Register& state, const sop::Sop& procedure,
                                      Instant at) {
  std::vector<std::string> roles;
  const auto need = [&](const std::vector<std::string>& any) {
    if (!any.empty() && registry::holders(state, any, at).empty() &&
        std::find(roles.begin(), roles.end(), any.front()) == roles.end())
      roles.push_back(any.front());
  };
  for (const sop::Step step : registry::vacant(state, procedure, at)) {
    need(procedure.row(step).roles);
    need(procedure.row(step).countersign);
  }
  return roles;
}

std::optional<incident::Person> reader_of(Session& session) {
  const workflow::ActingContext& context = session.acting();
  if (!context.registered) return std::nullopt;
  if (context.wanted_person) {
    const registry::Person* person = context.registered->find_person(*context.wanted_person);
    if (person == nullptr || person->left) return std::nullopt;
    incident::Person reader{person->id, context.registered->roles_of(*person, session.now()), {}};
    for (const registry::Key& key : person->keys)
      if (key.current()) reader.key = key.fingerprint;
    return reader;
  }
  try {
    const std::optional<workflow::Actor> actor = workflow::reading_person(context);
    if (actor) return incident::Person{actor->person, actor->roles, actor->key};
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;  // a key that cannot be read matters to who decides
  }
  return std::nullopt;
}

Message vacant_steps(Session& session) {
  const workflow::Office& office = session.office();
  std::vector<Message> steps;
  if (office.registered)
    for (const sop::Step step : registry::vacant(*office.registered, *office.sop, session.now()))
      steps.push_back(sop::word(step));
  return steps.empty() ? Message{} : joined(std::move(steps), "; ");
}

void hint_vacant(Session& session) {
  const Message steps = vacant_steps(session);
  if (steps.empty()) return;
  session.ui().hint(msg("no registered person may do these steps yet: {steps}; register people for them:")
                        .with("steps", steps));
  for (const std::string& role :
       roles_wanted(*session.office().registered, *session.office().sop, session.now()))
    session.ui().hint(msg("jaga person add ID --role {role} --key FILE.pub", {{"role", role}}));
}

}  // namespace jaga::cmd
