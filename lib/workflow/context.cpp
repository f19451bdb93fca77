#include "workflow/context.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "bag/bag.hpp"
#include "base/text.hpp"
#include "fault/key.hpp"
#include "inventory/inventory.hpp"
#include "record/kind.hpp"
#include "register/register.hpp"
#include "sop/sop.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/analysis.hpp"
#include "workflow/doubt.hpp"
#include "workflow/incidents.hpp"
#include "workflow/memory.hpp"

namespace jaga::workflow {

struct InventoryRead::Reading {
  explicit Reading(Read from) : read(std::move(from)) {}
  Read read;
  std::once_flag once{};
  std::atomic<bool> asked = false;
  std::shared_ptr<const inventory::Inventory> good{};
  std::shared_ptr<const Error> wrong{};
};

InventoryRead::InventoryRead(std::shared_ptr<const inventory::Inventory> good)
    : InventoryRead([good = std::move(good)] { return good; }) {}
InventoryRead::InventoryRead(std::shared_ptr<inventory::Inventory> good)
    : InventoryRead(std::shared_ptr<const inventory::Inventory>(std::move(good))) {}
InventoryRead::InventoryRead(Read read) : reading_(std::make_shared<Reading>(std::move(read))) {}

const InventoryRead::Reading* InventoryRead::ask() const {
  if (!reading_) return nullptr;
  std::call_once(reading_->once, [&reading = *reading_] {
    try {
      reading.good = reading.read();
    } catch (const Error& error) {
      if (error.code() != ExitCode::config) throw;
      reading.wrong = std::make_shared<Error>(error);
    }
    reading.asked = true;
  });
  return reading_.get();
}

const inventory::Inventory& InventoryRead::operator*() const {
  const Reading* reading = ask();
  if (reading == nullptr || (!reading->good && !reading->wrong))
    throw Error(ExitCode::software, msg("there is no inventory here"));
  if (reading->wrong) throw Error(*reading->wrong);
  return *reading->good;
}

InventoryRead::operator bool() const {
  const Reading* reading = ask();
  return reading != nullptr && reading->good != nullptr;
}

const Error* InventoryRead::wrong() const {
  return reading_ && reading_->asked ? reading_->wrong.get() : nullptr;
}
namespace {

void require_register(const Context& context) {
  if (context.register_chain && context.register_chain->forked())
    throw Error(ExitCode::not_permitted, msg("the register is forked: two clones have gone on with it"),
                msg("close the fork with 'jaga merge register -m REASON'"));
  if (context.register_chain && !context.register_chain->breaks.empty()) {
    const record::Break& first = context.register_chain->breaks.front();
    throw Error(ExitCode::data, msg("the register is damaged: {what}").with("what", first.text()),
                msg("look at all of it with 'jaga audit'"));
  }
  if (!context.registered)
    throw Error(ExitCode::not_permitted, msg("nobody is registered yet"),
                msg("begin the register with 'jaga person add ID --role ROLE'"));
}

struct Match {
  const registry::Person* person;
  const sign::FoundKey* key;
};

// An incident of that id, its beginning or that host, which was seen here and is gone.
void require_not_gone(const Context& context, const std::string& text) {
  if (!context.memory || text.empty()) return;
  for (const record::ChainName& chain : context.memory->chains()) {
    if (chain.kind != record::ChainName::Kind::incident) continue;
    if (!chain.id.starts_with(text) && host_of(chain.id) != text) continue;
    if (store::find_incident(*context.directory, chain.id)) continue;
    if (const auto lost = gone(context, chain))
      throw Error(ExitCode::data, msg("incident '{id}': {what}", {{"id", chain.id}}).with("what", *lost),
                  msg("look at all of it with 'jaga audit'"));
  }
}

bool is_finished(const Context& context, const std::string& incident) {
  try {
    return load_incident(context, incident).state.finished();
  } catch (const Error&) {
    return false;  // damaged: whoever reads it will say so
  }
}

Actor actor_of(const Context& context, const Match& match) {
  Actor actor;
  actor.person = match.person->id;
  actor.roles = context.registered->roles_of(*match.person, context.now());
  actor.machine = match.person->machine;
  actor.key = match.key->key.fingerprint();
  actor.signer = sign::signer_for(*match.key, context.keys);
  return actor;
}

}  // namespace

std::string host_of(const std::string& incident) {
  return incident.substr(9, incident.size() - 16);
}

Context to_the_end(const Context& context) {
  Context result = context;
  result.stop = {};
  return result;
}

Actor who_acts(const Context& context) {
  require_register(context);
  bag::remove_drafts(context.directory->absolute("archive"));
  const std::vector<sign::FoundKey> keys = sign::find_keys(context.keys);
  std::vector<Match> matches;  // one key a person, the first at hand; a machine's only if nobody else's fits
  std::optional<Match> machine;
  for (const sign::FoundKey& key : keys) {
    const registry::Person* person = context.registered->owner(key.key.fingerprint());
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

  if (matches.size() == 1) return actor_of(context, matches.front());
  if (matches.size() > 1) {
    std::vector<std::string> names;
    for (const Match& match : matches) names.push_back(match.person->id);
    throw Error(ExitCode::usage,
                msg("keys of several people are at hand: {people}", {{"people", join(names, ", ")}}),
                msg("say who acts with --as PERSON"));
  }
  if (context.wanted_person) {
    const registry::Person* person = context.registered->find_person(*context.wanted_person);
    if (person == nullptr) {
      std::vector<std::string> names;
      for (const auto& entry : context.registered->people) names.push_back(entry.first);
      const std::string near = nearest(*context.wanted_person, names);
      throw Error(
          ExitCode::not_permitted,
          msg("nobody is registered as '{person}'", {{"person", *context.wanted_person}}),
          near.empty() ? msg("see 'jaga person list'") : msg("did you mean '{near}'?", {{"near", near}}));
    }
    throw Error(ExitCode::not_permitted,
                msg("no key of '{person}' is at hand", {{"person", *context.wanted_person}}),
                msg("give it with --key FILE, or load it into the agent: ssh-add FILE"));
  }
  if (keys.empty())
    throw Error(ExitCode::not_permitted, msg("there is no key to sign with"),
                msg("make one with 'ssh-keygen -t ed25519', then an admin registers it: jaga person add ID "
                    "--role ROLE --key FILE.pub"));
  throw Error(ExitCode::not_permitted,
              msg("no key at hand is registered: {key}", {{"key", keys.front().origin}}),
              msg("an admin registers it: jaga person add ID --role ROLE --key FILE.pub (a further key of "
                  "somebody: jaga person change ID --key FILE.pub)"));
}

Actor still_acts(const Context& context, const Actor& actor) {
  require_register(context);
  const registry::Person* person = context.registered->find_person(actor.person);
  if (person == nullptr || person->left || !person->holds(actor.key))
    throw Error(
        ExitCode::not_permitted,
        msg("'{key}' is no current key of '{person}'", {{"key", actor.key}, {"person", actor.person}}),
        msg("see 'jaga person list'"));
  Actor now = actor;
  now.roles = context.registered->roles_of(*person, context.now());
  return now;
}

Actor who_will_sign(const Context& context) {
  require_register(context);
  if (!context.wanted_person)
    throw Error(ExitCode::usage, msg("a request needs to know who will sign it"),
                msg("name the person with --as PERSON"));
  const registry::Person* person = context.registered->find_person(*context.wanted_person);
  if (person == nullptr || person->left)
    throw Error(ExitCode::not_permitted,
                msg("nobody is registered as '{person}'", {{"person", *context.wanted_person}}),
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
      // A private key is that of whoever asks.
      throw Error(ExitCode::not_permitted,
                  msg("'{file}' is no current key of '{person}'",
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

void require_adopted(const Context& context) {
  require_register(context);
  if (context.registered->sop == context.sop_digest) return;
  throw Error(ExitCode::not_permitted, msg("'{file}' was edited but not adopted", {{"file", "sop.yaml"}}),
              msg("an admin adopts it with 'jaga adopt'"));
}

namespace {

// Several incidents, told apart by what they are about and what is due: "ID (disk-full /var, approve)".
std::string told_apart(const Context& context, const std::vector<std::string>& ids) {
  std::vector<std::string> out;
  const std::vector<Waiting> all = waiting(context, Finished::all);
  for (const std::string& id : ids) {
    const auto one = std::find_if(all.begin(), all.end(), [&](const Waiting& each) { return each.id == id; });
    std::vector<std::string> about;
    if (one != all.end() && !one->fault_key.empty()) {
      const fault::Key fault = fault::parse_key(one->fault_key);
      about.push_back(fault.type + (fault.object.empty() ? "" : " " + printable(fault.object)));
      if (one->due) about.emplace_back(sop::name(one->due->step));
    }
    out.push_back(about.empty() ? id : id + " (" + join(about, ", ") + ")");
  }
  return join(out, ", ");
}

std::string find(const Context& context, const std::string& text, bool to_go_on) {
  // Nobody's words need all the incidents read where they are the whole name of one.
  if (store::find_incident(*context.directory, text)) return text;
  const auto listings = store::list_incidents(*context.directory);
  std::vector<std::string> found;
  for (const auto& listing : listings) {
    if (!text.empty() && listing.id.starts_with(text)) found.push_back(listing.id);
  }
  std::vector<std::string> ended;
  if (found.empty()) {
    for (const auto& listing : listings) {
      if (host_of(listing.id) != text) continue;
      const std::string& kind = listing.steps.back().kind;
      // Whether a withdrawal is the first or the second of two, only its record says.
      const bool in_question = kind == record::name(record::Kind::withdraw) || (kind == record::name(record::Kind::archive) && !archived(context, listing));
      const bool open = in_question ? !is_finished(context, listing.id) : kind != record::name(record::Kind::archive);
      (open ? found : ended).push_back(listing.id);
    }
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1)
    throw Error(ExitCode::usage,
                msg("'{text}' means several incidents: {ids}",
                    {{"text", printable(text)}, {"ids", told_apart(context, found)}}),
                msg("give more of the id"));
  require_not_gone(context, text);
  const Message how = msg("after a 'jaga monitor' that fails 'jaga analyze' opens one");
  if (!ended.empty())
    throw Error(ExitCode::no_input, msg("no incident of '{host}' is open", {{"host", text}}),
                to_go_on ? how : msg("give the id of a finished one: {ids}", {{"ids", join(ended, ", ")}}));
  if (context.inventory && context.inventory->find(text) != nullptr)
    throw Error(ExitCode::no_input, msg("no incident of '{host}' is open", {{"host", text}}),
                to_go_on ? how : msg("see 'jaga status'"));
  std::vector<std::string> names;
  for (const auto& listing : listings) {
    names.push_back(listing.id);
    names.push_back(host_of(listing.id));
  }
  const std::string near = nearest(text, names);
  throw Error(ExitCode::no_input, msg("there is no incident '{text}'", {{"text", printable(text)}}),
              near.empty() ? msg("see 'jaga status'") : msg("did you mean '{near}'?", {{"near", near}}));
}

}  // namespace

std::string find_incident(const Context& context, const std::string& text) {
  return find(context, text, false);
}

std::string find_open_incident(const Context& context, const std::string& text) {
  return find(context, text, true);
}

}  // namespace jaga::workflow
