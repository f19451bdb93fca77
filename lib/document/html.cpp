#include <algorithm>
#include <embedded/paper_css.hpp>
#include <embedded/screen_css.hpp>
#include <map>

#include "base/compose.hpp"
#include "base/text.hpp"
#include "document/document.hpp"

namespace jaga::document {
namespace {

// A renderer takes time by the square of what one <pre> holds.
constexpr std::size_t kLinesTogether = 50;
// A table costs a renderer milliseconds a row; what is longer is printed as lines.
constexpr std::size_t kMostRows = 600;
constexpr std::size_t kManyColumns = 7;  // more of them are set smaller
constexpr double kTableSize = 9.5;       // points, as in paper.css ...
constexpr double kSmallSize = 8.2;       // ... and of many columns
constexpr std::size_t kFewRows = 6;      // so many of a list of values stay on one page
constexpr int kLeastShare = 6;           // of a hundred: no column is narrower than 9 mm on A4

void escape(std::string& out, std::string_view plain) {
  for (const char byte : plain) {
    switch (byte) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += byte;
    }
  }
}

// What cannot be seen is shown, and an accent stands on its letter.
std::string shown(std::string_view text) {
  return composed(printable_once(text));
}

// What html_text() shows, a line feed being one.
std::string cell_text(std::string_view text) {
  std::string out;
  for (std::size_t from = 0;;) {
    const std::size_t end = text.find('\n', from);
    out += shown(text.substr(from, end == std::string_view::npos ? end : end - from));
    if (end == std::string_view::npos) return out;
    out += '\n';
    from = end + 1;
  }
}

std::string line_text(std::string_view text) {
  std::string out;
  escape(out, shown(text));
  return out;
}

// Text for a CSS string in double quotes.
std::string css_text(std::string_view text) {
  std::string out;
  for (const char byte : printable_once(text)) {
    if (byte == '"' || byte == '\\' || byte == '<') {
      out += byte == '<' ? "\\3c " : byte == '"' ? "\\22 " : "\\5c ";
    } else {
      out += byte;
    }
  }
  return out;
}

// Shares of a hundred for the columns: by the longest word, which should not be broken, and the longest cell.
std::vector<int> shares(const Table& table, std::size_t columns) {
  std::vector<std::size_t> weights(columns, 1);
  const auto weigh = [&](const std::vector<std::string>& row) {
    for (std::size_t at = 0; at < row.size() && at < columns; ++at) {
      std::size_t word = 0;
      std::size_t from = 0;
      const std::string& cell = row[at];
      while (from < cell.size() && word < 22) {
        const std::size_t end = std::min(cell.find_first_of(" \n", from), cell.size());
        word = std::max(word, text_width(std::string_view(cell).substr(from, end - from)));
        from = end + 1;
      }
      const std::size_t longest = std::min<std::size_t>(text_width(cell), 44);
      weights[at] = std::max({weights[at], std::min<std::size_t>(word, 22) + 1, longest});
    }
  };
  weigh(table.heads);
  for (const auto& row : table.rows) weigh(row);
  std::size_t all = 0;
  for (const std::size_t weight : weights) all += weight;
  std::vector<int> out;
  for (const std::size_t weight : weights)
    out.push_back(std::max(kLeastShare, static_cast<int>(100 * weight / all)));
  return out;
}

// A word that is longer than this, as a digest is, would leave the line before it stretched.
constexpr std::size_t kLongWord = 30;
bool has_long_word(std::string_view text) {
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \n", from), text.size());
    if (end - from > kLongWord) return true;
    from = end + 1;
  }
  return false;
}

// Of the lines of a letterhead: as many characters as fit beside the coat of arms, with as much room at the
// right; and as many as fit, set smaller, without that room.
constexpr std::size_t kBesideEmblem = 42;
constexpr std::size_t kMostInLine = 54;
constexpr std::size_t kMostContact = 84;

// A line that is too long is broken where both halves are most alike, so that no single word is left over.
std::string balanced(std::string_view line, std::size_t most) {
  constexpr std::size_t kMostBytes = 1000;
  if (line.size() > kMostBytes || text_width(line) <= most) return std::string(line);
  std::size_t best = std::string_view::npos;
  std::size_t least = line.size();
  for (std::size_t at = line.find(' '); at != std::string_view::npos; at = line.find(' ', at + 1)) {
    const std::size_t longer = std::max(text_width(line.substr(0, at)), text_width(line.substr(at + 1)));
    if (longer >= least) continue;
    least = longer;
    best = at;
  }
  if (best == std::string_view::npos) return std::string(line);
  return balanced(line.substr(0, best), most) + "\n" + balanced(line.substr(best + 1), most);
}

