#include "document/document.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace jaga::document {
namespace {

std::string padded(const std::string& text, std::size_t to) {
  return text + std::string(to - std::min(to, text_width(text)), ' ');
}

// Narrower than this no column is of use: what belongs into it goes to the left.
constexpr std::size_t kLeastRoom = 24;
constexpr std::size_t kHanging = 4;

class Text {
 public:
  explicit Text(std::size_t most) : most_(most) {}

  void operator()(const Heading& heading) {
    const std::string text = printable_once(heading.text);
    out += "\n" + text + "\n";
    if (heading.level == 1) out += std::string(text_width(text), '-') + "\n";
  }
  void operator()(const Paragraph& paragraph) { put("", printable_once(paragraph.text), 0); }
  void operator()(const Pairs& pairs) {
    std::size_t widest = 0;
    for (const auto& row : pairs.rows)
      if (!row.second.empty()) widest = std::max(widest, text_width(printable_once(row.first)));
    for (const auto& row : pairs.rows)
      if (!row.second.empty())
        put(padded(printable_once(row.first), widest) + "  ", printable_once(row.second), widest + 2);
  }
  void operator()(const Table& table) {
    std::vector<std::size_t> widths;
    for (const std::string& head : table.heads) widths.push_back(text_width(printable_once(head)));
    for (const auto& row : table.rows)
      for (std::size_t i = 0; i < widths.size() && i < row.size(); ++i)
        widths[i] = std::max(widths[i], text_width(printable_once(row[i])));
    line(table.heads, widths);
    for (const auto& row : table.rows) line(row, widths);
  }
  void operator()(const List& list) {
    for (const std::string& item : list.items) put("  ", printable_once(item), kHanging);
  }
  std::string out;

 private:
  void line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
    std::string before;
    std::size_t i = 0;
    for (; i + 1 < cells.size() && i + 1 < widths.size(); ++i)
      before += padded(printable_once(cells[i]), widths[i]) + "  ";
    put(std::move(before), i < cells.size() ? printable_once(cells[i]) : "", kHanging);
  }

  // `before`, and what follows in a column of its own; where that is too narrow, below it by `hanging`.
  void put(std::string before, const std::string& text, std::size_t hanging) {
    std::size_t indent = text_width(before);
    std::string row = std::move(before);
    if (most_ == 0 || indent + text_width(text) <= most_) {
      row += text;
      return flush(row);
    }
    if (indent + kLeastRoom > most_) {
      if (row.find_first_not_of(' ') != std::string::npos) flush(row);
      indent = std::min({hanging, kHanging, most_});
      row.assign(indent, ' ');
    }
    for (const std::string& line : wrapped(text, most_ - indent)) {
      row += line;
      flush(row);
      row.assign(indent, ' ');
    }
  }
  void flush(std::string& row) {
    row.erase(row.find_last_not_of(' ') + 1);
    out += row + "\n";
    row.clear();
  }

  std::size_t most_;
};

std::string markdown(std::string_view text) {
  std::string out;
  const std::string plain = printable_once(text);
  // A list within the list.
  if (!plain.empty() && (plain[0] == '+' || plain[0] == '-')) out += '\\';
  for (const char byte : plain) {
    if (std::string_view("\\`*_[]<>|#~&").find(byte) != std::string_view::npos) out += '\\';
    out += byte;
  }
  return out;
}

class Markdown {
 public:
  void operator()(const Heading& heading) {
    out += "\n" + std::string(static_cast<std::size_t>(heading.level) + 1, '#') + " " +
           markdown(heading.text) + "\n\n";
  }
  void operator()(const Paragraph& paragraph) { out += markdown(paragraph.text) + "\n\n"; }
  void operator()(const Pairs& pairs) {
    for (const auto& row : pairs.rows)
      if (!row.second.empty()) out += "- **" + markdown(row.first) + "**: " + markdown(row.second) + "\n";
    out += "\n";
  }
  void operator()(const Table& table) {
    line(table.heads);
    out += "|";
    for (std::size_t i = 0; i < table.heads.size(); ++i) out += " --- |";
    out += "\n";
    for (const auto& row : table.rows) line(row);
    out += "\n";
  }
  void operator()(const List& list) {
    for (const std::string& item : list.items) out += "- " + markdown(item) + "\n";
    out += "\n";
  }
  std::string out;

 private:
  void line(const std::vector<std::string>& cells) {
    out += "|";
    for (const std::string& cell : cells) out += " " + markdown(cell) + " |";
    out += "\n";
  }
};

}  // namespace

std::string to_text(const Document& document, std::size_t most) {
  Text writer(most);
  const std::string title = printable_once(document.title);
  writer.out = title + "\n" + std::string(text_width(title), '=') + "\n\n";
  for (const Block& block : document.blocks) std::visit(writer, block);
  return writer.out;
}

std::string to_markdown(const Document& document) {
  Markdown writer;
  writer.out = "# " + markdown(document.title) + "\n\n";
  for (const Block& block : document.blocks) std::visit(writer, block);
  return writer.out;
}

}  // namespace jaga::document
