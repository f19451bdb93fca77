// What is shown, signed and printed is made of blocks: the documents of `jaga report`, the screens of show
// and status, the previews of decisions. A pure function makes blocks of values; a writer makes text,
// Markdown or HTML of blocks. Text in blocks is plain UTF-8 that may come from anywhere: each writer escapes
// it for its target, so what a host says is shown as text and is never obeyed.
//
// Everything here is a value: copies are independent, no function keeps state or touches a file.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/message.hpp"

namespace jaga::document {

// How a line stands out on a terminal. Paper is black and white.
enum class Tone { none, red, yellow, green, dim, bold };

// Above an official document: coat of arms at the left, government and office, how to reach it, a rule below.
struct Letterhead {
  std::vector<std::string> lines;    // the first two are set larger
  std::vector<std::string> contact;  // address, telephone, e-mail; set small
  std::string emblem;                // a data: URI; empty: none
};
// The title of an official document, centred, a line each.
struct PaperTitle {
  std::vector<std::string> lines;
  std::string number;  // below it, with its label; empty: no line
};
struct Heading {
  std::string text;
  int level = 1;  // 1: of a part, 2: within one; the document's title is above both
};
struct Paragraph {
  enum class Style { plain, right, centred, small, strong };
  std::string text;
  Style style = Style::plain;
};
struct Pairs {
  std::vector<std::pair<std::string, std::string>> rows;  // those without a value are left out
};
struct Table {
  std::vector<std::string> heads;              // none: a table without a head
  std::vector<std::vector<std::string>> rows;  // a row may be shorter than the head
  std::vector<Tone> tones{};                   // of the rows, in their order; missing: none
  std::vector<int> widths{};                   // shares of the width on paper; empty: by what the cells hold
};
struct List {
  std::vector<std::string> items;
  bool numbered = false;
};
struct Line {
  std::string text;
  Tone tone = Tone::none;
};
// Lines that keep their beginning blanks: the screens, and on paper what a program printed.
struct Lines {
  std::vector<Line> lines;

  void add(std::string text, Tone tone = Tone::none) { lines.push_back({std::move(text), tone}); }
};
// A drawing or a photo.
struct Figure {
  std::string svg;                      // of our own making: it is written as it is
  std::string image{};                  // a data: URI; instead of svg
  std::string caption{};                // below it
  std::vector<std::string> in_words{};  // the same for who gets text
};
// Boxes to be ticked by hand, or ticked already.
struct Choice {
  std::string question;
  std::vector<std::string> answers;
  std::optional<std::size_t> chosen{};
};
struct Signer {
  std::string label{};                  // "PIHAK PERTAMA"; may be empty
  std::vector<std::string> position{};  // "a.n. Kepala Dinas", "Kepala Bidang ..."; a line each
  std::string name{};                   // empty: a dotted line
  std::string rank{};                   // Pangkat/Golongan; may be empty
  std::string nip{};                    // empty: a dotted line
  bool has_nip = true;                  // false: of a vendor, who has none
};
// Never broken over two pages, nor parted from the sentence before it.
struct Signatures {
  std::string closing;         // that sentence; may be empty
  std::string place_and_date;  // above the last one of the first row; may be empty
  std::vector<std::vector<Signer>> rows;
};
struct PageBreak {};

using Block = std::variant<Letterhead, PaperTitle, Heading, Paragraph, Pairs, Table, List, Lines, Figure,
                           Choice, Signatures, PageBreak>;

// A part has the name by which templates (jaga-template(5)) ask for it.
struct Part {
  std::string name;
  std::vector<Block> blocks;
};

// Of the paper that HTML is printed on.
struct Paper {
  bool folio = false;          // F4, 215 x 330 mm, instead of A4
  std::string classification;  // "RAHASIA"; on top of each page; may be empty
  std::string style;           // CSS of the office, after the built-in one
};

struct Document {
  std::string title;
  std::vector<Part> parts{};
  Language language = Language::english;
  std::string made{};  // RFC 3339; for the metadata of the file; may be empty
  std::optional<Table> data{};  // what CSV gives instead of the largest table
  Paper paper{};

  // What is added from here on belongs to the part `name`.
  void begin(std::string name) { parts.push_back({std::move(name), {}}); }
  template <typename Kind>
  void add(Kind block) {
    if (parts.empty()) begin("");
    parts.back().blocks.emplace_back(std::move(block));
  }
  const Part* find(std::string_view name) const;
};

// For a terminal or a text file: columns as wide as their widest cell. Lines of more than `most` characters
// continue below between words, in their own column; 0: no line is broken. Control characters and bytes that
// are not UTF-8 are shown escaped.
std::string to_text(const Document& document, std::size_t most = 0);

struct Screen {
  std::size_t columns = 0;  // 0: no line is broken
  bool colour = false;      // ANSI escape sequences for Tone
};
// Blocks as the screen of a command: headings in bold with a blank line before them.
std::string to_screen(std::span<const Block> blocks, const Screen& screen);
// One table of it, each line behind `indent`.
std::string to_screen(const Table& table, const Screen& screen, std::string_view indent = "");
std::string coloured(std::string_view text, Tone tone);

// CommonMark, with the tables of GitHub's dialect. What could be markup is escaped.
std::string to_markdown(const Document& document);

// One file for screen and paper that refers to nothing outside itself; a Content-Security-Policy forbids it
// too. The same document gives the same bytes.
std::string to_html(const Document& document);

// RFC 4180, of the document's data, or else of its largest table. Throws Error{usage} where it has none. A cell that a spreadsheet
// would take for a formula is written with an apostrophe in front.
std::string to_csv(const Document& document);

// Text for HTML: markup, control characters, invalid UTF-8 and characters that change the direction
// are shown; a line feed is <br>.
std::string html_text(std::string_view text);

}  // namespace jaga::document