// Of the paper between the margins, in points; a letter is on average half as wide as it is high.
constexpr double kPaperWidth = 453;
// A row that is taller than a page loses the head of its table, so a longer cell is continued in a further
// row. Wide letters may make it three times as high and it still fits.
constexpr std::size_t kMostLines = 20;

std::size_t characters_in(double share, double size) {
  return static_cast<std::size_t>(std::max(4.0, (kPaperWidth * share / 100 - 6) / (size / 2)));
}

// `cell` as it is shown, of which about `room` characters fit in a line, in pieces of kMostLines lines, cut
// between words where there are any.
std::vector<std::string> pieces(const std::string& cell, std::size_t room) {
  if (cell.size() <= room && cell.find('\n') == std::string::npos) return {cell};
  const std::string all = cell_text(cell);
  const std::string_view text = all;
  std::vector<std::string> out;
  std::size_t begin = 0;  // of the piece
  std::size_t line = 0;   // where its last line begins
  std::size_t word = 0;   // where the last word in that line begins
  std::size_t lines = 1;
  std::size_t width = 0;
  const auto next_line = [&](std::size_t at) {
    if (lines == kMostLines) {
      out.emplace_back(text.substr(begin, at - begin));
      begin = at;
      lines = 0;
    }
    ++lines;
    line = word = at;
    width = 0;
  };
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    const std::string_view letter = text.substr(at, end - at);
    if (letter == "\n") {
      next_line(end);
    } else {
      width += text_width(letter);
      if (letter == " ") word = end;
      if (width > room && letter != " ") {
        const std::size_t from = word > line ? word : at;
        next_line(from);
        width = text_width(text.substr(from, end - from));
      }
    }
    at = end;
  }
  out.emplace_back(text.substr(begin));
  // A line feed between two pieces is the edge of a row.
  for (std::size_t n = 0; n + 1 < out.size(); ++n)
    if (out[n].ends_with('\n')) out[n].pop_back();
  return out;
}

// The width of the longest word of `head` in bold, in points: a head is broken between words alone.
double head_width(std::string_view head, double size) {
  double longest = 0;
  double word = 0;
  for (const char c : head) {
    const bool ends = c == ' ' || c == '\n';
    const bool begins = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    if (begins) word += (c >= 'A' && c <= 'Z' ? 0.72 : c == 'm' || c == 'w' ? 0.9 : 0.57) * size;
    if (ends) word = 0;
    longest = std::max(longest, word);
  }
  return longest;
}

// Widths of columns in thousandths, of which none is too narrow for a word of its head: what is missing is
// taken from the others by what they can spare.
std::vector<int> with_whole_heads(const std::vector<int>& shares, const std::vector<std::string>& heads,
                                  double size) {
  int all = 0;
  for (const int share : shares) all += share;
  std::vector<double> widths;
  std::vector<double> spare;
  double missing = 0;
  double to_spare = 0;
  for (std::size_t at = 0; at < shares.size(); ++at) {
    constexpr double kPadding = 7;
    const double width = 1000.0 * shares[at] / std::max(all, 1);
    const double least =
        at < heads.size() ? 1000 * (head_width(heads[at], size) + kPadding) / kPaperWidth : 0;
    widths.push_back(std::max(width, least));
    spare.push_back(std::max(0.0, width - std::max(least, 10.0 * kLeastShare)));
    missing += widths.back() - width;
    to_spare += spare.back();
  }
  const double taken = to_spare > 0 ? std::min(1.0, missing / to_spare) : 0;
  std::vector<int> out;
  for (std::size_t at = 0; at < widths.size(); ++at)
    out.push_back(static_cast<int>(widths[at] - spare[at] * taken));
  return out;
}

// Labels of one part, and of those that follow each other, are equally wide: one table to the eye.
using LabelWidths = std::map<const Pairs*, std::size_t>;
LabelWidths label_widths(const Document& document) {
  LabelWidths out;
  std::vector<const Pairs*> together;
  const Block* before = nullptr;
  const auto finish = [&] {
    std::size_t longest = 8;
    for (const Pairs* pairs : together)
      for (const auto& row : pairs->rows)
        if (!row.second.empty()) longest = std::max(longest, text_width(row.first));
    for (const Pairs* pairs : together) out[pairs] = longest;
    together.clear();
  };
  for (const Part& part : document.parts) {
    const bool goes_on = before != nullptr && std::holds_alternative<Pairs>(*before) &&
                         !part.blocks.empty() && std::holds_alternative<Pairs>(part.blocks.front());
    if (!goes_on) finish();
    for (const Block& block : part.blocks) {
      if (const auto* pairs = std::get_if<Pairs>(&block)) together.push_back(pairs);
      before = &block;
    }
  }
  finish();
  return out;
}

