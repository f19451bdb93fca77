// The bodies of the register's records as they stand in the files. Private to register.
#pragma once

#include <string>
#include <vector>

#include "register/register.hpp"
#include "yaml/fields.hpp"

namespace jaga::registry {

yaml::Node to_node(const Person& person);
yaml::Node to_node(const Pin& pin);
yaml::Node to_node(const std::vector<Pin>& pins);
// Throw Error{data}.
Person read_person(const yaml::Node& node, const yaml::Source& source);
std::vector<Person> read_people(const std::vector<yaml::Node>& nodes, const yaml::Source& source);
std::vector<Pin> read_pins(const std::vector<yaml::Node>& nodes, const yaml::Source& source);

bool same(const Key& a, const Key& b);
bool same(const Delegation& a, const Delegation& b);
bool same(const Person& a, const Person& b);
bool same_but_delegations(const Person& a, const Person& b);
bool same(const Pin& a, const Pin& b);

}  // namespace jaga::registry
