#include "feed/ssh_words.hpp"

#include <algorithm>

namespace jaga::feed {

std::vector<std::string> ssh_words(std::string_view line) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t end = std::min(line.find_first_of(" \t=\""), line.size());
  std::vector<std::string> out{std::string(line.substr(0, end))};
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks, end), line.size()));
  if (line.starts_with('=')) line.remove_prefix(1);
  for (;;) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    if (line.empty() || line.front() == '#') return out;
    std::string word;
    char quote = '\0';
    while (!line.empty() && (quote != '\0' || kBlanks.find(line.front()) == std::string_view::npos)) {
      const char c = line.front();
      line.remove_prefix(1);
      if (quote == '\0' && (c == '"' || c == '\''))
        quote = c;
      else if (c == quote)
        quote = '\0';
      else
        word += c;
    }
    if (!word.empty()) out.push_back(std::move(word));
  }
}

}  // namespace jaga::feed
