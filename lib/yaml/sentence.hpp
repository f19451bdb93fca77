// How files keep the message of a sentence beside its English text: {id: "{count} of {all} hosts answer",
// arguments: {count: "3", all: "4"}}. An argument that is a sentence itself is such a map.
#pragma once

#include <string_view>
#include <vector>

#include "base/sentence.hpp"
#include "yaml/fields.hpp"
#include "yaml/node.hpp"

namespace jaga::yaml {

// Adds the message under `key`; nothing where the sentence has none.
void put_message(Node& map, std::string_view key, const Sentence& sentence);
// `text` with the message under `key`, if there is one. Throws as Fields does where it is not of that form;
// what it says is not judged (Sentence::in).
Sentence sentence_of(Fields& fields, std::string_view key, std::string text);

// The messages of a list of texts: a list under `key` of as many maps, {} for a text without one; no key where none
// has one.
void put_messages(Node& map, std::string_view key, const std::vector<Sentence>& sentences);
std::vector<Sentence> sentences_of(Fields& fields, std::string_view key, std::vector<std::string> texts);

}  // namespace jaga::yaml
