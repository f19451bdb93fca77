#include "person_change.hpp"

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "document/json.hpp"
#include "parse.hpp"
#include "people.hpp"
#include "register/tell.hpp"
#include "setups.hpp"
#include "sop/role_titles.hpp"
#include "sop/sop.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/inbox.hpp"
#include "workflow/incidents.hpp"
#include "workflow/registering.hpp"

namespace jaga::cmd {
namespace {

struct PersonChangeArguments {
  std::string id;
  std::vector<std::string> roles, drop_roles;
  std::optional<std::string> name, nip, rank, position, key, retire, compromised, since;
  std::optional<std::string> delegate, take_back, from, until, letter;
};

bool among(const std::vector<std::string>& roles, const std::string& role) {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

Error goes_with(const std::string& option, const std::string& other) {
  return requires_option(option, other, msg("see 'jaga help person'"));
}

void check(const PersonChangeArguments& options) {
  if (!options.compromised && options.since) throw goes_with("--since", "--compromised");
  if (options.compromised && !options.since)
    throw Error{ExitCode::usage, msg("missing option: --since"),
                msg("give the time since when the key cannot be trusted")};
  if (!options.delegate) {
    if (options.from) throw goes_with("--from", "--delegate");
    if (options.until) throw goes_with("--until", "--delegate");
    if (options.letter) throw goes_with("--letter", "--delegate");
  } else if (!options.until || !options.letter || trim(*options.letter).empty()) {
    throw Error{ExitCode::usage, msg("a delegation needs --until and --letter"),
                msg("for example: --until 2026-12-31 --letter 'ST 12/2026'")};
  }
  const bool something = !options.roles.empty() || !options.drop_roles.empty() || options.name ||
                         options.nip || options.rank || options.position || options.key || options.retire ||
                         options.compromised || options.delegate || options.take_back;
  if (!something) throw Error{ExitCode::usage, msg("no changes given"), msg("see 'jaga help person'")};
}

registry::Key& key_with(registry::Person& person, const std::string& wanted) {
  for (registry::Key& key : person.keys) {
    if (key.fingerprint == wanted) return key;
  }
  throw Error{ExitCode::no_input,
              msg("'{person}' has no key '{key}'", {{"person", person.id}, {"key", printable(wanted)}}),
              msg("see 'jaga person list'")};
}

void drop(registry::Person& entry, const std::string& role) {
  if (std::erase(entry.roles, role) > 0) return;
  const bool delegated = std::any_of(entry.delegations.begin(), entry.delegations.end(),
                                     [&](const registry::Delegation& one) { return one.role == role; });
  throw Error{
      ExitCode::usage,
      msg("'{person}' does not have the role '{role}'", {{"person", entry.id}, {"role", printable(role)}}),
      delegated ? msg("end a delegated role with --take-back") : msg("see 'jaga person list'")};
}

void add_key(Session& session, registry::Person& entry, const std::string& file) {
  registry::Key key = key_of(read_public_key(session, file), session.now());
  for (const registry::Key& known : entry.keys) {
    if (known.fingerprint != key.fingerprint) continue;
    if (known.current()) return;
    throw Error{ExitCode::not_permitted,
                msg("the key '{key}' was retired and cannot be used again", {{"key", key.fingerprint}}),
                msg("they create another one: ssh-keygen -t ed25519 -C {person}", {{"person", entry.id}})};
  }
  entry.keys.push_back(std::move(key));
}

void delegate(Session& session, registry::Person& entry, const PersonChangeArguments& options) {
  const Instant now = session.now();
  registry::Delegation wanted;
  wanted.role = *options.delegate;
  wanted.from = options.from ? session.time_after(*options.from, now) : now;
  wanted.until = session.time_until(*options.until, wanted.from);
  wanted.letter = std::string(trim(*options.letter));
  if (wanted.until <= wanted.from)
    throw Error{ExitCode::usage,
                msg("a delegation to '{person}' ends before it begins", {{"person", entry.id}}),
                msg("given: from {from} until {until}",
                    {{"from", session.local(wanted.from)}, {"until", session.local(wanted.until)}})};
  if (among(entry.roles, wanted.role))
    throw Error{ExitCode::usage, msg("'{person}' already has the role '{role}'",
                                     {{"person", entry.id}, {"role", wanted.role}})};
  for (const registry::Delegation& one : entry.delegations) {
    if (one.role == wanted.role && one.from <= wanted.from && wanted.until <= one.until)
      throw Error{ExitCode::usage, msg("'{role}' is already delegated to '{person}' until {until} ({letter})",
                                       {{"role", one.role},
                                        {"person", entry.id},
                                        {"until", session.local(one.until)},
                                        {"letter", one.letter}})};
  }
  entry.delegations.push_back(std::move(wanted));
}

void take_back(Session& session, registry::Person& entry, const std::string& role) {
  const Instant now = session.now();
  if (std::erase_if(entry.delegations, [&](const registry::Delegation& one) {
        return one.role == role && now < one.until;
      }) == 0)
    throw Error{ExitCode::usage,
                msg("the role '{role}' is not delegated to '{person}'",
                    {{"role", printable(role)}, {"person", entry.id}}),
                msg("see 'jaga person list'")};
}

ExitCode change(Session& session, const PersonChangeArguments& options) {
  check(options);
  const registry::Person before = find_person(session, options.id);
  if (before.left)
    throw Error{ExitCode::usage, msg("'{person}' has already left", {{"person", options.id}}),
                msg("a person who returns is registered again, with another id and another key")};
  registry::Person entry = before;
  check_roles(session, options.roles, entry.machine);
  if (options.name) entry.name = *options.name;
  if (options.nip) entry.nip = *options.nip;
  if (options.rank) entry.rank = *options.rank;
  if (options.position) entry.position = *options.position;
  for (const std::string& role : options.roles)
    if (!among(entry.roles, role)) entry.roles.push_back(role);
  for (const std::string& role : options.drop_roles) drop(entry, role);
  if (options.key) add_key(session, entry, *options.key);
  if (options.retire) {
    registry::Key& key = key_with(entry, *options.retire);
    if (!key.retired) key.retired = session.now();
  }
  if (options.compromised)
    key_with(entry, *options.compromised).compromised_since = session.past("--since", options.since);
  if (options.take_back) take_back(session, entry, *options.take_back);
  if (options.delegate) delegate(session, entry, options);
  if (registry::changes(&before, entry, [&](Instant at) { return session.local(at); }).empty()) {
    session.ui().say(msg("no changes for '{person}': everything is already so", {{"person", options.id}}));
    return ExitCode::ok;
  }
  change_person(session, entry);
  return ExitCode::ok;
}

}  // namespace

const registry::Register& registered(Session& session) {
  // Says whether it has not begun, is damaged or forked.
  if (!session.office().registered) workflow::require_register(session.office());
  return *session.office().registered;
}

const registry::Person& find_person(Session& session, const std::string& id) {
  const registry::Register& state = registered(session);
  if (const registry::Person* person = state.find_person(id)) return *person;
  std::vector<std::string> ids;
  for (const auto& [known, person] : state.people) ids.push_back(known);
  const std::string near = nearest(id, ids);
  throw Error{
      ExitCode::no_input, msg("unknown person '{person}'", {{"person", printable(id)}}),
      near.empty() ? msg("see 'jaga person list'") : msg("did you mean '{person}'?", {{"person", near}})};
}

void written_person(Session& session, const record::Record& record) {
  const std::string path = "register/" + record::file_name(record.envelope);
  session.recorded(path);
  if (session.prints_values()) {
    session.ui().json(Json{{"record", path}, {"digest", record.digest.text()}});
  } else {
    session.ui().print(path);
  }
}

namespace {

// The open incidents in which only this person can ratify what they decided on paper.
std::vector<std::string> waits_for_paper_of(Session& session, const std::string& person) {
  std::vector<std::string> ids;
  for (const workflow::InboxEntry& one :
       workflow::inbox(session.context(), workflow::FinishedIncidents::none))
    if (one.due && (one.due->only == person || one.due->in_place_of == person)) ids.push_back(one.id);
  return ids;
}

// What the change takes from the open incidents, where the register stands by now: `waited` is what waited
// for the person before, `vacant` the steps that nobody could do already.
void tell_open_incidents(Session& session, const std::vector<std::string>& waited,
                         const std::vector<std::string>& vacant) {
  session.reload_register();
  const workflow::Context& context = session.context();
  if (!context.registered) return;
  if (!waited.empty())
    for (const workflow::InboxEntry& one : workflow::inbox(context, workflow::FinishedIncidents::none)) {
      if (!one.due || !one.due->in_place_of ||
          std::find(waited.begin(), waited.end(), one.id) == waited.end())
        continue;
      session.ui().say(sop::with_role_titles(
          msg("incident '{id}' was waiting for '{person}'; now it is waiting for: {roles}",
              {{"id", one.id}, {"person", *one.due->in_place_of}, {"roles", join(one.due->roles, ", ")}}),
          *session.office().sop));
    }
  for (const Message& what : vacant_in_open_incidents(session)) {
    const std::string line = session.ui().text(what);
    if (std::find(vacant.begin(), vacant.end(), line) != vacant.end()) continue;
    session.ui().say(what);
    session.ui().hint(
        msg("a role of an earlier procedure can still be assigned while an incident requires it: jaga person "
            "change ID --role ROLE"));
  }
}

}  // namespace

void change_person(Session& session, const registry::Person& entry) {
  registry::Register after = registered(session);
  const sop::Sop& procedure = *session.office().sop;
  const auto before = registry::vacant(after, procedure, session.now());
  const auto alone = registry::alone(after, procedure, session.now());
  const auto waited = waits_for_paper_of(session, entry.id);
  std::vector<std::string> kept;
  for (const Message& what : vacant_in_open_incidents(session)) kept.push_back(session.ui().text(what));
  written_person(session, workflow::write_person(session.acting(), entry));
  after.people[entry.id] = entry;
  std::vector<std::string> hinted;
  for (const sop::Step step : registry::vacant(after, procedure, session.now())) {
    if (std::find(before.begin(), before.end(), step) != before.end()) continue;
    const sop::Row& row = procedure.row(step);
    session.ui().say(sop::with_role_titles(msg("nobody has a role for step '{step}' any more: {roles}",
                                               {{"roles", join(row.roles, ", ")}}),
                                           procedure)
                         .with("step", sop::word(step)));
    if (!among(hinted, row.roles.front())) hinted.push_back(row.roles.front());
  }
  for (const registry::Alone& one : registry::alone(after, procedure, session.now())) {
    if (std::find(alone.begin(), alone.end(), one) != alone.end()) continue;
    session.ui().say(registry::told(one));
    const std::string& role = procedure.row(one.step).roles.front();
    if (!among(hinted, role)) hinted.push_back(role);
  }
  tell_open_incidents(session, waited, kept);
  for (const std::string& role : hinted)
    session.ui().hint(
        msg("an admin assigns the role to somebody: jaga person change ID --role {role}", {{"role", role}}));
}

void setup_person_change(Setup& person) {
  auto options = std::make_shared<PersonChangeArguments>();
  Setup& changing = person.sub("change", msg("change a person's entry"));
  changing.argument("ID", options->id, msg("the person's id"))
      .list("--role", "ROLE", options->roles, msg("assign this role"))
      .list("--drop-role", "ROLE", options->drop_roles, msg("remove this role"))
      .option("--key", "FILE", options->key, msg("add this public key"))
      .option("--retire", "FINGERPRINT", options->retire, msg("retire this key"))
      .option("--compromised", "FINGERPRINT", options->compromised, msg("mark this key as compromised"))
      .option("--since", "TIME", options->since, msg("since when it is compromised"))
      .option("--name", "NAME", options->name, msg("the name, as on paper"))
      .option("--nip", "NIP", options->nip, msg("the civil servant's number, as on paper"))
      .option("--rank", "RANK", options->rank, msg("the rank and grade, as on paper"))
      .option("--position", "TEXT", options->position,
              msg("the position, as on paper; default: the title of the role"))
      .option("--delegate", "ROLE", options->delegate, msg("delegate this role to the person"))
      .option("--from", "TIME", options->from, msg("when the delegation starts; default: now"))
      .option("--until", "TIME", options->until, msg("when the delegation ends"))
      .option("--letter", "TEXT", options->letter, msg("the letter of delegation"))
      .option("--take-back", "ROLE", options->take_back, msg("end the delegation of this role"));
  changing.run([options](Session& session) { return change(session, *options); });
}

}  // namespace jaga::cmd
