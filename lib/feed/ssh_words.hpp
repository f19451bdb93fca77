// Private to feed: splits lines of ssh_config(5). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jaga::feed {

// Splits a line into the keyword and its arguments. An '=' after the keyword is dropped, double quotes group
// words, and a '#' at the start of an argument begins a comment.
std::vector<std::string> ssh_words(std::string_view line);

}  // namespace jaga::feed
