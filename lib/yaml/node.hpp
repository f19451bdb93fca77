// A YAML document as jaga sees it: scalars, lists and maps with marks; no anchors, aliases or tags.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jaga::yaml {

// Where a node begins, both from 1; column counts bytes. {0, 0}: made by the program, not read.
struct Mark {
  int line = 0;
  int column = 0;
};

class Node {
 public:
  enum class Kind { text, plain, list, map };
  struct Entry;

  // A string; written double-quoted.
  static Node text(std::string value);
  // A bare scalar. Written by the program only for integers and booleans; a hand-edited file may have
  // any bare word, whose meaning its schema decides.
  static Node integer(std::int64_t value);
  static Node boolean(bool value);
  static Node plain(std::string value, Mark mark = {});
  static Node list();
  static Node list(std::vector<Node> items);
  static Node texts(const std::vector<std::string>& values);  // a list of text()
  static Node map();

  Kind kind() const { return kind_; }
  bool is_scalar() const { return kind_ == Kind::text || kind_ == Kind::plain; }
  const std::string& value() const { return value_; }             // of a scalar
  const std::vector<Node>& items() const { return items_; }       // of a list
  const std::vector<Entry>& entries() const { return entries_; }  // of a map, in order
  Mark mark() const { return mark_; }

  // Building. add() appends to a list, set() to a map (the key must be new; kept in order of calls).
  Node& add(Node item);
  Node& set(std::string key, Node value);
  Node& set(std::string key, std::string_view value);
  Node& set(std::string key, const char* value);
  Node& set(std::string key, std::int64_t value);
  Node& set(std::string key, int value);
  Node& set(std::string key, bool value);
  // For a reader: `entry` after the others; that its key is new is the caller's to know.
  Node& add_entry(Entry entry);
  void set_mark(Mark mark) { mark_ = mark; }
  // The value under `key`, which leaves this map. Precondition: find(key) != nullptr.
  Node take(std::string_view key);

  // The value under `key`, or nullptr (also if this is not a map).
  const Node* find(std::string_view key) const;
  // Of the scalar under `key`; empty where there is none.
  std::string text_at(std::string_view key) const;

  // Same kind, values and order; marks do not count.
  bool operator==(const Node& other) const;

 private:
  Kind kind_ = Kind::map;
  std::string value_;
  std::vector<Node> items_;
  std::vector<Entry> entries_;
  Mark mark_;
};

struct Node::Entry {
  std::string key;
  Node value;
  Mark mark;  // of the key
};

// Below Entry: they destroy a Node, which needs Entry complete.
inline Node Node::list() {
  return list(std::vector<Node>());
}
inline Node& Node::set(std::string key, std::string_view value) {
  return set(std::move(key), text(std::string(value)));
}
inline Node& Node::set(std::string key, const char* value) {
  return set(std::move(key), text(value));
}
inline Node& Node::set(std::string key, std::int64_t value) {
  return set(std::move(key), integer(value));
}
inline Node& Node::set(std::string key, int value) {
  return set(std::move(key), integer(value));
}
inline Node& Node::set(std::string key, bool value) {
  return set(std::move(key), boolean(value));
}

}  // namespace jaga::yaml
