#include "document/document.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace jaga::document {
namespace {

std::string padded(const std::string& text, std::size_t to) {
  return text + std::string(to - std::min(to, text_width(text)), ' ');
}

// A backslash of ours stays one; all else that could drive a terminal is escaped.
std::string safe(std::string_view text) {
  std::string out;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t at = std::min(text.find('\\', from), text.size());
    out += printable(text.substr(from, at - from));
    if (at < text.size()) out += '\\';
    from = at + 1;
  }
  return out;
}

// Narrower than this no column is of use: what belongs into it goes to the left.
constexpr std::size_t kLeastRoom = 24;
constexpr std::size_t kHanging = 4;

class Text {
 public:
  explicit Text(std::size_t most) : most_(most) {}

  void operator()(const Heading& heading) {
    const std::string text = safe(heading.text);
    out += "\n" + text + "\n";
    if (heading.level == 1) out += std::string(text_width(text), '-') + "\n";
  }
  void operator()(const Paragraph& paragraph) { put("", safe(paragraph.text), 0); }
  void operator()(const Pairs& pairs) {
    std::size_t widest = 0;
    for (const auto& row : pairs.rows)
      if (!row.second.empty()) widest = std::max(widest, text_width(safe(row.first)));
    for (const auto& row : pairs.rows)
      if (!row.second.empty()) put(padded(safe(row.first), widest) + "  ", safe(row.second), widest + 2);
  }
  void operator()(const Table& table) {
    std::vector<std::size_t> widths;
    for (const std::string& head : table.heads) widths.push_back(text_width(safe(head)));
    for (const auto& row : table.rows)
      for (std::size_t i = 0; i < widths.size() && i < row.size(); ++i)
        widths[i] = std::max(widths[i], text_width(safe(row[i])));
    line(table.heads, widths);
    for (const auto& row : table.rows) line(row, widths);
  }
  void operator()(const List& list) {
    for (const std::string& item : list.items) put("  ", safe(item), kHanging);
  }
  std::string out;

 private:
  void line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
    std::string before;
    std::size_t i = 0;
    for (; i + 1 < cells.size() && i + 1 < widths.size(); ++i)
      before += padded(safe(cells[i]), widths[i]) + "  ";
    put(std::move(before), i < cells.size() ? safe(cells[i]) : "", kHanging);
  }

  // `before`, and what follows in a column of its own; where that is too narrow, below it by `hanging`.
  void put(std::string before, const std::string& text, std::size_t hanging) {
    std::size_t at = text_width(before);
    std::size_t indent = at;
    std::string row = std::move(before);
    if (most_ != 0 && at + text_width(text) > most_) {
      if (at + kLeastRoom > most_) {
        if (row.find_first_not_of(' ') != std::string::npos) flush(row);
        indent = at = std::min(hanging, kHanging);
        row.assign(at, ' ');
      }
      std::size_t from = 0;
      while (from < text.size()) {
        const std::size_t end = std::min(text.find(' ', from), text.size());
        const std::string word = text.substr(from, end - from);
        if (at > indent && at + 1 + text_width(word) > most_) {
          flush(row);
          row.assign(at = indent, ' ');
        }
        if (at > indent) {
          row += ' ';
          ++at;
        }
        row += word;
        at += text_width(word);
        from = end + 1;
      }
    } else {
      row += text;
    }
    flush(row);
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
  const std::string plain = safe(text);
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
  const std::string title = safe(document.title);
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
