#include "base/error.hpp"
#include "base/text.hpp"
#include "document/document.hpp"

namespace jaga::document {
namespace {

std::string cell(std::string_view text) {
  std::string plain = printable_once(text);
  // A spreadsheet would calculate these.
  if (!plain.empty() && std::string_view("=+-@").find(plain[0]) != std::string_view::npos)
    plain.insert(0, "'");
  if (plain.find_first_of(",\"") == std::string::npos) return plain;
  std::string out = "\"";
  for (const char byte : plain) {
    if (byte == '"') out += '"';
    out += byte;
  }
  return out + "\"";
}

std::string line(const std::vector<std::string>& cells) {
  std::string out;
  for (std::size_t at = 0; at < cells.size(); ++at) out += (at > 0 ? "," : "") + cell(cells[at]);
  return out + "\r\n";
}

}  // namespace

std::string to_csv(const Document& document) {
  const Table* largest = document.data ? &*document.data : nullptr;
  for (const Part& part : document.parts)
    for (const Block& block : part.blocks)
      if (const auto* table = std::get_if<Table>(&block);
          !document.data && table != nullptr && (largest == nullptr || table->rows.size() > largest->rows.size()))
        largest = table;
  if (largest == nullptr)
    throw Error{ExitCode::usage, msg("this document has no table to write as CSV"),
                msg("use --format json, text, md, html or pdf")};
  std::string out = largest->heads.empty() ? "" : line(largest->heads);
  for (const auto& row : largest->rows) out += line(row);
  return out;
}

}  // namespace jaga::document
