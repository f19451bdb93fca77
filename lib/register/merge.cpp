#include "register/merge.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "record/kind.hpp"
#include "register/body.hpp"
#include "register/rules.hpp"

namespace jaga::registry {
namespace {

std::set<Digest> ancestry(const record::Chain& chain, const Digest& head) {
  std::set<Digest> seen;
  std::vector<Digest> open{head};
  while (!open.empty()) {
    const auto digest = open.back();
    open.pop_back();
    const auto* record = chain.find(digest);
    if (record == nullptr || !seen.insert(digest).second) continue;
    open.insert(open.end(), record->envelope.prev.begin(), record->envelope.prev.end());
  }
  return seen;
}

// Records that not every head rests on, one list a head, in chain order.
std::vector<std::vector<const record::Record*>> branches(const record::Chain& chain,
                                                         const std::vector<Digest>& heads) {
  std::vector<std::set<Digest>> all;
  for (const auto& head : heads) all.push_back(ancestry(chain, head));
  std::vector<std::vector<const record::Record*>> out(heads.size());
  for (const auto& record : chain.records) {
    const auto in =
        std::count_if(all.begin(), all.end(), [&](const auto& set) { return set.contains(record.digest); });
    if (static_cast<std::size_t>(in) == heads.size()) continue;
    for (std::size_t i = 0; i < heads.size(); ++i) {
      if (all[i].contains(record.digest)) out[i].push_back(&record);
    }
  }
  return out;
}

bool is_current(const Register& state, const std::string& fingerprint) {
  const auto* owner = state.owner(fingerprint);
  return owner == nullptr || owner->holds(fingerprint);  // nullptr: a key that only its own branch knows
}

// Where both branches changed somebody, the more careful of each: what one took away stays away.
Person careful(const Person& a, const Person& b) {
  Person out = a;
  for (const auto& theirs : b.keys) {
    const auto ours = std::find_if(out.keys.begin(), out.keys.end(),
                                   [&](const Key& key) { return key.fingerprint == theirs.fingerprint; });
    if (ours == out.keys.end()) {
      out.keys.push_back(theirs);
    } else {
      if (!ours->retired) ours->retired = theirs.retired;
      if (!ours->compromised_since) ours->compromised_since = theirs.compromised_since;
    }
  }
  std::erase_if(out.roles, [&](const std::string& role) {
    return std::find(b.roles.begin(), b.roles.end(), role) == b.roles.end();
  });
  std::erase_if(out.delegations, [&](const Delegation& mine) {
    return std::none_of(b.delegations.begin(), b.delegations.end(),
                        [&](const Delegation& theirs) { return same(mine, theirs); });
  });
  if (!out.left) out.left = b.left;
  return out;
}

template <typename T>
void names_of(std::set<std::string>& names, const std::map<std::string, T>& entries) {
  for (const auto& entry : entries) names.insert(entry.first);
}

template <typename T>
bool same_entry(const std::map<std::string, T>& a, const std::map<std::string, T>& b,
                const std::string& name) {
  const auto left = a.find(name);
  const auto right = b.find(name);
  if ((left == a.end()) != (right == b.end())) return false;
  return left == a.end() || same(left->second, right->second);
}

template <typename T>
std::set<std::string> differing(const std::vector<const Register*>& heads,
                                std::map<std::string, T> Register::*member) {
  std::set<std::string> names;
  for (const auto* head : heads) names_of(names, head->*member);
  std::erase_if(names, [&](const std::string& name) {
    return std::all_of(heads.begin(), heads.end(), [&](const Register* head) {
      return same_entry(head->*member, heads.front()->*member, name);
    });
  });
  return names;
}

// What holds from now of one entry: what a branch changed against `base`; if several did, as `both` says.
template <typename T, typename Both>
std::optional<T> settle(const std::vector<const Register*>& heads, const Register& base,
                        std::map<std::string, T> Register::*member, const std::string& name,
                        const Both& both) {
  std::optional<T> out;
  for (const auto* head : heads) {
    const auto found = (head->*member).find(name);
    if (found == (head->*member).end() || same_entry(head->*member, base.*member, name)) continue;
    out = out ? both(*out, found->second) : found->second;
  }
  if (!out) {
    const auto found = (base.*member).find(name);
    if (found != (base.*member).end()) out = found->second;
  }
  return out;
}

}  // namespace

namespace {

// The content of any of the trusted heads; if none is trusted, of all heads.
template <typename T>
std::vector<T> joined(const std::vector<const Register*>& heads, const std::vector<const Register*>& believed,
                      std::vector<T> Register::*member) {
  std::vector<T> out;
  const auto holds = [](const std::vector<T>& list, const T& one) {
    return std::find(list.begin(), list.end(), one) != list.end();
  };
  for (const auto* head : believed.empty() ? heads : believed) {
    for (const auto& one : head->*member) {
      if (holds(out, one)) continue;
      const bool in_all = std::all_of(heads.begin(), heads.end(),
                                      [&](const Register* other) { return holds(other->*member, one); });
      if (!believed.empty() || in_all) out.push_back(one);
    }
  }
  return out;
}

}  // namespace

std::vector<const Register*> Fork::believed(const std::vector<const Register*>& heads) const {
  std::vector<const Register*> out;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    if (!is_void[i]) out.push_back(heads[i]);
  }
  return out;
}

