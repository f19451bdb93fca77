#include "document/json.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>

#include "base/format.hpp"
#include "base/text.hpp"

namespace jaga::document {
namespace {

void quote(std::string& out, const std::string& given) {
  const std::string text = find_invalid_utf8(given) ? sanitized(given) : given;
  out += '"';
  for (const char byte : text) {
    switch (byte) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(byte) < 0x20U || byte == 0x7F)
          out += formatted("\\u{:04x}", static_cast<unsigned>(byte));
        else
          out += byte;
    }
  }
  out += '"';
}

// dump() has no blanks in one line, leaves DEL as it is and abbreviates CR, BS and FF: the bytes of version 1
// of jaga-json(5) are others.
void append(std::string& out, const Json& value) {
  if (value.is_string()) {
    quote(out, value.get_ref<const std::string&>());
    return;
  }
  if (!value.is_structured()) {
    out += value.dump();
    return;
  }
  out += value.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& [key, item] : value.items()) {
    if (!first) out += ", ";
    first = false;
    if (value.is_object()) {
      quote(out, key);
      out += ": ";
    }
    append(out, item);
  }
  out += value.is_object() ? '}' : ']';
}

Json scalar(const std::string& value) {
  if (value == "true" || value == "false") return value == "true";
  if (value == "null") return nullptr;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc{} && end == value.data() + value.size()) return number;
  return value;
}

}  // namespace

Json json_of(const yaml::Node& node) {
  switch (node.kind()) {
    case yaml::Node::Kind::text:
      return node.value();
    case yaml::Node::Kind::plain:
      return scalar(node.value());
    case yaml::Node::Kind::list: {
      Json out = Json::array();
      for (const yaml::Node& item : node.items()) out.push_back(json_of(item));
      return out;
    }
    case yaml::Node::Kind::map:
      break;
  }
  Json out = Json::object();
  for (const yaml::Node::Entry& entry : node.entries()) out[entry.key] = json_of(entry.value);
  return out;
}

std::string json_line(const Json& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace jaga::document
