#include "document/tsv.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/text.hpp"

namespace jaga::document {
namespace {

const Json* find(const Json& row, std::string_view column) {
  const Json* at = &row;
  for (const std::string& key : split(column, '.')) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(key);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

std::string text_of(const Json& value) {
  if (value.is_null()) return {};
  if (!value.is_string()) return json_line(value);
  const auto& text = value.get_ref<const std::string&>();
  return find_invalid_utf8(text) ? sanitized(text) : text;
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char byte : text) {
    switch (byte) {
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        if (static_cast<unsigned char>(byte) < 0x20U || byte == 0x7F)
          out += formatted("\\x{:02x}", static_cast<unsigned>(byte));
        else
          out += byte;
    }
  }
  return out;
}

}  // namespace

std::string cell(const Json& row, std::string_view column) {
  const Json* value = find(row, column);
  if (value == nullptr) return {};
  const auto is_plain = [](const Json& item) { return !item.is_structured(); };
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), is_plain)) return text_of(*value);
  std::string out;
  for (const Json& item : *value) {
    if (&item != &value->front()) out += ',';
    out += text_of(item);
  }
  return out;
}

std::string tsv_line(const Json& row, std::span<const std::string> columns) {
  std::string out;
  for (const std::string& column : columns) {
    if (&column != &columns.front()) out += '\t';
    out += escaped(cell(row, column));
  }
  return out + '\n';
}

std::string tsv_heads(std::span<const std::string> columns) {
  std::string out;
  for (const std::string& column : columns) {
    if (&column != &columns.front()) out += '\t';
    out += column;
  }
  return out + '\n';
}

std::string nul_values(const Json& row, std::span<const std::string> columns) {
  std::string out;
  for (const std::string& column : columns) {
    for (const char byte : cell(row, column)) {
      if (byte == '\0')
        out += "\xEF\xBF\xBD";
      else
        out += byte;
    }
    out += '\0';
  }
  return out;
}

}  // namespace jaga::document
