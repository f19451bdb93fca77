#include "workflow/acting_person.hpp"

#include <algorithm>

#include "bag/bag.hpp"
#include "base/debug.hpp"
#include "base/text.hpp"
#include "register/register.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {

std::optional<Error> register_refusal(const Office& office) {
  if (office.register_chain && office.register_chain->forked())
    return Error(ExitCode::not_permitted, msg("the register is forked: two clones have continued it"),
                 msg("close the fork with 'jaga merge register -m REASON'"));
  if (office.register_chain && !office.register_chain->breaks.empty()) {
    const record::Break& first = office.register_chain->breaks.front();
    return Error(ExitCode::data, msg("the register is damaged: {what}").with("what", first.text()),
                 msg("see all findings with 'jaga audit'"));
  }
  if (!office.registered)
    return Error(ExitCode::not_permitted, msg("nobody is registered yet"),
                 msg("start the register with 'jaga person add ID --role ROLE'"));
  return std::nullopt;
}

void require_register(const Office& office) {
  if (const std::optional<Error> refusal = register_refusal(office)) throw Error(*refusal);
}

namespace {

struct Match {
  const registry::Person* person;
  const sign::FoundKey* key;
};

Actor actor_of(const ActingContext& context, const Match& match) {
  Actor actor;
  actor.person = match.person->id;
  actor.roles = context.registered->roles_of(*match.person, context.now());
  actor.machine = match.person->machine;
  actor.key = match.key->key.fingerprint();
  actor.signer = sign::signer_for(*match.key, context.keys);
  return actor;
}

// One key per person, the first available; a machine's only if no person's fits.
std::vector<Match> matches_among(const std::vector<sign::FoundKey>& keys, const ActingContext& context) {
  std::vector<Match> matches;
  std::optional<Match> machine;
  for (const sign::FoundKey& key : keys) {
    const registry::Person* person = context.registered->owner(key.key.fingerprint());
    if (debugging())
      debug("key", "{} from {}: {}", key.key.fingerprint(), key.origin,
            person == nullptr ? "of nobody" : "of " + person->id);
    if (person == nullptr || person->left || !person->holds(key.key.fingerprint())) continue;
    if (context.wanted_person && person->id != *context.wanted_person) continue;
    if (key.machine) {
      if (!machine) machine = Match{person, &key};
      continue;
    }
    const bool known = std::any_of(matches.begin(), matches.end(),
                                   [&](const Match& match) { return match.person == person; });
    if (!known) matches.push_back({person, &key});
  }
  if (matches.empty() && machine) matches.push_back(*machine);
  return matches;
}

}  // namespace

std::optional<Actor> reading_person(const ActingContext& context) {
  if (!context.registered) return std::nullopt;
  const std::vector<sign::FoundKey> keys = sign::find_keys(context.keys);
  const std::vector<Match> matches = matches_among(keys, context);
  if (matches.size() != 1) return std::nullopt;
  return actor_of(context, matches.front());
}

Actor acting_person(const ActingContext& context) {
  require_register(context);
  bag::remove_drafts(context.directory->absolute("archive"));
  const std::vector<sign::FoundKey> keys = sign::find_keys(context.keys);
  const std::vector<Match> matches = matches_among(keys, context);
  if (matches.size() == 1) return actor_of(context, matches.front());
  if (matches.size() > 1) {
    std::vector<std::string> names;
    for (const Match& match : matches) names.push_back(match.person->id);
    throw Error(ExitCode::usage,
                msg("keys of several people are available: {people}", {{"people", join(names, ", ")}}),
                msg("select the acting person with --as PERSON"));
  }
  if (context.wanted_person) {
    const registry::Person* person = context.registered->find_person(*context.wanted_person);
    if (person == nullptr) {
      std::vector<std::string> names;
      for (const auto& entry : context.registered->people) names.push_back(entry.first);
      const std::string near = nearest(*context.wanted_person, names);
      throw Error(
          ExitCode::not_permitted, msg("unknown person '{person}'", {{"person", *context.wanted_person}}),
          near.empty() ? msg("see 'jaga person list'") : msg("did you mean '{near}'?", {{"near", near}}));
    }
    throw Error(ExitCode::not_permitted,
                msg("no key of '{person}' is available", {{"person", *context.wanted_person}}),
                msg("give it with --key FILE, or load it into the agent: ssh-add FILE"));
  }
  if (keys.empty())
    throw Error(ExitCode::not_permitted, msg("no signing key found"),
                msg("create one with 'ssh-keygen -t ed25519', then let an admin register it: jaga person add "
                    "ID --role ROLE --key FILE.pub"));
  throw Error(ExitCode::not_permitted,
              msg("no available key is registered: {key}", {{"key", keys.front().origin}}),
              msg("an admin registers it: jaga person add ID --role ROLE --key FILE.pub (another key of a "
                  "registered person: jaga person change ID --key FILE.pub)"));
}

