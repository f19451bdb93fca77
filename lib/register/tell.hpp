// What the register's records changed, in a few words a person can read. Believes nothing and judges nothing:
// it reads a record beside the one of its branch before it that was about the same person. And how people
// are called.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "register/register.hpp"

namespace jaga::registry {

// A person's name; the id where they have none, are unknown, or nobody is registered (nullptr).
std::string name_of(const Register* registered, const std::string& person);

using LocalTime = std::function<std::string(Instant)>;

// What is other in `entry` than in `old` (nullptr: nobody of that id was there); empty: nothing.
std::vector<Message> changes(const Person* old, const Person& entry, const LocalTime& local);

// Of each record of the chain, in its order, by its digest. A record that cannot be read has none.
std::map<Digest, std::vector<Message>> told(const record::Chain& chain, const LocalTime& local);

// What it comes to that somebody is the only one for both.
Message told(const Alone& one);

}  // namespace jaga::registry
