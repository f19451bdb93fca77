#include "yaml/write.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "yaml/bytes.hpp"
#include "yaml/read.hpp"

namespace jaga::yaml {
namespace {

[[noreturn]] void refuse(Message why) {
  throw Error(ExitCode::software, std::move(why));
}

void check_depth(int depth) {
  if (depth > kMostDepth) refuse(msg("a document is nested too deeply to be written"));
}

void write_key(std::string& out, std::string_view key) {
  if (!is_canonical_key(key)) refuse(msg("the key '{key}' cannot be written", {{"key", std::string(key)}}));
  out += key;
  out += ':';
}

void write_scalar(std::string& out, const Node& node) {
  const std::string& value = node.value();
  if (node.kind() == Node::Kind::plain) {
    if (!is_canonical_plain(value))
      refuse(msg("the bare value '{value}' cannot be written", {{"value", value}}));
    out += value;
    return;
  }
  if (value.size() > kMostScalar) refuse(msg("a text is too large to be written"));
  if (find_forbidden(value)) refuse(msg("a text contains a character that cannot be written"));
  out += '"';
  for (std::size_t at = 0; at < value.size(); ++at) {
    const std::size_t end = find_escaped(value, at);
    out.append(value, at, end - at);
    at = end;
    if (at == value.size()) break;
    out += '\\';
    out += value[at] == '\n' ? 'n' : value[at] == '\t' ? 't' : value[at];
  }
  out += '"';
}

void write_inside(std::string& out, const Node& node, int depth) {
  if (node.is_scalar()) return write_scalar(out, node);
  check_depth(depth);
  bool first = true;
  const auto separate = [&] {
    if (!first) out += ", ";
    first = false;
  };
  if (node.kind() == Node::Kind::list) {
    out += '[';
    for (const Node& item : node.items()) {
      separate();
      write_inside(out, item, depth + 1);
    }
    out += ']';
    return;
  }
  out += '{';
  for (const Node::Entry& entry : node.entries()) {
    separate();
    write_key(out, entry.key);
    out += ' ';
    write_inside(out, entry.value, depth + 1);
  }
  out += '}';
}

void write_block(std::string& out, const Node& map, std::size_t indent, int depth);

void write_entry(std::string& out, std::string_view key, const Node& value, std::size_t indent, int depth) {
  out.append(indent, ' ');
  write_key(out, key);
  const bool block_map = value.kind() == Node::Kind::map && !value.entries().empty() && key != "by";
  const bool block_list =
      std::ranges::any_of(value.items(), [](const Node& n) { return n.kind() == Node::Kind::map; });
  if (block_map) {
    out += '\n';
    write_block(out, value, indent + 2, depth + 1);
  } else if (block_list) {
    check_depth(depth + 1);
    out += '\n';
    for (const Node& item : value.items()) {
      out.append(indent + 2, ' ');
      out += "- ";
      write_inside(out, item, depth + 2);
      out += '\n';
    }
  } else {
    out += ' ';
    write_inside(out, value, depth + 1);
    out += '\n';
  }
}

void write_block(std::string& out, const Node& map, std::size_t indent, int depth) {
  check_depth(depth);
  for (const Node::Entry& entry : map.entries()) write_entry(out, entry.key, entry.value, indent, depth);
}

}  // namespace

std::string write_canonical(const Node& top) {
  if (top.kind() != Node::Kind::map) refuse(msg("only a map can be written as a document"));
  std::string out;
  write_block(out, top, 0, 1);
  if (top.entries().empty()) out += "{}\n";
  out += "...\n";
  return out;
}

std::string write_canonical(const Node& top, std::string_view key, const Node& last) {
  if (top.kind() != Node::Kind::map) refuse(msg("only a map can be written as a document"));
  std::string out;
  write_block(out, top, 0, 1);
  write_entry(out, key, last, 0, 1);
  out += "...\n";
  return out;
}

std::string write_flow(const Node& node) {
  std::string out;
  write_inside(out, node, 3);  // in a list, in the top map
  return out;
}

}  // namespace jaga::yaml
