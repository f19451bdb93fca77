#include "base/text.hpp"

#include <algorithm>

#include "document/document.hpp"
#include "document/table_text.hpp"

namespace jaga::document {
namespace {

// Narrower than this no column is of use: what belongs into it goes to the left.
constexpr std::size_t kLeastRoom = 24;
constexpr std::size_t kHanging = 4;
constexpr std::string_view kDots = "..............................";

std::string_view code(Tone tone) {
  switch (tone) {
    case Tone::none:
      return "";
    case Tone::red:
      return "\033[31m";
    case Tone::yellow:
      return "\033[33m";
    case Tone::green:
      return "\033[32m";
    case Tone::dim:
      return "\033[2m";
    case Tone::bold:
      return "\033[1m";
  }
  return "";
}

std::string plain(std::string_view text, Tone) {
  return std::string(text);
}

std::string padded(const std::string& text, std::size_t to) {
  return text + std::string(to - std::min(to, text_width(text)), ' ');
}

class Text {
 public:
  Text(std::size_t most, bool screen, bool colour)
      : most_(most), screen_(screen), paint_(colour ? coloured : plain) {}

  void operator()(const Letterhead& head) {
    for (const std::string& line : head.lines) put("", printable_once(line), 0);
    for (const std::string& line : head.contact) put("", printable_once(line), 0);
    if (!head.lines.empty())
      out += std::string(std::min<std::size_t>(most_ == 0 ? 72 : most_, 72), '=') + "\n\n";
  }
  void operator()(const PaperTitle& title) {
    for (const std::string& line : title.lines) put("", printable_once(line), 0);
    if (!title.number.empty()) put("", printable_once(title.number), 0);
    out += "\n";
  }
  void operator()(const Heading& heading) {
    const std::string text = printable_once(heading.text);
    out += "\n" + paint_(text, screen_ ? Tone::bold : Tone::none) + "\n";
    if (!screen_ && heading.level == 1) out += std::string(text_width(text), '-') + "\n";
  }
  void operator()(const Paragraph& paragraph) { put("", printable_once(paragraph.text), 0); }
  void operator()(const Pairs& pairs) {
    std::size_t widest = 0;
    for (const auto& row : pairs.rows)
      if (!row.second.empty()) widest = std::max(widest, text_width(printable_once(row.first)));
    for (const auto& row : pairs.rows)
      if (!row.second.empty())
        put_lines(padded(printable_once(row.first), widest) + "  ", row.second, widest + 2);
  }
  void operator()(const Table& table) { out += table_text(table, most_, "", paint_); }
  void operator()(const List& list) {
    std::size_t number = 0;
    for (const std::string& item : list.items)
      put_lines(list.numbered ? "  " + std::to_string(++number) + ". " : "  ", item,
                list.numbered ? kHanging + 1 : kHanging);
  }
  void operator()(const Lines& lines) {
    for (const Line& line : lines.lines) words(line.text, line.tone);
  }
  void operator()(const Figure& figure) {
    if (!figure.caption.empty()) put("", "[" + printable_once(figure.caption) + "]", 0);
    for (const std::string& line : figure.in_words) out += "  " + printable_once(line) + "\n";
  }
  void operator()(const Choice& choice) {
    std::string line = printable_once(choice.question);
    for (std::size_t at = 0; at < choice.answers.size(); ++at)
      line += (line.empty() ? "" : "  ") + std::string(choice.chosen == at ? "[x] " : "[ ] ") +
              printable_once(choice.answers[at]);
    put("", line, 0);
  }
  void operator()(const Signatures& signatures) {
    out += "\n";
    if (!signatures.closing.empty()) put("", printable_once(signatures.closing), 0);
    if (!signatures.place_and_date.empty()) put("", printable_once(signatures.place_and_date), 0);
    for (const auto& row : signatures.rows)
      for (const Signer& signer : row) sign(signer);
  }
  void operator()(const PageBreak&) { out += "\n"; }

  std::string out;

 private:
  void sign(const Signer& signer) {
    out += "\n";
    if (!signer.label.empty()) put("", printable_once(signer.label), 0);
    for (const std::string& line : signer.position) put("", printable_once(line), 0);
    out += "\n\n\n";
    put("", signer.name.empty() ? std::string(kDots) : printable_once(signer.name), 0);
    if (!signer.rank.empty()) put("", printable_once(signer.rank), 0);
    if (signer.has_nip)
      put("", "NIP " + (signer.nip.empty() ? std::string(kDots) : printable_once(signer.nip)), 0);
  }

  // Broken between words where it is too long; a line of a script ("| ...") is shown as it is.
  void words(std::string_view text, Tone tone) {
    const std::size_t indent = std::min(text.find_first_not_of(' '), text.size());
    if (text_width(text) <= most_ || most_ < 2 * (indent + kHanging) ||
        text.substr(indent).starts_with("| ")) {
      out += paint_(printable_once(text), tone) + "\n";
      return;
    }
    std::string before(indent, ' ');
    for (const std::string& line : wrapped(text.substr(indent), most_ - indent - kHanging)) {
      out += paint_(printable_once(before + line), tone) + "\n";
      before = std::string(indent + kHanging, ' ');
    }
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
  // The same for a text of several lines, which begin below each other.
  void put_lines(std::string before, std::string_view text, std::size_t hanging) {
    for (const std::string& line : split(text, '\n')) {
      put(before, printable_once(line), hanging);
      before.assign(text_width(before), ' ');
    }
  }
  void flush(std::string& row) {
    row.erase(row.find_last_not_of(' ') + 1);
    out += row + "\n";
    row.clear();
  }

  std::size_t most_;
  bool screen_;
  std::string (*paint_)(std::string_view, Tone);
};

bool has_title(const Document& document) {
  for (const Part& part : document.parts)
    for (const Block& block : part.blocks)
      if (std::holds_alternative<PaperTitle>(block) || std::holds_alternative<Letterhead>(block)) return true;
  return false;
}

}  // namespace

std::string coloured(std::string_view text, Tone tone) {
  if (tone == Tone::none) return std::string(text);
  std::string out(code(tone));
  out += text;
  out += "\033[0m";
  return out;
}

std::string to_text(const Document& document, std::size_t most) {
  Text writer(most, false, false);
  if (!has_title(document)) {
    const std::string title = printable_once(document.title);
    writer.out = title + "\n" + std::string(text_width(title), '=') + "\n\n";
  }
  for (const Part& part : document.parts)
    for (const Block& block : part.blocks) std::visit(writer, block);
  return writer.out;
}

std::string to_screen(std::span<const Block> blocks, const Screen& screen) {
  Text writer(screen.columns, true, screen.colour);
  for (const Block& block : blocks) std::visit(writer, block);
  return writer.out;
}

std::string to_screen(const Table& table, const Screen& screen, std::string_view indent) {
  return table_text(table, screen.columns, indent, screen.colour ? coloured : plain);
}

}  // namespace jaga::document
