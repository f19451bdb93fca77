#include <algorithm>

#include "base/text.hpp"
#include "ui.hpp"

namespace jaga::cmd {
namespace {

constexpr std::size_t kLeastRoom = 24;  // for a last column that is broken into lines
constexpr std::size_t kIndent = 4;

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

}  // namespace

// `room` is what the columns before the last one take; `most` 0: as wide as it is.
std::string Table::in_columns(const Row& row, const std::vector<std::size_t>& widths, std::size_t room,
                              std::size_t most) {
  std::string line;
  for (std::size_t at = 0; at + 1 < row.cells.size(); ++at) {
    line += row.cells[at];
    line.append(widths[at] - text_width(row.cells[at]) + 2, ' ');
  }
  if (row.cells.empty()) return line;
  const std::string& last = row.cells.back();
  const bool is_last = row.cells.size() == widths.size();
  if (most == 0 || !is_last || text_width(line) + text_width(last) <= most) {
    line += last;
  } else if (room + kLeastRoom <= most) {
    append(line, wrapped(last, most - room), room);
  } else {
    line = without_end(std::move(line)) + "\n" + std::string(kIndent, ' ');
    append(line, wrapped(last, most - kIndent), kIndent);
  }
  return without_end(std::move(line));
}

std::string Table::in_lines(const Row& row, const Row* heads, std::size_t most) {
  std::string text;
  std::size_t at = 0;
  for (std::size_t n = 0; n < row.cells.size(); ++n) {
    if (row.cells[n].empty()) continue;
    const bool named = n > 0 && heads != nullptr && n < heads->cells.size() && !heads->cells[n].empty();
    const std::string cell = (named ? heads->cells[n] + ": " : "") + row.cells[n];
    const std::size_t wide = text_width(cell);
    if (at > 0 && at + 2 + wide <= most) {
      text += "  " + cell;
      at += 2 + wide;
      continue;
    }
    if (!text.empty()) text += "\n" + std::string(kIndent, ' ');
    const auto lines = wrapped(cell, most - kIndent);
    append(text, lines, kIndent);
    at = kIndent + text_width(lines.back());
  }
  return text;
}

void Table::print(Ui& ui, std::string_view indent) const {
  std::vector<Row> rows = rows_;
  std::vector<std::size_t> widths;
  for (Row& row : rows) {
    for (std::size_t at = 0; at < row.cells.size(); ++at) {
      row.cells[at] = printable_once(row.cells[at]);
      if (widths.size() <= at) widths.push_back(0);
      widths[at] = std::max(widths[at], text_width(row.cells[at]));
    }
  }
  if (widths.empty()) return;
  std::size_t room = 0;
  for (std::size_t at = 0; at + 1 < widths.size(); ++at) room += widths[at] + 2;
  const std::size_t most = ui.columns() > indent.size() + kLeastRoom ? ui.columns() - indent.size() : 0;
  // A short last column under the others would have lost its head.
  const std::size_t least =
      has_heads_ ? room + std::min(widths.back(), kLeastRoom) : room - std::min<std::size_t>(room, 2);
  const bool columns = most == 0 || least <= most;
  for (const Row& row : rows) {
    const bool is_head = has_heads_ && &row == &rows.front();
    if (is_head && !columns) continue;
    const std::string text = columns ? in_columns(row, widths, room, most)
                                     : in_lines(row, has_heads_ ? &rows.front() : nullptr, most);
    for (const std::string& line : split(text, '\n'))
      ui.raw(ui.coloured(std::string(indent) + line, row.colour) + "\n");
  }
}

}  // namespace jaga::cmd