Fork look_at_fork(const record::Chain& chain, const std::vector<Digest>& heads,
                  const std::vector<const Register*>& states) {
  Fork fork;
  const auto lists = branches(chain, heads);
  std::set<Digest> good;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    fork.is_void.push_back(std::any_of(lists[i].begin(), lists[i].end(), [&](const record::Record* record) {
      const auto& key = record->envelope.key;
      return is_current(*states[i], key) &&
             std::any_of(states.begin(), states.end(),
                         [&](const Register* other) { return !is_current(*other, key); });
    }));
    for (const auto* record : lists[i]) {
      fork.only_pins = fork.only_pins && record->envelope.kind == record::name(record::Kind::host);
      if (!fork.is_void[i]) good.insert(record->digest);
    }
  }
  for (std::size_t i = 0; i < heads.size(); ++i) {
    if (!fork.is_void[i]) continue;
    for (const auto* record : lists[i]) {
      if (!good.contains(record->digest)) fork.void_records.push_back(record->digest);
    }
  }
  return fork;
}

Register apply_merge(const std::vector<const Register*>& heads, const std::vector<const Register*>& believed,
                     const yaml::Node& body, const yaml::Source& source) {
  yaml::Fields fields(body, source);
  const auto people = read_people(fields.list("people"), source);
  const auto pins = read_pins(fields.list("hosts"), source);
  const auto sop = fields.digest("sop");
  fields.text("reason");
  fields.finish();

  auto people_open = differing(heads, &Register::people);
  auto pins_open = differing(heads, &Register::pins);
  Register state = *heads.front();
  state.is_void = false;
  // What a void branch took it did not take.
  state.takings = joined(heads, believed, &Register::takings);
  state.resolved = joined(heads, believed, &Register::resolved);
  for (const auto& entry : people) {
    if (people_open.erase(entry.id) == 0) {
      throw Error{ExitCode::data,
                  msg("the merge changes '{name}' although the branches agree on it", {{"name", entry.id}})};
    }
    for (const auto& key : entry.keys) {
      for (const auto* head : believed.empty() ? heads : believed) {
        if (key.current() && !is_current(*head, key.fingerprint)) {
          throw Error{ExitCode::data,
                      msg("the merge would restore the key '{key}'", {{"key", key.fingerprint}})};
        }
      }
    }
    state.people[entry.id] = entry;
  }
  for (const auto& pin : pins) {
    if (pins_open.erase(pin.host) == 0) {
      throw Error{ExitCode::data,
                  msg("the merge changes '{name}' although the branches agree on it", {{"name", pin.host}})};
    }
    state.pins[pin.host] = pin;
  }
  if (!people_open.empty() || !pins_open.empty()) {
    const auto& name = people_open.empty() ? *pins_open.begin() : *people_open.begin();
    throw Error{ExitCode::data, msg("the merge has no entry for '{name}'", {{"name", name}})};
  }
  if (std::none_of(heads.begin(), heads.end(), [&](const Register* head) { return head->sop == sop; })) {
    throw Error{ExitCode::data, msg("the merge refers to a procedure that no branch has adopted")};
  }
  state.sop = sop;
  state.earlier_sops.clear();
  const auto add = [&](const Digest& digest) {
    auto& known = state.earlier_sops;
    if (digest != sop && std::find(known.begin(), known.end(), digest) == known.end())
      known.push_back(digest);
  };
  for (const auto* head : heads) {
    for (const Digest& digest : head->earlier_sops) add(digest);
    add(head->sop);
  }
  return state;
}

