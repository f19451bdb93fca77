// Private to feed: the words of ssh_config(5). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jaga::feed {

// A line: a keyword, perhaps '=', then arguments, which quotes keep together. What follows a '#' at the
// beginning of an argument is a comment.
std::vector<std::string> ssh_words(std::string_view line);

}  // namespace jaga::feed
