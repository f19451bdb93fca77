// Who might do what at which head of the register: people, keys, roles, pinned hosts, the adopted procedure.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
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
  std::string rank;      // on paper, "Penata (III/c)"; may be empty
  std::string position;  // on paper, instead of the role's title; may be empty
  bool machine = false;  // role "system" only
  std::string site;      // of a machine that measures the hosts of another site (jaga-fleet(7)); may be empty
  std::vector<std::string> roles;
  std::vector<Key> keys;
  std::vector<Delegation> delegations;
  std::optional<Instant> left;

  // Whether the key is one of theirs, and current.
  bool holds(std::string_view fingerprint) const;
};
struct Pin {
  std::string host;
  std::vector<std::string> host_keys;  // "type base64", sorted
  std::string machine_id;              // empty: unknown (a switch)
  std::vector<std::string> serials;
  std::string verified;  // "console", "vendor", "first-use"
};

// A key or a role that a record took from somebody (retired, dropped, left). What it wrote under an older
// head of the register counts only where the named seal, or one that this rests on, covers it.
struct Taking {
  std::string person;
  std::string key;   // fingerprint; empty: it was a role
  std::string role;  // empty: it was a key
  Digest seal;       // of the seal's record
  Digest record;     // the register's record that took it
  bool operator==(const Taking&) const = default;
};
// What an admin accepted with open eyes although it is not there any more, or is not what it was.
struct Resolved {
  std::string what;  // a path below the working directory, or the name of a chain
  Digest expected;   // of the file; of the chain's record that was seen
  bool operator==(const Resolved&) const = default;
};

// The register as it stands after one record. Plain data; copies are cheap enough (a few hundred people).
struct Register {
  std::string organisation;
  std::map<std::string, Person> people;
  std::map<std::string, Pin> pins;
  Digest sop;                        // of the adopted sop.yaml
  std::vector<Digest> earlier_sops;  // of those that were adopted before it
  std::vector<Taking> takings;
  std::vector<Resolved> resolved;
  // Of replay_all(): a later merge found this record in a branch that was signed by a key which another
  // branch had retired. Nothing counts that was written under it.
  bool is_void = false;
  Digest head;
  std::uint32_t seq = 0;

  const Person* find_person(std::string_view id) const;
  // Whose key this is, current or not; a public key permanently belongs to one person.
  const Person* owner(std::string_view fingerprint) const;
  // Roles that `person` holds at `at`: own, and delegated ones in force; none for who left.
  std::vector<std::string> roles_of(const Person& person, Instant at) const;
  // By which letter somebody held that role at `at`; nullptr: it was their own, or they did not.
  const Delegation* delegation_of(std::string_view person, std::string_view role, Instant at) const;
};

// Replays a sound, unforked chain up to and including the record `upto` (nullopt: its head). Checks every
// record's rule as it goes (who may write it, keys unique, last admin stays, delegations, loosened policies,
// nothing taken without a seal);
// throws Error{data} naming the record that breaks one. `sops` gives the bytes of an adopted procedure by its
// digest (register/evidence), nullptr where they are missing.
using SopBytes = std::function<const std::string*(const Digest&)>;
Register replay(const record::Chain& chain, std::optional<Digest> upto, const SopBytes& sops);

// The state after every record, for audits over many heads: states[i] belongs to chain.records[i].
std::vector<Register> replay_all(const record::Chain& chain, const SopBytes& sops);
// The same for a chain that may be damaged or forked: a record that breaks a rule is named and not believed,
// nor is what rests on it or on a record that is missing. A state after each of the others, in chain order.
struct Broken {
  Digest record;
  Message why;
};
std::vector<Register> replay_believed(const record::Chain& chain, const SopBytes& sops,
                                      std::vector<Broken>& broken);

// Why what `key` signed for `by` at `at`, well and by who might then, is nevertheless not trusted: the key
// was compromised then, or it or the role was removed since, and no seal of then covers it. Empty: it is.
// `today`: the newest state; `cited`: the one that it was made under, nullptr where that is not there;
// `takings`: those that are known by now; `covered`: whether that seal covers it.
Message doubt(const record::By& by, const std::string& key, Instant at, const Register& today,
              const Register* cited, std::span<const Taking> takings,
              const std::function<bool(const Digest& seal)>& covered);

// Who holds one of the roles at `at`, and a current key to sign with.
std::set<std::string> holders(const Register& state, const std::vector<std::string>& roles, Instant at);
// The steps that nobody can do at `at`: who holds a role of theirs has left, or has no current key.
std::vector<sop::Step> vacant(const Register& state, const sop::Sop& procedure, Instant at);
// Who is the only one for a step and for the work that it must not be their own of: nobody can decide it.
struct Alone {
  std::string person;
  sop::Step work;
  sop::Step step;
  bool operator==(const Alone&) const = default;
};
std::vector<Alone> alone(const Register& state, const sop::Sop& procedure, Instant at);

// Whether the entry takes a key or a role that its person holds at `at`: a key retired or compromised, a role
// or a delegation dropped, the person gone.
bool takes_away(const Register& state, const Person& entry, Instant at);

// What may be written next. Each checks the rule for `by` (with the key that will sign) and gives the body,
// or throws Error{not_permitted} / {usage}.
yaml::Node genesis_body(const std::string& organisation, const Person& first, const Digest& sop);
// `seal` is that of what the person did so far; needed where takes_away(), else left out.
// `earlier`: the procedures that were adopted before; incidents may still go by them, so their roles may be
// given too.
using Earlier = std::function<std::vector<const sop::Sop*>()>;
yaml::Node person_body(const Register& state, const record::By& by, const Person& entry, Instant at,
                       const sop::Sop& sop, const std::optional<Digest>& seal, const Earlier& earlier = {});
yaml::Node host_body(const Register& state, const record::By& by, const std::vector<Pin>& pins, Instant at,
                     const sop::Sop& sop);
yaml::Node adopt_body(const Register& state, const record::By& by, const Digest& sop, const sop::Sop& old_sop,
                      const sop::Sop& new_sop, Instant at);
yaml::Node resolve_body(const Register& state, const record::By& by, const std::string& found,
                        std::vector<Resolved> expected, const std::string& reason, Instant at);
// For a forked register: the merge of all heads (entries that differ as they hold from now). `by` is judged
// at each head but those of void branches.
yaml::Node merge_body(const record::Chain& chain, const record::By& by, const SopBytes& sops, Instant at,
                      const std::string& reason);

}  // namespace jaga::registry