std::vector<Digest> believed_heads(const record::Chain& chain, const SopBytes& sops) {
  const auto all = replay_all(chain, sops);
  std::vector<const Register*> states;
  for (const auto& head : chain.heads) {
    states.push_back(
        &*std::find_if(all.begin(), all.end(), [&](const Register& state) { return state.head == head; }));
  }
  const auto fork = look_at_fork(chain, chain.heads, states);
  std::vector<Digest> out;
  for (const auto* state : fork.believed(states)) out.push_back(state->head);
  return out.empty() ? chain.heads : out;
}

yaml::Node merge_body(const record::Chain& chain, const record::By& by, const SopBytes& sops, Instant at,
                      const std::string& reason) {
  if (!chain.breaks.empty()) {
    throw Error{ExitCode::data, msg("the register is damaged and cannot be merged"), msg("jaga audit")};
  }
  if (!chain.forked()) throw Error{ExitCode::not_permitted, msg("the register is not forked")};
  if (trim(reason).empty())
    throw Error{ExitCode::usage, msg("a merge requires a reason"), msg("give a reason: -m REASON")};
  auto heads = chain.heads;
  std::sort(heads.begin(), heads.end());
  const auto all = replay_all(chain, sops);
  const auto state_at = [&](const Digest& digest) {
    return &*std::find_if(all.begin(), all.end(),
                          [&](const Register& state) { return state.head == digest; });
  };
  std::vector<const Register*> states;
  for (const auto& head : heads) states.push_back(state_at(head));
  const auto fork = look_at_fork(chain, heads, states);
  const auto believed = fork.believed(states);
  for (const auto* state : believed.empty() ? states : believed) {
    if (auto wrong = wrong_actor(*state, by, at); !wrong.empty())
      throw Error{ExitCode::not_permitted, wrong.what, wrong.hint};
  }
  if (by.role != sop::kAdmin) {
    const auto* bytes = sops ? sops(states.front()->sop) : nullptr;
    const auto procedure = bytes == nullptr ? sop::Sop{} : sop::parse(*bytes, "sop.yaml");
    const auto* role = procedure.find_role(by.role);
    if (!fork.only_pins || role == nullptr || !role->pins_hosts) {
      throw Error{ExitCode::not_permitted, msg("only an admin may merge this fork")};
    }
  }

  // The newest record on which all heads rest.
  const Register* base = &all.front();
  std::vector<std::set<Digest>> ancestries;
  for (const auto& head : heads) ancestries.push_back(ancestry(chain, head));
  for (const auto& state : all) {
    if (std::all_of(ancestries.begin(), ancestries.end(),
                    [&](const auto& set) { return set.contains(state.head); })) {
      base = &state;
    }
  }
  auto people = yaml::Node::list();
  for (const auto& name : differing(states, &Register::people)) {
    auto entry = settle(believed, *base, &Register::people, name, careful);
    if (!entry) {  // only a void branch knows them: they stay known, since a key never changes its owner
      for (const auto* state : states) {
        if (const auto* person = state->find_person(name)) entry = *person;
      }
      entry->roles.clear();
      entry->delegations.clear();
      entry->left = at;
      if (entry->machine) entry->roles = {std::string(sop::kSystem)};
      for (auto& key : entry->keys) key.retired = at;
    }
    for (auto& key : entry->keys) {  // branches that retired each other's keys: neither's comes back
      for (const auto* state : states) {
        if (believed.empty() && key.current() && !is_current(*state, key.fingerprint)) key.retired = at;
      }
    }
    people.add(to_node(*entry));
  }
  auto pins = yaml::Node::list();
  for (const auto& name : differing(states, &Register::pins)) {
    auto pin =
        settle(believed, *base, &Register::pins, name, [](const Pin& first, const Pin&) { return first; });
    if (!pin) {
      pin = Pin{name, {}, {}, {}, "first-use"};  // pinned by a void branch alone: to be pinned again
    }
    pins.add(to_node(*pin));
  }
  auto sop = base->sop;
  for (const auto* state : believed) {
    if (state->sop != base->sop && sop == base->sop) sop = state->sop;
  }
  if (std::none_of(states.begin(), states.end(), [&](const Register* state) { return state->sop == sop; })) {
    sop = states.front()->sop;
  }
  auto body = yaml::Node::map();
  body.set("people", std::move(people));
  body.set("hosts", std::move(pins));
  body.set("sop", sop.text());
  body.set("reason", reason);
  return body;
}

}  // namespace jaga::registry
