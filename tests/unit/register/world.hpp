// A register without disk: real keys, records made by the writing rules or forged past them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "register/register.hpp"
#include "sign/key.hpp"

namespace jaga::registry::test {

class World {
 public:
  // Genesis by "section-head" (section_head, admin); then "staff" (staff), "division-head" (division_head)
  // and the machine "timer".
  World();

  // "SHA256:..." and the line of a key made from a name.
  Key key(const std::string& name) const;
  Person person(const std::string& id, std::vector<std::string> roles) const;
  const Person& entry(const std::string& id) const;  // as it stands now

  Register state() const;
  std::vector<Register> all() const;
  const sop::Sop& sop() const { return sop_; }
  SopBytes bytes() const;
  Digest add_sop(const std::string& bytes);

  // Through the writing rules, at the head.
  void write(const std::string& by, const std::string& role, const Person& entry);
  void pin(const std::string& by, const std::string& role, const std::string& host,
           const std::string& host_key);
  // Past them: a record of anybody's making; signed by the key `key` (a name).
  Digest forge(const std::string& by, const std::string& role, const std::string& key,
               const std::string& kind, yaml::Node body, std::vector<Digest> prev = {});
  // What writing this says instead, in English; empty: it may.
  std::string refusal(const std::string& by, const std::string& role, const Person& entry) const;
  // What replaying the chain says; empty: it is sound.
  std::string verdict() const;
  // The chain with two heads becomes one with only those that descend to `head`.
  Register at(const Digest& head) const;

  record::Chain chain;
  Instant now;
  std::optional<Digest> seal;  // named by records that take something

 private:
  mutable unsigned ids_ = 0;
  sop::Sop sop_;
  std::map<Digest, std::string> sops_;
};

// Whether it contains `part`; shows both if it does not.
bool says(const std::string& text, const std::string& part);
std::string thrown(const std::function<void()>& action);
yaml::Node body_of(const Person& entry, const std::optional<Digest>& seal = {});

}  // namespace jaga::registry::test
