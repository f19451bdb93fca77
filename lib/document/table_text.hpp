// Private to document: the one writer of tables in text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "document/document.hpp"

namespace jaga::document {

// Columns as wide as their widest cell; the last one is not padded. Where that is more than `most` characters
// (0: any number) the last column is broken into lines, or printed below the others; where those are too wide
// already, each row is a few lines of "head: cell". `paint` colours a line by the tone of its row; a head is
// Tone::bold.
std::string table_text(const Table& table, std::size_t most, std::string_view indent,
                       std::string (*paint)(std::string_view, Tone));

}  // namespace jaga::document