class Html {
 public:
  explicit Html(LabelWidths labels) : labels_(std::move(labels)) {}

  void operator()(const Letterhead& head) {
    if (head.lines.empty()) return;
    std::size_t longest = 0;
    for (const std::string& line : head.lines) longest = std::max(longest, text_width(line));
    const bool is_long = !head.emblem.empty() && longest > kBesideEmblem;
    out += is_long ? "<header class=\"letterhead long\">" : "<header class=\"letterhead\">";
    if (!head.emblem.empty()) {
      out += "<div class=\"emblem\"><img alt=\"\" src=\"";
      escape(out, head.emblem);
      out += "\"></div>";
    }
    out += "<div class=\"lines\">";
    for (std::size_t at = 0; at < head.lines.size(); ++at)
      out += std::string("<p") + (at < 2 ? " class=\"large\"" : "") + ">" +
             html_text(balanced(head.lines[at], kMostInLine)) + "</p>";
    for (const std::string& line : head.contact)
      out += "<p class=\"contact\">" + html_text(balanced(line, kMostContact)) + "</p>";
    out += "</div>";
    // As wide as the coat of arms, so that the lines are in the middle.
    if (!head.emblem.empty() && !is_long) out += "<div class=\"emblem\"></div>";
    out += "</header>\n";
  }
  void operator()(const PaperTitle& title) {
    out += "<div class=\"title\">";
    for (const std::string& line : title.lines) out += "<h1>" + html_text(line) + "</h1>";
    if (!title.number.empty()) out += "<p>" + html_text(title.number) + "</p>";
    out += "</div>\n";
  }
  void operator()(const Heading& heading) {
    const std::string tag = heading.level == 1 ? "h2" : "h3";
    out += "<" + tag + ">" + html_text(heading.text) + "</" + tag + ">\n";
  }
  void operator()(const Paragraph& paragraph) {
    constexpr const char* kClass[] = {"", " class=\"right\"", " class=\"centred\"", " class=\"small\"",
                                      " class=\"strong\""};
    const bool ragged = paragraph.style == Paragraph::Style::plain && has_long_word(paragraph.text);
    // What leads to a table or a list stays with it.
    const bool leads = paragraph.style == Paragraph::Style::plain && paragraph.text.ends_with(':');
    out += std::string("<p") +
           (ragged  ? " class=\"ragged\""
            : leads ? " class=\"leads\""
                    : kClass[static_cast<std::size_t>(paragraph.style)]) +
           ">" + html_text(paragraph.text) + "</p>\n";
  }
  void operator()(const Pairs& pairs) {
    const std::size_t share = std::min<std::size_t>(labels_.at(&pairs) + 7, 40);
    const std::size_t room = characters_in(static_cast<double>(98 - share), 11);
    std::string rows;
    std::size_t count = 0;
    for (const auto& row : pairs.rows) {
      if (row.second.empty()) continue;
      std::string label = html_text(row.first) + "</td><td>:";
      for (const std::string& piece : pieces(row.second, room)) {
        rows += "<tr><td>" + label + "</td><td>" + html_text(piece) + "</td></tr>\n";
        label = "</td><td>";
        ++count;
      }
    }
    out += std::string("<table class=\"pairs") + (count <= kFewRows ? " few" : "") +
           "\"><colgroup><col style=\"width:" + std::to_string(share) +
           "%\"><col style=\"width:2%\"><col style=\"width:" + std::to_string(98 - share) +
           "%\"></colgroup><tbody>\n" + rows + "</tbody></table>\n";
  }
  void operator()(const Table& table) {
    if (table.rows.size() > kMostRows) return as_lines(table);
    std::size_t columns = table.heads.size();
    for (const auto& row : table.rows) columns = std::max(columns, row.size());
    if (columns == 0) return;
    const double size = columns > kManyColumns ? kSmallSize : kTableSize;
    const std::vector<int> widths = with_whole_heads(
        table.widths.size() == columns ? table.widths : shares(table, columns), table.heads, size);
    out += "<div class=\"wide\"><table class=\"grid" + std::string(columns > kManyColumns ? " many" : "") +
           "\"><colgroup>";
    for (const int width : widths)
      out += "<col style=\"width:" + std::to_string(width / 10) + "." + std::to_string(width % 10) + "%\">";
    out += "</colgroup>";
    if (!table.heads.empty()) {
      out += "<thead>";
      row("th", "", table.heads, columns);
      out += "</thead>";
    }
    out += "<tbody>\n";
    std::vector<std::size_t> rooms;
    for (const int width : widths) rooms.push_back(characters_in(width / 10.0, size));
    for (const auto& cells : table.rows) long_row(cells, rooms);
    out += "</tbody></table></div>\n";
  }
  void operator()(const List& list) {
    const std::string tag = list.numbered ? "ol" : "ul";
    out += "<" + tag + ">\n";
    for (const std::string& item : list.items) out += "<li>" + html_text(item) + "</li>\n";
    out += "</" + tag + ">\n";
  }
  void operator()(const Lines& lines) {
    std::vector<std::string> texts;
    texts.reserve(lines.lines.size());
    for (const Line& line : lines.lines) texts.push_back(line.text);
    preformatted(texts);
  }
  void operator()(const Figure& figure) {
    out += "<figure>";
    if (!figure.svg.empty()) {
      out += figure.svg;
    } else if (!figure.image.empty()) {
      out += "<img alt=\"" + line_text(figure.caption) + "\" src=\"";
      escape(out, figure.image);
      out += "\">";
    }
    if (!figure.caption.empty()) out += "<figcaption>" + html_text(figure.caption) + "</figcaption>";
    out += "</figure>\n";
  }
  void operator()(const Choice& choice) {
    out += "<p class=\"choice\">" + html_text(choice.question);
    for (std::size_t at = 0; at < choice.answers.size(); ++at) {
      out += "<span class=\"box\">";
      out += choice.chosen == at ? "&#215;" : "&#160;";
      out += "</span>" + html_text(choice.answers[at]);
    }
    out += "</p>\n";
  }
  void operator()(const Signatures& signatures) {
    out += "<div class=\"signatures\">";
    if (!signatures.closing.empty()) out += "<p class=\"closing\">" + html_text(signatures.closing) + "</p>";
    bool first = true;
    for (const auto& row : signatures.rows) {
      out += "<div class=\"row\">";
      // A single one is at the right, two share the width.
      if (row.size() == 1 && first) out += "<div></div>";
      if (row.size() == 1 && !first) out += "<div class=\"room\"></div>";
      // Names that are side by side are on one line, however many lines are above them.
      std::size_t most = 0;
      for (const Signer& signer : row) most = std::max(most, lines_above(signer));
      for (std::size_t at = 0; at < row.size(); ++at) {
        std::string above;
        if (first && !signatures.place_and_date.empty())
          above = at + 1 == row.size() ? signatures.place_and_date : "\u00a0";
        sign(row[at], above, most);
      }
      if (row.size() == 1 && !first) out += "<div class=\"room\"></div>";
      out += "</div>";
      first = false;
    }
    out += "</div>\n";
  }
  void operator()(const PageBreak&) { out += "<div class=\"break\"></div>\n"; }

