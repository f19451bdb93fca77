// {id: "...", en: "..."}: a text in both languages.
#pragma once

#include "base/title.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"

namespace jaga::yaml {

inline Title title_of(const Node& node, const Source& source) {
  const bool whole = node.kind() == Node::Kind::map && node.entries().size() > 1;
  if (source.code == ExitCode::config && !whole)
    throw error_at(source.code, source.file, node.mark(), msg("a title requires both languages"),
                   msg("write it as {{id: \"...\", en: \"...\"}}"));
  Fields fields(node, source);
  Title title{fields.text("id"), fields.text("en")};
  fields.finish();
  return title;
}
// Missing: empty.
inline Title title_or_none(Fields& fields, std::string_view key) {
  const Node* node = fields.optional_node(key);
  return node == nullptr ? Title{} : title_of(*node, fields.source());
}
inline Node title_node(const Title& title) {
  Node node = Node::map();
  node.set("id", title.id).set("en", title.en);
  return node;
}

}  // namespace jaga::yaml
