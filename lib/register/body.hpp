// The bodies of the register's records as they are in the files. Private to register.
#pragma once

#include <string>
#include <vector>

#include "register/register.hpp"
#include "yaml/fields.hpp"

namespace jaga::registry {

yaml::Node to_node(const Person& person);
yaml::Node to_node(const Pin& pin);
yaml::Node to_node(const std::vector<Pin>& pins);
// The body of a person's record: the entry, and the seal where it takes something away.
struct PersonBody {
  Person entry;
  std::optional<Digest> seal;
};
yaml::Node to_node(const PersonBody& body);
// The body of a resolve record.
struct ResolveBody {
  std::string found;
  std::vector<Resolved> expected;
  std::string reason;
};
yaml::Node to_node(const ResolveBody& body);
// Throw Error{data}.
PersonBody read_person_body(const yaml::Node& node, const yaml::Source& source);
ResolveBody read_resolve(const yaml::Node& node, const yaml::Source& source);
Person read_person(const yaml::Node& node, const yaml::Source& source);
std::vector<Person> read_people(const std::vector<yaml::Node>& nodes, const yaml::Source& source);
std::vector<Pin> read_pins(const std::vector<yaml::Node>& nodes, const yaml::Source& source);

bool same(const Key& a, const Key& b);
bool same(const Delegation& a, const Delegation& b);
bool same(const Person& a, const Person& b);
bool same_but_delegations(const Person& a, const Person& b);
bool same(const Pin& a, const Pin& b);

}  // namespace jaga::registry
