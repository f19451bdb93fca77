// {id: "...", en: "..."}: a text in both languages.
#pragma once

#include "base/title.hpp"
#include "yaml/fields.hpp"

namespace jaga::yaml {

inline Title title_of(const Node& node, const Source& source) {
  Fields fields(node, source);
  Title title{fields.text("id"), fields.text("en")};
  fields.finish();
  return title;
}
// Missing: empty.
inline Title title_or_none(Fields& fields, std::string_view key) {
  const Node* node = fields.optional_map(key);
  return node == nullptr ? Title{} : title_of(*node, fields.source());
}
inline Node title_node(const Title& title) {
  Node node = Node::map();
  node.set("id", title.id).set("en", title.en);
  return node;
}

}  // namespace jaga::yaml
