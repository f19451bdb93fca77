// What a report is made of, whatever it is written as: headings, paragraphs, pairs of key and value, tables
// and lists. Pure: text is plain UTF-8 here and is escaped by the writer for its target.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace jaga::document {

struct Heading {
  std::string text;
  int level = 1;  // 1: of a part, 2: within one; the document's title stands above both
};
struct Paragraph {
  std::string text;
};
struct Pairs {
  std::vector<std::pair<std::string, std::string>> rows;  // those without a value are left out
};
struct Table {
  std::vector<std::string> heads;
  std::vector<std::vector<std::string>> rows;  // each as long as heads
};
struct List {
  std::vector<std::string> items;
};
using Block = std::variant<Heading, Paragraph, Pairs, Table, List>;

struct Document {
  std::string title;
  std::vector<Block> blocks;

  template <typename Kind>
  void add(Kind block) {
    blocks.emplace_back(std::move(block));
  }
};

// For a terminal or a text file: columns as wide as their widest cell. Lines of more than `most` characters
// go on below, between words and in their own column; 0: no line is broken. Control characters and bytes that
// are no UTF-8 are shown escaped.
std::string to_text(const Document& document, std::size_t most = 0);
// CommonMark, with the tables of GitHub's dialect. What could be markup is escaped.
std::string to_markdown(const Document& document);

}  // namespace jaga::document
