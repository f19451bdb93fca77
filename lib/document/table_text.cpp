#include "document/table_text.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace jaga::document {
namespace {

constexpr std::size_t kLeastRoom = 24;  // for a last column that is broken into lines
constexpr std::size_t kIndent = 4;
constexpr std::size_t kNarrowest = 16;  // below it no line is broken

using Row = std::vector<std::string>;

void append(std::string& text, const std::vector<std::string>& lines, std::size_t indent) {
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (at > 0) text += "\n" + std::string(indent, ' ');
    text += lines[at];
  }
}

std::string without_end(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

// `room` is what the columns before the last one take; `most` 0: as wide as it is.
std::string in_columns(const Row& row, const std::vector<std::size_t>& widths, std::size_t room,
                       std::size_t most) {
  std::string line;
  for (std::size_t at = 0; at + 1 < row.size(); ++at) {
    line += row[at];
    line.append(widths[at] - text_width(row[at]) + 2, ' ');
  }
  if (row.empty()) return line;
  const std::string& last = row.back();
  const bool is_last = row.size() == widths.size();
  if (most == 0 || !is_last || last.empty() || text_width(line) + text_width(last) <= most) {
    line += last;
  } else if (room + kLeastRoom <= most) {
    append(line, wrapped(last, most - room), room);
  } else {
    line = without_end(std::move(line)) + "\n" + std::string(kIndent, ' ');
    append(line, wrapped(last, most - kIndent), kIndent);
  }
  return without_end(std::move(line));
}

std::string in_lines(const Row& row, const Row& heads, std::size_t most) {
  std::string text;
  std::size_t at = 0;
  for (std::size_t n = 0; n < row.size(); ++n) {
    if (row[n].empty()) continue;
    const bool named = n > 0 && n < heads.size() && !heads[n].empty();
    const std::string cell = (named ? heads[n] + ": " : "") + row[n];
    const std::size_t wide = text_width(cell);
    if (at > 0 && at + 2 + wide <= most) {
      text += "  " + cell;
      at += 2 + wide;
      continue;
    }
    if (!text.empty()) text += "\n" + std::string(kIndent, ' ');
    const auto lines = wrapped(cell, most - kIndent);
    append(text, lines, kIndent);
    // What follows several lines begins a line of its own, so that a command is not hidden at the end of one.
    at = lines.size() > 1 ? most : kIndent + text_width(lines.back());
  }
  return text;
}

Row printable_row(const Row& row) {
  Row out;
  out.reserve(row.size());
  for (const std::string& cell : row) out.push_back(printable_once(join(split(cell, '\n'), " ")));
  return out;
}

}  // namespace

std::string table_text(const Table& table, std::size_t most, std::string_view indent,
                       std::string (*paint)(std::string_view, Tone)) {
  const Row heads = printable_row(table.heads);
  std::vector<Row> rows;
  rows.reserve(table.rows.size());
  for (const Row& row : table.rows) rows.push_back(printable_row(row));
  std::vector<std::size_t> widths;
  const auto measure = [&](const Row& row) {
    if (widths.size() < row.size()) widths.resize(row.size());
    for (std::size_t at = 0; at < row.size(); ++at) widths[at] = std::max(widths[at], text_width(row[at]));
  };
  measure(heads);
  for (const Row& row : rows) measure(row);
  if (widths.empty()) return {};
  std::size_t room = 0;
  for (std::size_t at = 0; at + 1 < widths.size(); ++at) room += widths[at] + 2;
  const std::size_t limit = most >= indent.size() + kNarrowest ? most - indent.size() : 0;
  // A short last column under the others would have lost its head.
  const std::size_t least =
      heads.empty() ? room - std::min<std::size_t>(room, 2) : room + std::min(widths.back(), kLeastRoom);
  const bool columns = limit == 0 || least <= limit;
  std::string out;
  const auto put = [&](const Row& row, Tone tone) {
    const std::string text = columns ? in_columns(row, widths, room, limit) : in_lines(row, heads, limit);
    for (const std::string& line : split(text, '\n')) out += paint(std::string(indent) + line, tone) + "\n";
  };
  if (!heads.empty() && columns) put(heads, Tone::bold);
  for (std::size_t at = 0; at < rows.size(); ++at)
    put(rows[at], at < table.tones.size() ? table.tones[at] : Tone::none);
  return out;
}

}  // namespace jaga::document
