// Rows of values for programs: text/tab-separated-values (IANA, P. Lindner 1993), and values that end in NUL
// for `xargs -0` and `read -d ''`.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "document/json.hpp"

namespace jaga::document {

// The value of a column, "host" or, within an object, "facts.used": a text as it is, a number or boolean as
// in JSON, a list of such values separated by commas if none contains one, other values as one line of JSON;
// empty where it is missing or null. A text that is not UTF-8 is sanitized.
std::string cell(const Json& row, std::string_view column);

// A line with its end. TAB, LF, CR and backslash in a value are \t, \n, \r and \\, other control characters
// \xXX.
std::string tsv_line(const Json& row, std::span<const std::string> columns);
// The line of the names, which have no control characters.
std::string tsv_heads(std::span<const std::string> columns);

// Each value as it is, and NUL behind it; a NUL in a value is U+FFFD.
std::string nul_values(const Json& row, std::span<const std::string> columns);

}  // namespace jaga::document