  std::string out;

 private:
  void row(const std::string& tag, const std::string& kind, const std::vector<std::string>& cells,
           std::size_t columns) {
    out += kind.empty() ? "<tr>" : "<tr class=\"" + kind + "\">";
    for (std::size_t at = 0; at < columns; ++at)
      out += "<" + tag + ">" + (at < cells.size() ? html_text(cells[at]) : "") + "</" + tag + ">";
    out += "</tr>\n";
  }

  // One row, or several without a line between them where a cell is too high for one.
  void long_row(const std::vector<std::string>& cells, const std::vector<std::size_t>& rooms) {
    std::vector<std::vector<std::string>> parts;
    std::size_t most = 1;
    for (std::size_t at = 0; at < cells.size() && at < rooms.size(); ++at) {
      parts.push_back(pieces(cells[at], rooms[at]));
      most = std::max(most, parts.back().size());
    }
    for (std::size_t n = 0; n < most; ++n) {
      std::vector<std::string> piece;
      for (std::vector<std::string>& part : parts)
        piece.push_back(n < part.size() ? std::move(part[n]) : std::string());
      const bool begins = n == 0;
      const bool ends = n + 1 == most;
      row("td", begins && ends ? "" : begins ? "on" : ends ? "more" : "on more", piece, rooms.size());
    }
  }

  void as_lines(const Table& table) {
    std::vector<std::string> texts;
    if (!table.heads.empty()) texts.push_back(join(table.heads, " | "));
    for (const auto& cells : table.rows) texts.push_back(join(cells, " | "));
    preformatted(texts);
  }

