// What anybody may have written is shown as text, whatever the document is written as.
#include <doctest/doctest.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "document/document.hpp"
#include "../expect.hpp"

using namespace jaga;
using namespace jaga::document;
using jaga::expect::count;
using jaga::expect::has;

namespace {

// The same text in every place that a block has for one.
Document everywhere(const std::string& text) {
  Document out{text};
  out.begin("all");
  out.add(Letterhead{{text, text, text}, {text}, ""});
  out.add(PaperTitle{{text}, text});
  out.add(Heading{text});
  out.add(Heading{text, 2});
  out.add(Paragraph{text});
  out.add(Pairs{{{text, text}}});
  out.add(Table{{text, text}, {{text, text}, {text}}});
  out.add(List{{text}});
  out.add(List{{text}, true});
  Lines lines;
  lines.add(text);
  out.add(std::move(lines));
  out.add(Figure{"", "data:image/png;base64,AA==", text, {text}});
  out.add(Choice{text, {text, text}, 1});
  out.add(Signatures{text, text, {{{text, {text}, text, text, text}}}});
  out.paper.classification = text;
  return out;
}

// Tags, comments and entities that a page of ours may have; everything else in angle brackets is refused.
void check_tags(const std::string& html) {
  const std::size_t body = html.find("</head>");
  REQUIRE(body != std::string::npos);
  for (std::size_t at = html.find('<', body); at != std::string::npos; at = html.find('<', at + 1)) {
    std::size_t end = at + 1;
    if (html[end] == '/') ++end;
    std::size_t stop = end;
    while (stop < html.size() &&
           ((html[stop] >= 'a' && html[stop] <= 'z') || (html[stop] >= '0' && html[stop] <= '9')))
      ++stop;
    const std::string tag = html.substr(end, stop - end);
    const std::vector<std::string> known = {
        "head", "body", "html",  "section",  "header", "div",    "p",          "img",  "h1",
        "h2",   "h3",   "table", "colgroup", "col",    "thead",  "tbody",      "tr",   "th",
        "td",   "ol",   "ul",    "li",       "pre",    "figure", "figcaption", "span", "br"};
    CAPTURE(tag);
    CHECK(std::find(known.begin(), known.end(), tag) != known.end());
  }
}

}  // namespace

TEST_CASE("hostile text is text in every format") {
  const std::vector<std::string> hostile = {
      "<script>alert(1)</script>",
      "</style><script>alert(1)</script>",
      "\"><img src=x onerror=alert(1)>",
      "' onmouseover='alert(1)",
      "&lt;b&gt; <!-- <![CDATA[ ]]> -->",
      "<svg onload=alert(1)><base href=//evil><link rel=attachment href=file:///etc/passwd>",
      "\033[31mred\a\b\x7f",
      "\u202egnirts\u2066\u2069\u200f",
      "\xff\xfe bytes \xc3",
      "[a](javascript:alert(1)) `code` | # ~ 1. x",
      "=cmd|' /C calc'!A0",
      "; } @import url(file:///etc/passwd); \" \\22 \\",
  };
  for (const std::string& text : hostile) {
    CAPTURE(text);
    const Document document = everywhere(text);
    const std::string html = to_html(document);
    check_tags(html);
    CHECK_FALSE(has(html.substr(html.find("</head>")), "<script"));
    CHECK_FALSE(has(html, "<script>"));
    CHECK_FALSE(has(html, "alert(1)\">"));
    // The office's classification is inside a string of the style sheet and does not leave it.
    CHECK(count(html, "</style>") == 2);
    for (const std::string& written : {html, to_text(document), to_text(document, 40), to_markdown(document),
                                       to_csv(document), to_screen(document.parts[0].blocks, {40, true})}) {
      const std::string without_ours = [&] {
        std::string out;
        for (std::size_t at = 0; at < written.size(); ++at) {
          // The colours of a screen.
          if (written[at] == '\033' && at + 1 < written.size() && written.compare(at, 5, "\033[31m") != 0)
            continue;
          if (written[at] != '\r') out += written[at];
        }
        return out;
      }();
      CHECK_FALSE(find_forbidden(without_ours));
    }
  }
  const std::string marked = to_markdown(everywhere("[a](b) <b> `c` *d* # e | f"));
  CHECK(has(marked, "\\[a\\](b) \\<b\\> \\`c\\` \\*d\\* \\# e \\| f"));
  CHECK(has(to_csv(everywhere("=1+2")), "'=1+2,'=1+2\r\n"));
  CHECK(has(to_csv(everywhere("a,\"b\"")), "\"a,\"\"b\"\"\""));
}

