#include "fault/key.hpp"

#include <vector>

#include "base/text.hpp"

namespace jaga::fault {
namespace {

std::string decoded(std::string_view text) {
  std::string result;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      result.push_back(static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
      i += 2;
    } else {
      result.push_back(text[i]);
    }
  }
  return result;
}

}  // namespace

std::string Key::text() const {
  std::string key = host + "/" + type;
  if (!object.empty()) key += "/" + percent_encode(object);
  return key;
}

Key parse_key(std::string_view text) {
  const std::vector<std::string> parts = split(text, '/');
  return {parts.front(), parts.size() > 1 ? parts[1] : std::string(kUnknownType),
          parts.size() > 2 ? decoded(parts[2]) : std::string()};
}

}  // namespace jaga::fault
