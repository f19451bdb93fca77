// jaga person list|add|change|leave|keys
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "document/json.hpp"
#include "parse.hpp"
#include "people.hpp"
#include "person_change.hpp"
#include "person_questions.hpp"
#include "questions.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "sop/sop.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/registering.hpp"

namespace jaga::cmd {
namespace {

struct PersonArguments {
  PersonOptions person;
  std::optional<std::string> key;
  bool machine = false, make = false, yes = false;
};

// Own roles, then those that are delegated, with their dates: now, or from then on.
std::string roles_text(Session& session, const registry::Person& person) {
  std::vector<std::string> out = person.roles;
  for (const registry::Delegation& one : person.delegations) {
    if (one.until <= session.now()) continue;
    const Message::Arguments dates{
        {"role", one.role}, {"from", session.local(one.from)}, {"until", session.local(one.until)}};
    out.push_back(session.ui().text(one.from <= session.now()
                                        ? msg("{role} (until {until})", dates)
                                        : msg("{role} (from {from} until {until})", dates)));
  }
  return join(out, ", ");
}

ExitCode list(Session& session) {
  if (!session.office().register_chain) {
    session.ui().hint(msg("nobody is registered yet; start with 'jaga person add ID --role ROLE'"));
    return ExitCode::ok;
  }
  const registry::Register& state = registered(session);
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
    if (session.prints_values()) {
      Json delegations = Json::array();
      for (const registry::Delegation& one : person.delegations)
        delegations.push_back(Json{
            {"role", one.role},
            {"from", format_instant(one.from)},
            {"until", format_instant(one.until)},
            {"letter", one.letter},
        });
      session.ui().row(Json{
          {"person", id},
          {"name", person.name},
          {"nip", person.nip},
          {"rank", person.rank},
          {"position", person.position},
          {"machine", person.machine},
          {"site", person.site},
          {"roles", roles},
          {"keys", keys},
          {"delegations", std::move(delegations)},
          {"left", person.left.has_value()},
      });
      continue;
    }
    const std::string shown =
        person.left ? std::string(translate("left", session.ui().language())) : roles_text(session, person);
    table.row({id, shown, join(keys, " "), person.name}, person.left ? Colour::dim : Colour::none);
  }
  if (!session.prints_values()) table.print(session.ui());
  return ExitCode::ok;
}

// The entry, as it is about to be signed.
bool confirm_entry(Session& session, const registry::Person& entry, const std::string& signer) {
  Ui& ui = session.ui();
  ui.tell("");
  tell_words(session, msg("This will be written to the register, signed by {person}:", {{"person", signer}}));
  tell_table(session, person_table(session, entry));
  return ask_yes(session, msg("Write it?"));
}

ExitCode add_first(Session& session, PersonArguments options) {
  workflow::ActingContext& context = session.acting();
  PersonOptions& who = options.person;
  if (options.machine) {
    throw Error{ExitCode::usage, msg("the first person cannot be a machine"),
                msg("start the register with a person: jaga person add ID --role ROLE")};
  }
  if (options.key) context.keys.key_file = session.absolute(*options.key);
  const bool asks = may_ask(session) && (who.id.empty() || who.roles.empty());
  if (asks) {
    ask_for_first_person(session, *context.sop, who);
    if (who.id.empty()) return nothing_written(session);
  }
  if (!is_name(who.id)) throw bad_name(who.id);
  const sign::FoundKey key = [&] {
    if (asks && !options.key) return ask_for_own_key(session, who.id);
    const std::vector<sign::FoundKey> keys = sign::find_keys(context.keys);
    if (keys.empty()) (void)own_key(session, who.id);
    return options.key ? keys.front() : own_key(session, who.id);
  }();
  const registry::Person first = first_person(*context.sop, who, key, session.now());
  if (asks && !confirm_entry(session, first, who.id)) return nothing_written(session);
  const record::Record genesis = workflow::begin_register(context, first, key);
  written_person(session, genesis);
  session.ui().hint(msg("register started; write down the digest of its first record on paper: {digest}",
                        {{"digest", genesis.digest.text()}}));
  session.reload_register();
  hint_vacant(session);
  return ExitCode::ok;
}

ExitCode add(Session& session, PersonArguments options) {
  PersonOptions& who = options.person;
  const bool asks =
      may_ask(session) && (who.id.empty() || !options.key || (who.roles.empty() && !options.machine));
  if (!asks && !is_name(who.id)) throw bad_name(who.id);
  workflow::ActingContext& context = session.acting();
  if (!context.register_chain) return add_first(session, std::move(options));
  const registry::Register& state = registered(session);
  if (!who.id.empty() && state.find_person(who.id) != nullptr) {
    throw Error{ExitCode::usage, msg("'{person}' is already registered", {{"person", who.id}}),
                msg("change the entry with 'jaga person change {person} --role ROLE' or '--key FILE.pub'",
                    {{"person", who.id}})};
  }
  std::optional<sign::PublicKey> key;
  std::string signer;
  if (asks) {
    if (!who.id.empty() && !is_name(who.id)) throw bad_name(who.id);
    signer = workflow::acting_person(context).person;  // refuses before anything is asked
    check_roles(session, who.roles, options.machine);
    ask_for_person(session, options.machine, who);
    key = options.key ? read_public_key(session, *options.key) : ask_for_public_key(session, who.id);
  }
  if (!key && !options.key) {
    throw Error{ExitCode::usage,
                msg("missing option: --key, the public key of '{person}'", {{"person", who.id}}),
                msg("they create one with: ssh-keygen -t ed25519 -C {person}", {{"person", who.id}})};
  }
  if (who.roles.empty() && !options.machine) {
    throw Error{ExitCode::usage, msg("missing option: --role"),
                msg("roles determine what a person may do; see sop.yaml")};
  }
  check_roles(session, who.roles, options.machine);
  if (who.site && !options.machine) throw requires_option("--site", "--machine");
  if (who.site && !is_name(*who.site))
    throw Error{ExitCode::usage, msg("invalid name '{text}'", {{"text", printable(*who.site)}}),
                msg("use lower-case letters, digits, '.', '_' and '-'")};
  registry::Person entry;
  entry.id = who.id;
  who.fill(entry);
  entry.machine = options.machine;
  entry.roles = options.machine ? std::vector<std::string>{std::string(sop::kSystem)} : who.roles;
  entry.keys.push_back(key_of(key ? *key : read_public_key(session, *options.key), session.now()));
  if (asks && !confirm_entry(session, entry, signer)) return nothing_written(session);
  written_person(session, workflow::write_person(context, entry));
  session.reload_register();
  if (!entry.machine) hint_vacant(session);
  return ExitCode::ok;
}

ExitCode leave(Session& session, const PersonArguments& options) {
  registry::Person entry = find_person(session, options.person.id);
  if (entry.left)
    throw Error{ExitCode::usage, msg("'{person}' has already left", {{"person", options.person.id}})};
  if (!session.confirm(msg("Remove all roles and keys of '{person}'?", {{"person", options.person.id}}),
                       options.yes)) {
    return ExitCode::warning;
  }
  const Instant now = session.now();
  entry.left = now;
  for (registry::Key& key : entry.keys) {
    if (key.current()) key.retired = now;
  }
  change_person(session, entry);
  return ExitCode::ok;
}

ExitCode keys(Session& session, const PersonArguments& options) {
  if (options.make) {
    const std::string file = *session.acting().keys.machine_key;
    const std::string person = session.acting().wanted_person.value_or("timer");
    const sign::PublicKey key = sign::make_key(file, person, session.acting().keys.environment);
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
  auto options = std::make_shared<PersonArguments>();
  setup.sub("list", msg("list people with their roles and keys"))
      .paged()
      .rows("person,name,roles,keys", "nip,rank,position,machine,site,delegations,left")
      .run([](Session& session) { return list(session); });
  Setup& adding =
      setup.sub("add", msg("register a person or a machine; the first person starts the register"));
  adding.argument("ID", options->person.id, msg("the person's id"))
      .list("--role", "ROLE", options->person.roles, msg("a role of sop.yaml, or admin"))
      .option("--key", "FILE", options->key, msg("the person's public key"))
      .option("--name", "NAME", options->person.name, msg("the name, as on paper"))
      .option("--nip", "NIP", options->person.nip, msg("the civil servant's number, as on paper"))
      .option("--rank", "RANK", options->person.rank, msg("the rank and grade, as on paper"))
      .option("--position", "TEXT", options->person.position,
              msg("the position, as on paper; default: the title of the role"))
      .flag("--machine", options->machine, msg("register a machine, which can only have the role system"))
      .option("--site", "SITE", options->person.site, msg("the site whose hosts this machine measures"))
      .asks();
  adding.run([options](Session& session) { return add(session, *options); });
  setup_person_change(setup);
  Setup& leaving = setup.sub("leave", msg("remove all roles and keys of a person"));
  leaving.argument("ID", options->person.id, msg("the person's id"))
      .flag("--yes", options->yes, msg("do not ask for confirmation"));
  leaving.run([options](Session& session) { return leave(session, *options); });
  Setup& showing =
      setup.sub("keys", msg("print all current keys as allowed_signers(5), or create this machine's key"));
  showing.formats("text");
  showing.flag("--make", options->make, msg("create this machine's own key in ~/.local/state/jaga"));
  showing.run([options](Session& session) { return keys(session, *options); });
}

}  // namespace jaga::cmd
