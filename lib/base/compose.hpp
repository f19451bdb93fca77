// Unicode normalization.
#pragma once

#include <string>
#include <string_view>

namespace jaga {

// The same text in normal form C: a letter and its accent as one character if there is one, which renderers
// place better. Invalid UTF-8 stays as it is.
std::string composed(std::string_view text);

}  // namespace jaga
