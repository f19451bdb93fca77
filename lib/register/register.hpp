// Who might do what at which head of the register: people, keys, roles, pinned hosts, the adopted procedure.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/instant.hpp"
#include "record/chain.hpp"
#include "sop/sop.hpp"

namespace jaga::registry {

struct Key {
  std::string line;         // "type base64"
  std::string fingerprint;  // SHA256:...
  std::optional<Instant> from;
  std::optional<Instant> retired;            // not current any more
  std::optional<Instant> compromised_since;  // what it signed from then on is not believed
  bool current() const { return !retired && !compromised_since; }
};
struct Delegation {
  std::string role;
  Instant from;
  Instant until;
  std::string letter;
};
struct Person {
  std::string id;
  std::string name;      // on paper
  std::string nip;       // civil servant's number; may be empty
  bool machine = false;  // role "system" only
  std::vector<std::string> roles;
  std::vector<Key> keys;
  std::vector<Delegation> delegations;
  std::optional<Instant> left;
};
struct Pin {
  std::string host;
  std::vector<std::string> host_keys;  // "type base64", sorted
  std::string machine_id;              // empty: unknown (a switch)
  std::vector<std::string> serials;
  std::string verified;  // "console", "vendor", "first-use"
};

// The register as it stands after one record. Plain data; copies are cheap enough (a few hundred people).
struct State {
  std::string organisation;
  std::map<std::string, Person> people;
  std::map<std::string, Pin> pins;
  Digest sop;  // of the adopted sop.yaml
  Digest head;
  std::uint32_t seq = 0;

  const Person* find_person(std::string_view id) const;
  // Whose key this is, current or not; a public key belongs to one person for ever.
  const Person* owner(std::string_view fingerprint) const;
  // Roles that `person` holds at `at`: own, and delegated ones in force; none for who left.
  std::vector<std::string> roles_of(const Person& person, Instant at) const;
};

// Replays a sound, unforked chain up to and including the record `upto` (nullopt: its head). Checks every
// record's rule as it goes (who may write it, keys unique, last admin stays, delegations, loosened policies);
// throws Error{data} naming the record that breaks one. `sops` gives the bytes of an adopted procedure by its
// digest (register/evidence), nullptr where they are missing.
using SopBytes = std::function<const std::string*(const Digest&)>;
State replay(const record::Chain& chain, std::optional<Digest> upto, const SopBytes& sops);

// The state after every record, for audits over many heads: states[i] belongs to chain.records[i].
std::vector<State> replay_all(const record::Chain& chain, const SopBytes& sops);

// What may be written next. Each checks the rule for `by` (with the key that will sign) and gives the body,
// or throws Error{not_permitted} / {usage}.
yaml::Node genesis_body(const std::string& organisation, const Person& first, const Digest& sop);
yaml::Node person_body(const State& state, const record::By& by, const Person& entry, Instant at,
                       const sop::Sop& sop);
yaml::Node host_body(const State& state, const record::By& by, const std::vector<Pin>& pins, Instant at,
                     const sop::Sop& sop);
yaml::Node adopt_body(const State& state, const record::By& by, const Digest& sop, const sop::Sop& old_sop,
                      const sop::Sop& new_sop, Instant at);
// For a forked register: the merge of all heads (entries that differ as they hold from now).
yaml::Node merge_body(const record::Chain& chain, const record::By& by, const SopBytes& sops, Instant at,
                      const std::string& reason);

}  // namespace jaga::registry