Actor current_actor(const Context& context, const Actor& actor) {
  require_register(context);
  const registry::Person* person = context.registered->find_person(actor.person);
  if (person == nullptr || person->left || !person->holds(actor.key))
    throw Error(
        ExitCode::not_permitted,
        msg("'{key}' is not a current key of '{person}'", {{"key", actor.key}, {"person", actor.person}}),
        msg("see 'jaga person list'"));
  Actor now = actor;
  now.roles = context.registered->roles_of(*person, context.now());
  return now;
}

Actor signing_person(const ActingContext& context) {
  require_register(context);
  if (!context.wanted_person)
    throw Error(ExitCode::usage, msg("a request requires the person who will sign it"),
                msg("name the person with --as PERSON"));
  const registry::Person* person = context.registered->find_person(*context.wanted_person);
  if (person == nullptr || person->left)
    throw Error(ExitCode::not_permitted,
                msg("unknown person '{person}'", {{"person", *context.wanted_person}}),
                msg("see 'jaga person list'"));
  Actor actor;
  actor.person = person->id;
  actor.roles = context.registered->roles_of(*person, context.now());
  actor.machine = person->machine;
  for (const registry::Key& key : person->keys)
    if (key.current()) actor.key = key.fingerprint;
  if (context.keys.key_file) {
    const auto wanted = sign::public_key_of(*context.keys.key_file);
    if (wanted && person->holds(wanted->fingerprint())) {
      actor.key = wanted->fingerprint();
    } else if (context.keys.key_file->ends_with(".pub")) {
      // A private key belongs to the acting person.
      throw Error(ExitCode::not_permitted,
                  msg("'{file}' is not a current key of '{person}'",
                      {{"file", printable(*context.keys.key_file)}, {"person", person->id}}),
                  msg("see 'jaga person list'"));
    }
  }
  if (actor.key.empty())
    throw Error(
        ExitCode::not_permitted, msg("'{person}' has no current key", {{"person", person->id}}),
        msg("an admin registers one: jaga person change {person} --key FILE.pub", {{"person", person->id}}));
  return actor;
}

void require_adopted(const Office& office) {
  require_register(office);
  if (office.registered->sop == office.sop_digest) return;
  throw Error(ExitCode::not_permitted, msg("'{file}' was edited but not adopted", {{"file", "sop.yaml"}}),
              msg("an admin adopts it with 'jaga adopt'"));
}

std::optional<Actor> acting_machine(const ActingContext& context) {
  for (const sign::FoundKey& found : sign::find_keys(context.keys)) {
    const registry::Person* owner = context.registered->owner(found.key.fingerprint());
    if (owner == nullptr || !owner->machine || !owner->holds(found.key.fingerprint())) continue;
    ActingContext as = context;
    as.wanted_person = owner->id;
    try {
      return acting_person(as);
    } catch (const Error& error) {
      debug("acting", "{}: {}", owner->id, error.message().render(Language::english));
    }
  }
  return std::nullopt;
}

}  // namespace jaga::workflow