  void preformatted(const std::vector<std::string>& texts) {
    out += "<div class=\"lines\">";
    for (std::size_t at = 0; at < texts.size(); ++at) {
      if (at % kLinesTogether == 0) out += at == 0 ? "<pre>" : "</pre>\n<pre>";
      out += line_text(texts[at]) + "\n";
    }
    out += texts.empty() ? "</div>\n" : "</pre></div>\n";
  }

  static std::size_t lines_above(const Signer& signer) {
    return signer.position.size() + (signer.label.empty() ? 0 : 1);
  }

  void sign(const Signer& signer, const std::string& above, std::size_t lines) {
    const std::string dots(34, '.');
    out += "<div>";
    if (!above.empty()) out += "<p>" + html_text(above) + "</p>";
    if (!signer.label.empty()) out += "<p>" + html_text(signer.label) + "</p>";
    for (std::size_t at = 0; at < signer.position.size(); ++at)
      out += "<p>" + html_text(signer.position[at]) + (at + 1 == signer.position.size() ? "," : "") + "</p>";
    for (std::size_t at = lines_above(signer); at < lines; ++at) out += "<p>&#160;</p>";
    out += "<div class=\"stamp\"></div>";
    out +=
        signer.name.empty() ? "<p>" + dots + "</p>" : "<p class=\"name\">" + html_text(signer.name) + "</p>";
    if (!signer.rank.empty()) out += "<p>" + html_text(signer.rank) + "</p>";
    if (signer.has_nip)
      out += "<p>NIP " + (signer.nip.empty() ? dots.substr(0, 26) : html_text(signer.nip)) + "</p>";
    out += "</div>";
  }

  LabelWidths labels_;
};

std::string page_rule(const Document& document) {
  std::string out = "@page{size:";
  out += document.paper.folio ? "215mm 330mm" : "A4";
  out += ";margin:2cm 2cm 2.5cm 3cm;@bottom-right{font:8.5pt \"Liberation Sans\",Arial,sans-serif;content:";
  // A Message with places around which the counters stand.
  const std::string numbered =
      msg("page {page} of {pages}", {{"page", "\n1"}, {"pages", "\n2"}}).render(document.language);
  for (const std::string& piece : split(numbered, '\n')) {
    const bool counts = piece.starts_with('1') || piece.starts_with('2');
    if (counts) out += piece[0] == '1' ? "counter(page) " : "counter(pages) ";
    out += "\"" + css_text(std::string_view(piece).substr(counts ? 1 : 0)) + "\" ";
  }
  out += "}";
  if (!document.paper.classification.empty())
    out += "@top-right{font:bold 9pt \"Liberation Sans\",Arial,sans-serif;content:\"" +
           css_text(document.paper.classification) + "\"}";
  return out + "}\n";
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  std::size_t from = 0;
  for (;;) {
    const std::size_t end = text.find('\n', from);
    escape(out, shown(text.substr(from, end == std::string_view::npos ? end : end - from)));
    if (end == std::string_view::npos) return out;
    out += "<br>";
    from = end + 1;
  }
}

std::string to_html(const Document& document) {
  Html writer(label_widths(document));
  std::string& out = writer.out;
  const bool id = document.language == Language::indonesian;
  out += "<!DOCTYPE html>\n<html lang=\"";
  out += id ? "id" : "en";
  out += "\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width\">\n";
  out +=
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "img-src data:\">\n";
  out += "<meta name=\"generator\" content=\"jaga\">\n";
  if (!document.made.empty())
    out += "<meta name=\"dcterms.created\" content=\"" + line_text(document.made) + "\">\n";
  out += "<title>" + line_text(document.title) + "</title>\n";
  out += "<style>\n" + page_rule(document) + std::string(embedded::paper_css) + "</style>\n";
  out += "<style media=\"screen\">\n" + std::string(embedded::screen_css) + "</style>\n";
  if (!document.paper.style.empty()) out += "<style>\n" + document.paper.style + "</style>\n";
  out += "</head>\n<body>\n";
  bool titled = false;
  for (const Part& part : document.parts)
    for (const Block& block : part.blocks)
      titled =
          titled || std::holds_alternative<PaperTitle>(block) || std::holds_alternative<Letterhead>(block);
  if (!titled) writer(PaperTitle{{document.title}, ""});
  for (const Part& part : document.parts) {
    out += part.name.empty() ? "<section>\n" : "<section id=\"" + line_text(part.name) + "\">\n";
    for (const Block& block : part.blocks) std::visit(writer, block);
    out += "</section>\n";
  }
  out += "</body>\n</html>\n";
  return std::move(writer.out);
}

}  // namespace jaga::document
