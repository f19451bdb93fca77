#include "document/tsv.hpp"

#include <vector>

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
  if (!value->is_array()) return text_of(*value);
  std::vector<std::string> items;
  for (const Json& item : *value) {
    items.push_back(text_of(item));
    if (item.is_structured() || items.back().find(',') != std::string::npos) return json_line(*value);
  }
  return join(items, ",");
}

std::string tsv_line(const Json& row, std::span<const std::string> columns) {
  std::vector<std::string> cells;
  for (const std::string& column : columns) cells.push_back(escaped(cell(row, column)));
  return join(cells, "\t") + "\n";
}

std::string tsv_heads(std::span<const std::string> columns) {
  return join(columns, "\t") + "\n";
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
