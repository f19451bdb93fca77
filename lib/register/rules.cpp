#include "register/rules.hpp"

#include <algorithm>
#include <set>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "register/body.hpp"
#include "sshkey/public_key.hpp"

namespace jaga::registry {
namespace {

// "type base64" whose fingerprint is the one given next to it.
bool matches_fingerprint(const Key& key) {
  const auto words = split(key.line, ' ');
  const auto blob = words.size() == 2 ? base64_decode(words[1]) : std::nullopt;
  if (!blob || words[0].empty()) return false;
  return key.fingerprint == sshkey::fingerprint(*blob);
}

Wrong wrong_entry(const Person& entry) {
  if (!is_name(entry.id)) return msg("invalid person id: '{person}'", {{"person", entry.id}});
  std::set<std::string> seen;
  for (const auto& key : entry.keys) {
    if (!matches_fingerprint(key)) return msg("invalid key of '{person}'", {{"person", entry.id}});
    if (!seen.insert(key.fingerprint).second)
      return msg("duplicate key of '{person}'", {{"person", entry.id}});
  }
  for (const auto& delegation : entry.delegations) {
    if (delegation.until <= delegation.from) {
      return msg("a delegation to '{person}' ends before it begins", {{"person", entry.id}});
    }
    if (delegation.role == sop::kAdmin || delegation.role == sop::kSystem) {
      return msg("the role '{role}' cannot be delegated", {{"role", delegation.role}});
    }
  }
  const bool system = contains(entry.roles, sop::kSystem);
  if (entry.machine ? entry.roles != std::vector<std::string>{std::string(sop::kSystem)} : system) {
    return msg("machines have only the role 'system', and only machines have it: '{person}'",
               {{"person", entry.id}});
  }
  if (!entry.site.empty() && !entry.machine)
    return msg("only a machine measures for a site: '{person}'", {{"person", entry.id}});
  if (entry.machine && !entry.delegations.empty()) {
    return msg("nothing can be delegated to the machine '{person}'", {{"person", entry.id}});
  }
  return {};
}

Message another_key(const Person& entry) {
  return msg("they create another one: ssh-keygen -t ed25519 -C {person}", {{"person", entry.id}});
}

Message who_is_admin() {
  return msg("list the admins with: jaga person list");
}

Wrong unknown_role(const std::string& role, const sop::Sop& sop) {
  std::vector<std::string> names;
  for (const auto& known : sop.roles) names.push_back(known.first);
  return {msg("the procedure has no role '{role}'", {{"role", role}}),
          msg("known roles: {roles}", {{"roles", join(names, ", ")}})};
}

Wrong wrong_keys(const Register& state, const Person* old, const Person& entry) {
  for (const auto& key : entry.keys) {
    const auto* owner = state.owner(key.fingerprint);
    if (owner != nullptr && owner->id != entry.id) {
      return {msg("the key '{key}' permanently belongs to '{person}'",
                  {{"key", key.fingerprint}, {"person", owner->id}}),
              another_key(entry)};
    }
  }
  if (old == nullptr) return {};
  for (const auto& key : old->keys) {
    const auto now = std::find_if(entry.keys.begin(), entry.keys.end(),
                                  [&](const Key& k) { return k.fingerprint == key.fingerprint; });
    if (now == entry.keys.end()) {
      return msg("the key '{key}' can be retired, not removed", {{"key", key.fingerprint}});
    }
    if ((key.retired && !now->retired) || (key.compromised_since && !now->compromised_since)) {
      return {msg("the key '{key}' was retired and cannot be used again", {{"key", key.fingerprint}}),
              another_key(entry)};
    }
  }
  return {};
}

template <typename Test>
bool any_earlier(const Earlier& earlier, const Test& test) {
  if (!earlier) return false;
  const auto procedures = earlier();
  return std::any_of(procedures.begin(), procedures.end(), [&](const sop::Sop* one) { return test(*one); });
}

// `roles.ROLE.superior_of` of sop.yaml. Without the role admin, a superior may change: delegations of
// inferior roles, to others.
Wrong wrong_delegation(const record::By& by, const Person* old, const Person& entry, const sop::Sop& sop,
                       const Earlier& earlier) {
  if (old == nullptr || !same_but_delegations(*old, entry)) {
    return {msg("only an admin may change people; a superior role may delegate the roles below it"),
            who_is_admin()};
  }
  if (entry.id == by.person) return msg("a role cannot be delegated to oneself");
  const auto check = [&](const std::vector<Delegation>& these,
                         const std::vector<Delegation>& others) -> Wrong {
    for (const auto& delegation : these) {
      const bool kept = std::any_of(others.begin(), others.end(),
                                    [&](const Delegation& other) { return same(other, delegation); });
      if (!kept && !sop.superior(by.role, delegation.role) && !any_earlier(earlier, [&](const sop::Sop& one) {
            return one.superior(by.role, delegation.role);
          })) {
        return msg("the role '{role}' is not superior to '{inferior}'",
                   {{"role", by.role}, {"inferior", delegation.role}});
      }
    }
    return {};
  };
  auto wrong = check(entry.delegations, old->delegations);
  return wrong.empty() ? check(old->delegations, entry.delegations) : wrong;
}

}  // namespace

Wrong wrong_actor(const Register& state, const record::By& by, Instant at) {
  const auto* person = state.find_person(by.person);
  if (person == nullptr) return msg("'{person}' is not in the register", {{"person", by.person}});
  if (!contains(state.roles_of(*person, at), by.role)) {
    return msg("'{person}' does not hold the role '{role}'", {{"person", by.person}, {"role", by.role}});
  }
  return {};
}

Wrong wrong_genesis(const Person& first) {
  if (auto wrong = wrong_entry(first); !wrong.empty()) return wrong;
  if (!contains(first.roles, sop::kAdmin)) return msg("the first person must have the role 'admin'");
  if (first.keys.empty()) return msg("the first person must have a key");
  if (!first.delegations.empty()) return msg("nothing can be delegated yet");
  return {};
}

std::vector<Taking> taken(const Register& state, const Person& entry, Instant at) {
  std::vector<Taking> out;
  const auto* old = state.find_person(entry.id);
  if (old == nullptr) return out;
  for (const auto& key : old->keys) {
    const auto now = std::find_if(entry.keys.begin(), entry.keys.end(),
                                  [&](const Key& k) { return k.fingerprint == key.fingerprint; });
    if (key.current() && (now == entry.keys.end() || !now->current()))
      out.push_back({entry.id, key.fingerprint, {}, {}, {}});
  }
  // A delegation that has not begun was never used; one that has ended takes itself away.
  const auto after = entry.left ? std::vector<std::string>{} : entry.roles;
  std::set<std::string> roles;
  if (!old->left) roles.insert(old->roles.begin(), old->roles.end());
  for (const auto& delegation : old->delegations) {
    const bool kept =
        !entry.left && std::any_of(entry.delegations.begin(), entry.delegations.end(),
                                   [&](const Delegation& other) { return same(other, delegation); });
    if (!old->left && !kept && delegation.from <= at && at < delegation.until) roles.insert(delegation.role);
  }
  for (const auto& role : roles) {
    if (!contains(after, role)) out.push_back({entry.id, {}, role, {}, {}});
  }
  return out;
}

bool takes_away(const Register& state, const Person& entry, Instant at) {
  return !taken(state, entry, at).empty();
}

Wrong wrong_resolve(const record::By& by, const std::vector<Resolved>& expected) {
  if (by.role != sop::kAdmin)
    return {msg("only an admin may accept missing or replaced files"), who_is_admin()};
  if (expected.empty()) return msg("it does not state what was expected");
  return {};
}

Wrong wrong_person(const Register& state, const record::By& by, const Person& entry, Instant at,
                   const std::optional<Digest>& seal, const Procedure& sop, const Earlier& earlier) {
  const auto* old = state.find_person(entry.id);
  if (auto wrong = wrong_entry(entry); !wrong.empty()) return wrong;
  if (auto wrong = wrong_keys(state, old, entry); !wrong.empty()) return wrong;
  if (old != nullptr && old->machine != entry.machine) {
    return msg("a person cannot become a machine, nor a machine a person: '{person}'",
               {{"person", entry.id}});
  }
  // What it signed before would become that of another site.
  if (old != nullptr && old->site != entry.site) {
    return {msg("the site of the machine '{person}' cannot be changed", {{"person", entry.id}}),
            msg("register the machine of the other site under another name, with a key of its own")};
  }
  if (by.role != sop::kAdmin) {
    if (auto wrong = wrong_delegation(by, old, entry, sop(), earlier); !wrong.empty()) return wrong;
  }
  const auto known = [&](const std::string& role) {
    return role == sop::kAdmin || role == sop::kSystem || sop().find_role(role) != nullptr ||
           any_earlier(earlier, [&](const sop::Sop& one) { return one.find_role(role) != nullptr; });
  };
  for (const auto& role : entry.roles) {
    if (old != nullptr && contains(old->roles, role)) continue;
    if (!known(role)) return unknown_role(role, sop());
  }
  for (const auto& delegation : entry.delegations) {
    const bool kept =
        old != nullptr && std::any_of(old->delegations.begin(), old->delegations.end(),
                                      [&](const Delegation& other) { return same(other, delegation); });
    if (!kept && !known(delegation.role)) return unknown_role(delegation.role, sop());
  }
  if (!seal && takes_away(state, entry, at)) {
    return msg(
        "it removes a key or a role of '{person}' without referring to a seal of the records written with it",
        {{"person", entry.id}});
  }
  return {};
}

// `roles.ROLE.pins_hosts` of sop.yaml.
Wrong wrong_pins(const record::By& by, const std::vector<Pin>& pins, const Procedure& sop) {
  if (pins.empty()) return msg("no host given");
  if (by.role != sop::kAdmin) {
    const auto* role = sop().find_role(by.role);
    if (role == nullptr || !role->pins_hosts)
      return {msg("the role '{role}' may not pin hosts", {{"role", by.role}}), who_is_admin()};
  }
  std::set<std::string> seen;
  for (const auto& pin : pins) {
    if (!is_name(pin.host, 40)) return msg("invalid host name '{host}'", {{"host", pin.host}});
    if (!seen.insert(pin.host).second) return msg("duplicate host '{host}'", {{"host", pin.host}});
    if (pin.verified != "console" && pin.verified != "vendor" && pin.verified != "first-use") {
      return msg("unknown way of verifying a host key: '{how}'", {{"how", pin.verified}});
    }
    if (!std::is_sorted(pin.host_keys.begin(), pin.host_keys.end())) {
      return msg("the host keys of '{host}' are not sorted", {{"host", pin.host}});
    }
  }
  return {};
}

// `policies.fixed` of sop.yaml: what it names no later version loosens, nor the rule on own work (`not_by`).
Wrong wrong_adoption(const record::By& by, const sop::Sop& old_sop, const sop::Sop& new_sop) {
  if (by.role != sop::kAdmin) return {msg("only an admin may adopt a procedure"), who_is_admin()};
  const auto looser = sop::loosened(old_sop, new_sop);
  return looser.empty() ? Wrong{} : Wrong{looser.front()};
}

// No key belongs to two people, and somebody can always go on keeping the register.
Wrong wrong_state(const Register& state) {
  std::set<std::string> keys;
  bool kept = false;
  for (const auto& entry : state.people) {
    const auto& person = entry.second;
    bool usable = false;
    for (const auto& key : person.keys) {
      usable = usable || key.current();
      if (!keys.insert(key.fingerprint).second) {
        return msg("the key '{key}' belongs to two people", {{"key", key.fingerprint}});
      }
    }
    kept = kept || (usable && !person.left && contains(person.roles, sop::kAdmin));
  }
  if (kept) return {};
  return {msg("at least one admin with a valid key must remain"),
          msg("first make another person an admin: jaga person change ID --role admin")};
}

}  // namespace jaga::registry
