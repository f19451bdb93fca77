// jaga person list|add|change|leave|keys
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "people.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "sop/sop.hpp"
#include "workflow/registering.hpp"

namespace jaga::cmd {
namespace {

struct Options {
  std::string id;
  std::vector<std::string> roles, drop_roles;
  std::optional<std::string> name, nip, key, retire, compromised, since;
  std::optional<std::string> delegate, from, until, letter;
  bool machine = false, make = false, yes = false;
};

const registry::State& registered(Session& session) {
  if (!session.context().registered) {
    // Says whether it has not begun, is damaged or forked.
    (void)workflow::who_acts(session.context());
  }
  return *session.context().registered;
}

const registry::Person& find(Session& session, const std::string& id) {
  const registry::State& state = registered(session);
  if (const registry::Person* person = state.find_person(id)) return *person;
  std::vector<std::string> ids;
  for (const auto& [known, person] : state.people) ids.push_back(known);
  const std::string near = nearest(id, ids);
  throw Error{
      ExitCode::no_input, msg("nobody is registered as '{person}'", {{"person", printable(id)}}),
      near.empty() ? msg("see 'jaga person list'") : msg("did you mean '{person}'?", {{"person", near}})};
}

ExitCode list(Session& session) {
  if (!session.context().register_chain) {
    session.ui().hint(msg("nobody is registered yet; begin with 'jaga person add ID --role ROLE'"));
    return ExitCode::ok;
  }
  const registry::State& state = registered(session);
  Table table({std::string(translate("person", session.ui().language())),
               std::string(translate("roles", session.ui().language())),
               std::string(translate("keys", session.ui().language())),
               std::string(translate("name", session.ui().language()))});
  for (const auto& [id, person] : state.people) {
    const std::vector<std::string> roles = state.roles_of(person, session.now());
    std::vector<std::string> keys;
    for (const registry::Key& key : person.keys) {
      if (key.current()) keys.push_back(key.fingerprint);
    }
    if (session.json()) {
      session.ui().json(yaml::Node::map()
                            .set("person", id)
                            .set("name", person.name)
                            .set("nip", person.nip)
                            .set("machine", person.machine)
                            .set("roles", yaml::Node::texts(roles))
                            .set("keys", yaml::Node::texts(keys))
                            .set("left", person.left.has_value()));
      continue;
    }
    const std::string shown =
        person.left ? std::string(translate("left", session.ui().language())) : join(roles, ", ");
    table.row({id, shown, join(keys, " "), person.name}, person.left ? Colour::dim : Colour::none);
  }
  if (!session.json()) table.print(session.ui());
  return ExitCode::ok;
}

void written(Session& session, const record::Record& record) {
  const std::string path = "register/" + record::file_name(record.envelope);
  session.recorded(path);
  if (session.json()) {
    session.ui().json(yaml::Node::map().set("record", path).set("digest", record.digest.text()));
  } else {
    session.ui().print(path);
  }
}

ExitCode add(Session& session, const Options& options) {
  if (!is_name(options.id)) throw bad_name(options.id);
  workflow::Context& context = session.context();
  if (!context.register_chain) {
    if (options.machine) {
      throw Error{ExitCode::usage, msg("the first person cannot be a machine"),
                  msg("begin the register with a person: jaga person add ID --role ROLE")};
    }
    if (options.key) context.keys.key_file = session.absolute(*options.key);
    const std::vector<sign::FoundKey> keys = sign::find_keys(context.keys);
    if (keys.empty()) (void)own_key(session, options.id);
    const sign::FoundKey key = options.key ? keys.front() : own_key(session, options.id);
    registry::Person first = first_person(session, options.id, options.roles, key);
    first.name = options.name.value_or("");
    first.nip = options.nip.value_or("");
    const record::Record genesis = workflow::begin_register(context, first, key);
    written(session, genesis);
    session.ui().hint(msg("this began the register; keep its digest on paper: {digest}",
                          {{"digest", genesis.digest.text()}}));
    return ExitCode::ok;
  }
  if (registered(session).find_person(options.id) != nullptr) {
    throw Error{ExitCode::usage, msg("'{person}' is registered already", {{"person", options.id}}),
                msg("change the entry with 'jaga person change {person}'", {{"person", options.id}})};
  }
  if (!options.key) {
    throw Error{ExitCode::usage,
                msg("--key is missing: the public key of '{person}'", {{"person", options.id}}),
                msg("they make one with: ssh-keygen -t ed25519 -C {person}", {{"person", options.id}})};
  }
  if (options.roles.empty() && !options.machine) {
    throw Error{ExitCode::usage, msg("--role is missing"),
                msg("what a person may do comes from their roles; see sop.yaml")};
  }
  check_roles(session, options.roles, options.machine);
  registry::Person entry;
  entry.id = options.id;
  entry.name = options.name.value_or("");
  entry.nip = options.nip.value_or("");
  entry.machine = options.machine;
  entry.roles = options.machine ? std::vector<std::string>{std::string(sop::kSystem)} : options.roles;
  entry.keys.push_back(key_of(read_public_key(session, *options.key), session.now()));
  written(session, workflow::write_person(context, entry));
  return ExitCode::ok;
}

registry::Key& current_key(registry::Person& person, const std::string& wanted) {
  for (registry::Key& key : person.keys) {
    if (key.fingerprint == wanted) return key;
  }
  throw Error{ExitCode::no_input,
              msg("'{person}' has no key '{key}'", {{"person", person.id}, {"key", printable(wanted)}}),
              msg("see 'jaga person list'")};
}

ExitCode change(Session& session, const Options& options) {
  registry::Person entry = find(session, options.id);
  check_roles(session, options.roles, entry.machine);
  const Instant now = session.now();
  if (options.name) entry.name = *options.name;
  if (options.nip) entry.nip = *options.nip;
  for (const std::string& role : options.roles) {
    if (std::find(entry.roles.begin(), entry.roles.end(), role) == entry.roles.end())
      entry.roles.push_back(role);
  }
  for (const std::string& role : options.drop_roles) std::erase(entry.roles, role);
  if (options.key) entry.keys.push_back(key_of(read_public_key(session, *options.key), now));
  if (options.retire) current_key(entry, *options.retire).retired = now;
  if (options.compromised) {
    if (!options.since)
      throw Error{ExitCode::usage, msg("--since is missing"),
                  msg("say since when the key is not to be believed")};
    current_key(entry, *options.compromised).compromised_since = session.time(*options.since);
  }
  if (options.delegate) {
    if (!options.until || !options.letter) {
      throw Error{ExitCode::usage, msg("a delegation needs --until and --letter")};
    }
    entry.delegations.push_back({*options.delegate, options.from ? session.time(*options.from) : now,
                                 session.time(*options.until), *options.letter});
  }
  written(session, workflow::write_person(session.context(), entry));
  return ExitCode::ok;
}

ExitCode leave(Session& session, const Options& options) {
  registry::Person entry = find(session, options.id);
  if (entry.left) throw Error{ExitCode::usage, msg("'{person}' has left already", {{"person", options.id}})};
  if (!session.confirm(msg("take all roles and keys of '{person}'?", {{"person", options.id}}),
                       options.yes)) {
    return ExitCode::warning;
  }
  const Instant now = session.now();
  entry.left = now;
  for (registry::Key& key : entry.keys) {
    if (key.current()) key.retired = now;
  }
  written(session, workflow::write_person(session.context(), entry));
  return ExitCode::ok;
}

ExitCode keys(Session& session, const Options& options) {
  if (options.make) {
    const std::string file = *session.context().keys.machine_key;
    const std::string person = session.context().wanted_person.value_or("timer");
    const sign::PublicKey key = sign::make_key(file, person, session.context().keys.environment);
    session.recorded(file);
    session.ui().print(file + ".pub");
    session.ui().hint(msg("an admin registers it: jaga person add {person} --machine --key {file}.pub",
                          {{"person", person}, {"file", file}}));
    static_cast<void>(key);
    return ExitCode::ok;
  }
  for (const auto& [id, person] : registered(session).people) {
    if (person.left) continue;
    for (const registry::Key& key : person.keys) {
      if (!key.current()) continue;
      if (const auto parsed = sign::parse_public_key(key.line)) {
        session.ui().print(trim(sign::allowed_signers_line(id, *parsed)));
      }
    }
  }
  return ExitCode::ok;
}

}  // namespace

void setup_person(Setup& setup) {
  auto options = std::make_shared<Options>();
  setup.sub("list", msg("who is registered, with roles and keys")).run([](Session& session) {
    return list(session);
  });
  Setup& adding = setup.sub("add", msg("register a person, or a machine; the first one begins the register"));
  adding.argument("ID", options->id, msg("the person's id"))
      .list("--role", "ROLE", options->roles, msg("a role of sop.yaml, or admin"))
      .option("--key", "FILE", options->key, msg("the person's public key"))
      .option("--name", "NAME", options->name, msg("the name, as on paper"))
      .option("--nip", "NIP", options->nip, msg("the civil servant's number, as on paper"))
      .flag("--machine", options->machine, msg("a machine: role system only"));
  adding.run([options](Session& session) { return add(session, *options); });
  Setup& changing = setup.sub("change", msg("change a person's entry"));
  changing.argument("ID", options->id, msg("the person's id"))
      .list("--role", "ROLE", options->roles, msg("give this role"))
      .list("--drop-role", "ROLE", options->drop_roles, msg("take this role"))
      .option("--key", "FILE", options->key, msg("add this public key"))
      .option("--retire", "FINGERPRINT", options->retire, msg("this key is not used any more"))
      .option("--compromised", "FINGERPRINT", options->compromised, msg("this key is not to be believed"))
      .option("--since", "TIME", options->since, msg("since when it is not"))
      .option("--name", "NAME", options->name, msg("the name, as on paper"))
      .option("--nip", "NIP", options->nip, msg("the civil servant's number, as on paper"))
      .option("--delegate", "ROLE", options->delegate, msg("delegate this role to the person"))
      .option("--from", "TIME", options->from, msg("when the delegation begins; default: now"))
      .option("--until", "TIME", options->until, msg("when the delegation ends"))
      .option("--letter", "TEXT", options->letter, msg("the letter that delegates"));
  changing.run([options](Session& session) { return change(session, *options); });
  Setup& leaving = setup.sub("leave", msg("take all roles and keys of a person"));
  leaving.argument("ID", options->id, msg("the person's id")).flag("--yes", options->yes, msg("do not ask"));
  leaving.run([options](Session& session) { return leave(session, *options); });
  Setup& showing =
      setup.sub("keys", msg("print allowed_signers(5) of all current keys, or make this machine's key"));
  showing.flag("--make", options->make, msg("make this machine's own key in the state folder"));
  showing.run([options](Session& session) { return keys(session, *options); });
}

}  // namespace jaga::cmd