TEST_CASE("a text of several lines has several lines, and none looks like another entry") {
  Document document{"t"};
  document.add(Pairs{{{"Seen", "a: 1\nb: 2"}, {"Next", "c"}}});
  document.add(List{{"one\n- two"}});
  document.add(Table{{"x", "y"}, {{"fails\n(not confirmed)", "z"}}});
  const std::string text = to_text(document);
  CHECK(has(text, "Seen  a: 1\n      b: 2\nNext  c\n"));
  CHECK(has(text, "  one\n  - two\n"));
  CHECK(has(text, "fails (not confirmed)  z\n"));
  const std::string marked = to_markdown(document);
  CHECK(has(marked, "- **Seen**: a: 1  \n  b: 2\n- **Next**: c\n"));
  CHECK(has(marked, "- one  \n   \\- two\n"));
  CHECK(has(marked, "| fails<br>(not confirmed) | z |"));
  CHECK_FALSE(has(text + marked, "\\n"));
}

TEST_CASE("a word of 10,000 characters and 10,000 lines") {
  const std::string word(10'000, 'x');
  const Document one = everywhere(word);
  CHECK(count(to_html(one), word) > 10);
  CHECK(count(to_text(one, 80), word) > 10);
  CHECK(count(to_markdown(one), word) > 10);
  Document many{"x"};
  Lines lines;
  for (int n = 0; n < 10'000; ++n) lines.add("line " + std::to_string(n) + " <b>");
  many.add(std::move(lines));
  const std::string html = to_html(many);
  CHECK(count(html, "<pre>") == 200);
  CHECK(has(html, "line 9999 &lt;b&gt;"));
  CHECK(count(to_text(many), "\n") >= 10'000);
  // A table costs a renderer much more: a very long one is printed as lines.
  Document rows{"x"};
  Table table{{"a", "b"}, {}};
  for (int n = 0; n < 10'000; ++n) table.rows.push_back({std::to_string(n), "<b>"});
  rows.add(std::move(table));
  CHECK_FALSE(has(to_html(rows), "<table"));
  CHECK(has(to_html(rows), "9999 | &lt;b&gt;"));
}

// What is printed of a row that goes on in further ones: the text of its cells.
std::string without_tags(const std::string& html, std::string_view from) {
  std::string out;
  bool inside = false;
  for (std::size_t at = html.find(from); at < html.size(); ++at) {
    if (html[at] == '<') inside = true;
    if (!inside) out += html[at];
    if (html[at] == '>') inside = false;
  }
  return out;
}

TEST_CASE("a row that would be taller than a page goes on in further ones, without a line between them") {
  std::string long_text;
  for (int n = 0; n < 1'200; ++n) long_text += "word" + std::to_string(n) + " ";
  for (const std::string& text : {long_text, std::string(5'000, 'x'), [] {
                                    std::string lines;
                                    for (int n = 0; n < 100; ++n) lines += "l" + std::to_string(n) + "\n";
                                    return lines;
                                  }()}) {
    CAPTURE(text.substr(0, 20));
    Document document{"x"};
    Table table{{"No", "Reason"}, {{"1", text}, {"2", "short"}}};
    table.widths = {10, 90};
    document.add(std::move(table));
    const std::string html = to_html(document);
    CHECK(count(html, "<tr class=\"on\">") == 1);
    CHECK(count(html, "<tr class=\"on more\">") >= 1);
    CHECK(count(html, "<tr class=\"more\">") == 1);
    CHECK(count(html, "<thead>") == 1);
    // Nothing is lost and nothing is there twice.
    std::string left = without_tags(html, "<tbody>");
    std::string wanted = "1" + text + "2short";
    std::erase(left, '\n');
    std::erase(wanted, '\n');
    CHECK(left == wanted);
  }
  Document brief{"x"};
  brief.add(Table{{"No", "Reason"}, {{"1", std::string(60, 'x')}}});
  CHECK_FALSE(has(to_html(brief), "<tr class"));
}

TEST_CASE("the values of one part begin in one column") {
  Document document{"x"};
  document.begin("parties");
  document.add(Pairs{{{"Name", "a"}, {"Rank and grade", "b"}}});
  document.add(Paragraph{"hereinafter the first party"});
  document.add(Pairs{{{"Name", "c"}}});
  document.begin("other");
  document.add(Heading{"y"});
  document.add(Pairs{{{"Name", "d"}}});
  const std::string html = to_html(document);
  CHECK(count(html, "<col style=\"width:21%\">") == 2);
  CHECK(count(html, "<col style=\"width:15%\">") == 1);
}

TEST_CASE("HTML: one file, the same bytes, nothing from outside") {
  Document document = everywhere("Staf & Kepala");
  document.made = "2026-11-30T08:41:00Z";
  const std::string html = to_html(document);
  CHECK(html == to_html(document));
  CHECK(has(html, "<html lang=\"en\">"));
  CHECK(has(html, "<meta name=\"dcterms.created\" content=\"2026-11-30T08:41:00Z\">"));
  CHECK(has(html, "default-src 'none'"));
  CHECK(has(html, "<section id=\"all\">"));
  CHECK(has(html, "size:A4"));
  CHECK(has(html, "\"page \" counter(page) \" of \" counter(pages) \"\" "));
  CHECK(has(html, "Staf &amp; Kepala"));
  CHECK_FALSE(has(html, "http://"));
  CHECK_FALSE(has(html, "https://"));
  CHECK_FALSE(has(html, "url("));
  document.language = Language::indonesian;
  document.paper.folio = true;
  CHECK(has(to_html(document), "\"halaman \" counter(page) \" dari \" counter(pages)"));
  CHECK(has(to_html(document), "size:215mm 330mm"));
}

TEST_CASE("columns share the width, and none is too narrow for its longest word") {
  Document document{"x"};
  document.add(
      Table{{"No", "Keterangan"}, {{"1", "sebuah kalimat yang cukup panjang untuk dua baris atau lebih"}}});
  const std::string html = to_html(document);
  const std::size_t at = html.find("<col style=\"width:");
  REQUIRE(at != std::string::npos);
  CHECK(html.compare(at + 18, 2, "6.") == 0);
}

TEST_CASE("a column is as wide as the longest word of its head, whatever the document asks for") {
  Document document{"x"};
  Table table{{"No", "Kegiatan", "Pelaksanaan", "Tepat waktu"}, {{"1", "a", "b", "c"}}};
  table.widths = {6, 82, 6, 6};
  document.add(std::move(table));
  const std::string html = to_html(document);
  std::vector<double> widths;
  for (std::size_t at = html.find("width:", html.find("<colgroup>")); at < html.find("</colgroup>");
       at = html.find("width:", at + 1))
    widths.push_back(std::stod(html.substr(at + 6)));
  REQUIRE(widths.size() == 4);
  // In bold, at 9.5 points, "Pelaksanaan" takes 57 of the 453 points.
  CHECK(widths[2] > 12.5);
  CHECK(widths[3] > 6);
  CHECK(widths[0] == 6.0);
  CHECK(widths[1] > 50);
  CHECK(widths[0] + widths[1] + widths[2] + widths[3] <= 100.0);
}

TEST_CASE("a long line of a letterhead is broken in its middle, and its words stay whole") {
  Document document{"x"};
  document.add(Letterhead{{"PEMERINTAH KABUPATEN",
                           "Dinas Komunikasi, Informatika, Persandian, Statistik dan Arsip "
                           "Daerah Kabupaten Contoh"},
                          {"Jalan Contoh 1"},
                          "data:image/png;base64,AA=="});
  const std::string html = to_html(document);
  CHECK(has(html, "letterhead long"));
  CHECK(
      has(html, "Dinas Komunikasi, Informatika, Persandian,<br>Statistik dan Arsip Daerah Kabupaten Contoh"));
  Document brief{"x"};
  brief.add(Letterhead{{"Dinas Komunikasi"}, {}, "data:image/png;base64,AA=="});
  CHECK_FALSE(has(to_html(brief), "letterhead long"));
}

TEST_CASE("an accent is printed as part of its letter") {
  Document document{"x"};
  document.add(Paragraph{"cafe\u0301"});
  CHECK(has(to_html(document), "caf\u00e9"));
}

TEST_CASE("signatures: dotted lines for what is not known, no NIP for who has none") {
  Document document{"x"};
  document.add(
      Signatures{"Demikian.",
                 "Singaraja, 30 November 2026",
                 {{{"", {"Kepala Seksi"}, "", "", ""}, {"", {"PT Maju"}, "Teknisi Maju", "", "", false}}}});
  const std::string html = to_html(document);
  CHECK(has(html, "<p>Kepala Seksi,</p>"));
  CHECK(has(html, "<p>NIP ....."));
  CHECK(has(html, "<p class=\"name\">Teknisi Maju</p></div>"));
  CHECK(has(to_text(document), "Singaraja, 30 November 2026"));
}

TEST_CASE("signatures side by side have their names on one line") {
  Document document{"x"};
  document.add(Signatures{"",
                          "",
                          {{{"FIRST", {"on behalf of the head", "Staff"}, "A", "", "1"},
                            {"", {"Technician"}, "B", "", "", false}}}});
  const std::string html = to_html(document);
  CHECK(has(html, "<p>Staff,</p><div class=\"stamp\">"));
  CHECK(has(html, "<p>Technician,</p><p>&#160;</p><p>&#160;</p><div class=\"stamp\">"));
}

TEST_CASE("a document without a table is not written as CSV") {
  Document document{"x"};
  document.add(Paragraph{"y"});
  CHECK_THROWS_AS((void)to_csv(document), Error);
}
