#include <algorithm>

#include "base/text.hpp"
#include "document/document.hpp"

namespace jaga::document {
namespace {

// `begins`: at the beginning of a line, where "1." is a list.
std::string escaped(std::string_view text, bool begins = true) {
  std::string out;
  const std::string plain = printable_once(text);
  // A list or a heading of its own.
  if (!plain.empty() && std::string_view("+-=").find(plain[0]) != std::string_view::npos) out += '\\';
  const std::size_t digits = std::min(plain.find_first_not_of("0123456789"), plain.size());
  for (std::size_t at = 0; at < plain.size(); ++at) {
    const char byte = plain[at];
    const bool ends_number = begins && digits > 0 && at == digits && (byte == '.' || byte == ')');
    if (ends_number || std::string_view("\\`*_[]<>|#~&").find(byte) != std::string_view::npos) out += '\\';
    out += byte;
  }
  return out;
}

// Text of several lines: `then` is between them.
std::string lines_of(std::string_view text, std::string_view then, bool begins = true) {
  std::string out;
  for (const std::string& line : split(text, '\n')) {
    if (!out.empty()) out += then;
    out += escaped(line, begins);
  }
  return out;
}

class Markdown {
 public:
  void operator()(const Letterhead& head) {
    for (const std::string& line : head.lines) out += "**" + escaped(line) + "**  \n";
    for (const std::string& line : head.contact) out += escaped(line) + "  \n";
    if (!head.lines.empty()) out += "\n---\n\n";
  }
  void operator()(const PaperTitle& title) {
    std::string text;
    for (const std::string& line : title.lines) text += (text.empty() ? "" : " ") + escaped(line);
    out += "# " + text + "\n\n";
    if (!title.number.empty()) out += escaped(title.number) + "\n\n";
  }
  void operator()(const Heading& heading) {
    out += "\n" + std::string(static_cast<std::size_t>(heading.level) + 1, '#') + " " +
           escaped(heading.text, false) + "\n\n";
  }
  void operator()(const Paragraph& paragraph) { out += escaped(paragraph.text) + "\n\n"; }
  void operator()(const Pairs& pairs) {
    for (const auto& row : pairs.rows)
      if (!row.second.empty())
        out += "- **" + escaped(row.first) + "**: " + lines_of(row.second, "  \n  ") + "\n";
    out += "\n";
  }
  void operator()(const Table& table) {
    std::vector<std::string> heads = table.heads;
    std::size_t columns = heads.size();
    for (const auto& row : table.rows) columns = std::max(columns, row.size());
    heads.resize(columns);
    line(heads);
    out += "|";
    for (std::size_t i = 0; i < columns; ++i) out += " --- |";
    out += "\n";
    for (const auto& row : table.rows) line(row);
    out += "\n";
  }
  void operator()(const List& list) {
    std::size_t number = 0;
    for (const std::string& item : list.items)
      out += (list.numbered ? std::to_string(++number) + ". " : "- ") + lines_of(item, "  \n   ") + "\n";
    out += "\n";
  }
  // Indented code: nothing in it is markup.
  void operator()(const Lines& lines) {
    for (const Line& line : lines.lines) out += "    " + printable_once(line.text) + "\n";
    out += "\n";
  }
  void operator()(const Figure& figure) {
    if (!figure.caption.empty()) out += "*" + escaped(figure.caption) + "*\n\n";
    for (const std::string& line : figure.in_words) out += "    " + printable_once(line) + "\n";
    if (!figure.in_words.empty()) out += "\n";
  }
  void operator()(const Choice& choice) {
    if (!choice.question.empty()) out += escaped(choice.question) + "\n\n";
    for (std::size_t at = 0; at < choice.answers.size(); ++at)
      out += "- [" + std::string(choice.chosen == at ? "x" : " ") + "] " + escaped(choice.answers[at]) + "\n";
    out += "\n";
  }
  void operator()(const Signatures& signatures) {
    if (!signatures.closing.empty()) out += escaped(signatures.closing) + "\n\n";
    if (!signatures.place_and_date.empty()) out += escaped(signatures.place_and_date) + "\n\n";
    for (const auto& row : signatures.rows)
      for (const Signer& signer : row) {
        if (!signer.label.empty()) out += escaped(signer.label) + "  \n";
        for (const std::string& each : signer.position) out += escaped(each) + "  \n";
        out += "\n" + (signer.name.empty() ? "……………………" : "**" + escaped(signer.name) + "**");
        if (!signer.rank.empty()) out += "  \n" + escaped(signer.rank);
        if (signer.has_nip) out += "  \nNIP " + (signer.nip.empty() ? "……………………" : escaped(signer.nip));
        out += "\n\n";
      }
  }
  void operator()(const PageBreak&) { out += "---\n\n"; }

  std::string out;

 private:
  void line(const std::vector<std::string>& cells) {
    out += "|";
    for (const std::string& cell : cells) out += " " + lines_of(cell, "<br>", false) + " |";
    out += "\n";
  }
};

}  // namespace

std::string to_markdown(const Document& document) {
  Markdown writer;
  bool titled = false;
  for (const Part& part : document.parts)
    for (const Block& block : part.blocks)
      titled =
          titled || std::holds_alternative<PaperTitle>(block) || std::holds_alternative<Letterhead>(block);
  if (!titled) writer.out = "# " + escaped(document.title) + "\n\n";
  for (const Part& part : document.parts)
    for (const Block& block : part.blocks) std::visit(writer, block);
  return writer.out;
}

}  // namespace jaga::document
