#include "register/tell.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "record/kind.hpp"
#include "register/body.hpp"

namespace jaga::registry {
namespace {

template <typename Item, typename Same>
bool among(const std::vector<Item>& items, const Same& is_same) {
  return std::any_of(items.begin(), items.end(), is_same);
}

void tell_keys(const Person& old, const Person& entry, const LocalTime& local, std::vector<Message>& out) {
  for (const auto& key : entry.keys) {
    const auto before = std::find_if(old.keys.begin(), old.keys.end(),
                                     [&](const Key& one) { return one.fingerprint == key.fingerprint; });
    const bool is_new = before == old.keys.end();
    if (is_new) out.push_back(msg("new key {key}", {{"key", key.fingerprint}}));
    if (key.retired && (is_new || !before->retired) && !entry.left)
      out.push_back(msg("key {key} retired", {{"key", key.fingerprint}}));
    if (key.compromised_since && (is_new || before->compromised_since != key.compromised_since))
      out.push_back(msg("key {key} compromised since {time}",
                        {{"key", key.fingerprint}, {"time", local(*key.compromised_since)}}));
  }
}

void tell_delegations(const Person& old, const Person& entry, const LocalTime& local,
                      std::vector<Message>& out) {
  for (const auto& one : entry.delegations) {
    if (among(old.delegations, [&](const Delegation& other) { return same(one, other); })) continue;
    out.push_back(msg("{role} delegated from {from} until {until} ({letter})", {{"role", one.role},
                                                                                {"from", local(one.from)},
                                                                                {"until", local(one.until)},
                                                                                {"letter", one.letter}}));
  }
  for (const auto& one : old.delegations) {
    if (among(entry.delegations, [&](const Delegation& other) { return same(one, other); })) continue;
    out.push_back(msg("delegation of {role} ({letter}) ended", {{"role", one.role}, {"letter", one.letter}}));
  }
}

std::vector<Message> tell_one(const record::Record& record, std::map<std::string, Person>& people,
                              const LocalTime& local) {
  const yaml::Source source{record::file_name(record.envelope), ExitCode::data};
  const std::string& kind = record.envelope.kind;
  std::vector<Message> out;
  const auto take = [&](const Person& entry) {
    const auto before = people.find(entry.id);
    auto said = changes(before == people.end() ? nullptr : &before->second, entry, local);
    if (said.empty()) said.push_back(msg("nothing changed"));
    for (auto& what : said) out.push_back(msg("{person}: {what}", {{"person", entry.id}}).with("what", what));
    people.insert_or_assign(entry.id, entry);
  };
  if (kind == record::name(record::Kind::genesis)) {
    if (const auto* first = record.body.find("person")) take(read_person(*first, source));
  } else if (kind == record::name(record::Kind::person)) {
    take(read_person_body(record.body, source).entry);
  } else if (kind == record::name(record::Kind::host)) {
    const auto* hosts = record.body.find("hosts");
    for (const auto& pin : read_pins(hosts != nullptr ? hosts->items() : std::vector<yaml::Node>{}, source))
      out.push_back(msg("{host} pinned ({how})", {{"host", pin.host}, {"how", pin.verified}}));
  } else if (kind == record::name(record::Kind::adopt)) {
    out.push_back(msg("sop.yaml {digest} adopted", {{"digest", record.body.text_at("sop")}}));
  } else if (kind == record::name(record::Kind::resolve)) {
    const auto body = read_resolve(record.body, source);
    std::vector<std::string> what;
    for (const auto& one : body.expected) what.push_back(one.what);
    out.push_back(msg("accepted as missing or replaced: {what} ({reason})",
                      {{"what", join(what, ", ")}, {"reason", body.reason}}));
  } else if (kind == record::name(record::Kind::merge)) {
    // What the branches had each differs from it in another way: told is what holds.
    if (const auto* entries = record.body.find("people")) {
      for (const auto& entry : read_people(entries->items(), source)) {
        out.push_back(entry.roles.empty() ? msg("{person}: now has no roles", {{"person", entry.id}})
                                          : msg("{person}: now has {roles}",
                                                {{"person", entry.id}, {"roles", join(entry.roles, ", ")}}));
        people.insert_or_assign(entry.id, entry);
      }
    }
    out.push_back(msg("merged ({reason})", {{"reason", record.body.text_at("reason")}}));
  }
  return out;
}

}  // namespace

std::string name_of(const Register* registered, const std::string& person) {
  const Person* known = registered == nullptr ? nullptr : registered->find_person(person);
  return known == nullptr || known->name.empty() ? person : known->name;
}

std::vector<Message> changes(const Person* old, const Person& entry, const LocalTime& local) {
  std::vector<Message> out;
  const Person nobody;
  const Person& before = old != nullptr ? *old : nobody;
  const auto missing = [](const std::vector<std::string>& these, const std::vector<std::string>& those) {
    std::vector<std::string> result;
    for (const auto& one : these)
      if (std::find(those.begin(), those.end(), one) == those.end()) result.push_back(one);
    return result;
  };
  const auto given = missing(entry.roles, before.roles);
  const auto taken = missing(before.roles, entry.roles);
  if (old == nullptr)
    out.push_back(msg("registered as {roles}", {{"roles", join(entry.roles, ", ")}}));
  else if (!given.empty())
    out.push_back(msg("role {roles} assigned", {{"roles", join(given, ", ")}}));
  if (!taken.empty()) out.push_back(msg("role {roles} removed", {{"roles", join(taken, ", ")}}));
  if (old != nullptr) tell_keys(before, entry, local, out);
  tell_delegations(before, entry, local, out);
  if (old != nullptr && (before.name != entry.name || before.nip != entry.nip))
    out.push_back(msg("name or NIP changed"));
  if (old != nullptr && (before.rank != entry.rank || before.position != entry.position))
    out.push_back(msg("rank or position changed"));
  if (entry.left && !before.left) out.push_back(msg("left"));
  return out;
}

std::map<Digest, std::vector<Message>> told(const record::Chain& chain, const LocalTime& local) {
  std::map<Digest, std::vector<Message>> out;
  const bool plain = chain.heads.size() <= 1 && std::all_of(chain.records.begin(), chain.records.end(),
                                                            [](const record::Record& record) {
                                                              return record.envelope.prev.size() == 1;
                                                            });
  std::map<std::string, Person> people;
  std::map<Digest, std::map<std::string, Person>> after;  // where it is forked, or was
  for (const auto& record : chain.records) {
    if (!plain)
      if (const auto before = after.find(record.envelope.prev.front()); before != after.end())
        people = before->second;
    try {
      out.emplace(record.digest, tell_one(record, people, local));
    } catch (const Error&) {
      // audit names it
    }
    if (!plain) after.emplace(record.digest, people);
  }
  return out;
}

Message told(const Alone& one) {
  return msg("only '{person}' may do '{work}' and '{step}', and nobody may decide on their own work",
             {{"person", one.person}})
      .with("work", sop::word(one.work))
      .with("step", sop::word(one.step));
}

}  // namespace jaga::registry
