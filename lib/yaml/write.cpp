#include "yaml/write.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace jaga::yaml {
namespace {

bool is_canonical_plain(std::string_view value) {
  if (value == "true" || value == "false") return true;
  if (value.starts_with('-')) {
    value.remove_prefix(1);
    if (value == "0") return false;
  }
  return !value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos &&
         (value[0] != '0' || value.size() == 1);
}

bool is_key(std::string_view key) {
  return !key.empty() && key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.-") == std::string_view::npos &&
         key[0] != '_' && key[0] != '.' && key[0] != '-';
}

void write_scalar(std::string& out, const Node& node) {
  if (node.kind() == Node::Kind::plain) {
    if (!is_canonical_plain(node.value())) {
      throw Error(ExitCode::software, msg("the value '{value}' has no canonical form", {{"value", printable(node.value())}}));
    }
    out += node.value();
    return;
  }
  if (sanitized(node.value()) != node.value()) {
    throw Error(ExitCode::software, msg("the text '{value}' has characters that no record holds", {{"value", printable(node.value())}}));
  }
  out += '"';
  for (const char c : node.value()) {
    if (c == '\\' || c == '"') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  out += '"';
}

void write_key(std::string& out, const std::string& key) {
  if (!is_key(key)) throw Error(ExitCode::software, msg("the key '{key}' has no canonical form", {{"key", printable(key)}}));
  out += key;
  out += ':';
}

void flow(std::string& out, const Node& node) {
  if (node.is_scalar()) {
    write_scalar(out, node);
    return;
  }
  const bool list = node.kind() == Node::Kind::list;
  out += list ? '[' : '{';
  bool first = true;
  for (const Node& item : node.items()) {
    if (!first) out += ", ";
    first = false;
    flow(out, item);
  }
  for (const Node::Entry& entry : node.entries()) {
    if (!first) out += ", ";
    first = false;
    write_key(out, entry.key);
    out += ' ';
    flow(out, entry.value);
  }
  out += list ? ']' : '}';
}

void block(std::string& out, const Node& map, std::size_t indent) {
  for (const Node::Entry& entry : map.entries()) {
    const Node& value = entry.value;
    out.append(indent, ' ');
    write_key(out, entry.key);
    const bool maps = value.kind() == Node::Kind::list && !value.items().empty() &&
                      value.items().front().kind() == Node::Kind::map;
    if (maps) {
      out += '\n';
      for (const Node& item : value.items()) {
        out.append(indent + 2, ' ');
        out += "- ";
        flow(out, item);
        out += '\n';
      }
    } else if (value.kind() == Node::Kind::map && !value.entries().empty() && entry.key != "by") {
      out += '\n';
      block(out, value, indent + 2);
    } else {
      out += ' ';
      flow(out, value);
      out += '\n';
    }
  }
}

}  // namespace

std::string write_canonical(const Node& top) {
  if (top.kind() != Node::Kind::map) throw Error(ExitCode::software, msg("a document's top must be a map"));
  std::string out;
  block(out, top, 0);
  return out + "...\n";
}

std::string write_flow(const Node& node) {
  std::string out;
  flow(out, node);
  return out;
}

}  // namespace jaga::yaml
