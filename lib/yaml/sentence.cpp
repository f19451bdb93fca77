#include "yaml/sentence.hpp"

#include <algorithm>

namespace jaga::yaml {
namespace {

Node node_of(const Message& message) {
  Node map = Node::map();
  map.set("id", std::string_view(message.id));
  if (message.arguments.empty() && message.parts.empty()) return map;
  Node arguments = Node::map();
  for (const auto& [name, value] : message.arguments)
    if (arguments.find(name) == nullptr) arguments.set(name, std::string_view(value));
  for (const auto& [name, part] : message.parts) {
    if (arguments.find(name) != nullptr) continue;
    if (part.id == literal({}).id)
      arguments.set(name, std::string_view(part.arguments.front().second));
    else
      arguments.set(name, node_of(part));
  }
  map.set("arguments", std::move(arguments));
  return map;
}

// The reader of the file has bounded how deep it goes.
Message message_of(const Node& node, const Source& source) {
  Fields fields(node, source);
  Message out;
  out.id = fields.text("id");
  if (const Node* arguments = fields.optional_map("arguments"))
    for (const Node::Entry& entry : arguments->entries()) {
      if (entry.value.kind() == Node::Kind::map)
        out.parts.emplace_back(entry.key, message_of(entry.value, source));
      else
        out.arguments.emplace_back(entry.key, text_of(entry.value, source));
    }
  fields.finish();
  return out;
}

}  // namespace

void put_message(Node& map, std::string_view key, const Sentence& sentence) {
  if (sentence.message() != nullptr) map.set(std::string(key), node_of(*sentence.message()));
}

Sentence sentence_of(Fields& fields, std::string_view key, std::string text) {
  const Node* node = fields.optional_map(key);
  return node == nullptr ? Sentence(std::move(text))
                         : Sentence(std::move(text), message_of(*node, fields.source()));
}

void put_messages(Node& map, std::string_view key, const std::vector<Sentence>& sentences) {
  if (std::ranges::none_of(sentences, [](const Sentence& one) { return one.message() != nullptr; })) return;
  Node list = Node::list();
  for (const Sentence& sentence : sentences)
    list.add(sentence.message() == nullptr ? Node::map() : node_of(*sentence.message()));
  map.set(std::string(key), std::move(list));
}

std::vector<Sentence> sentences_of(Fields& fields, std::string_view key, std::vector<std::string> texts) {
  const std::vector<Node>& messages = fields.list_or_none(key);
  if (!messages.empty() && messages.size() != texts.size())
    throw fields.error(key, msg("'{key}' must have one entry per text", {{"key", std::string(key)}}));
  std::vector<Sentence> out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (messages.empty() || (messages[i].kind() == Node::Kind::map && messages[i].entries().empty()))
      out.emplace_back(std::move(texts[i]));
    else
      out.emplace_back(std::move(texts[i]), message_of(messages[i], fields.source()));
  }
  return out;
}

}  // namespace jaga::yaml
