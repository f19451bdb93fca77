#include "yaml/node.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace jaga::yaml {

Node Node::text(std::string value) {
  Node node;
  node.kind_ = Kind::text;
  node.value_ = std::move(value);
  return node;
}

Node Node::plain(std::string value, Mark mark) {
  Node node;
  node.kind_ = Kind::plain;
  node.value_ = std::move(value);
  node.mark_ = mark;
  return node;
}

Node Node::integer(std::int64_t value) {
  return plain(std::to_string(value));
}
Node Node::boolean(bool value) {
  return plain(value ? "true" : "false");
}

Node Node::list(std::vector<Node> items) {
  Node node;
  node.kind_ = Kind::list;
  node.items_ = std::move(items);
  return node;
}

Node Node::texts(const std::vector<std::string>& values) {
  Node node = list();
  for (const std::string& value : values) node.add(text(value));
  return node;
}

Node Node::map() {
  return {};
}

Node& Node::add(Node item) {
  if (kind_ != Kind::list)
    throw Error(ExitCode::software, msg("an item was added to a value that is not a list"));
  items_.push_back(std::move(item));
  return *this;
}

Node& Node::set(std::string key, Node value) {
  if (kind_ != Kind::map || find(key) != nullptr) {
    throw Error(ExitCode::software, msg("the key '{key}' cannot be set", {{"key", key}}));
  }
  return add_entry({std::move(key), std::move(value), {}});
}

Node& Node::add_entry(Entry entry) {
  if (kind_ != Kind::map)
    throw Error(ExitCode::software, msg("an entry was added to a value that is not a map"));
  constexpr std::size_t kUsual = 4;
  if (entries_.empty()) entries_.reserve(kUsual);
  entries_.push_back(std::move(entry));
  return *this;
}

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.key == key; });
  return found == entries_.end() ? nullptr : &found->value;
}

Node Node::take(std::string_view key) {
  const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.key == key; });
  Node value = std::move(found->value);
  entries_.erase(found);
  return value;
}

std::string Node::text_at(std::string_view key) const {
  const Node* found = find(key);
  return found != nullptr && found->is_scalar() ? found->value() : std::string();
}

bool Node::operator==(const Node& other) const {
  return kind_ == other.kind_ && value_ == other.value_ && items_ == other.items_ &&
         std::ranges::equal(entries_, other.entries_, [](const Entry& a, const Entry& b) {
           return a.key == b.key && a.value == b.value;
         });
}

}  // namespace jaga::yaml
