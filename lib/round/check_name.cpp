#include "round/check_name.hpp"

namespace jaga::round {

std::string check_name(std::string_view check, std::string_view object) {
  std::string name(check);
  if (!object.empty()) name.append(":").append(object);
  return name;
}

CheckName parse_check_name(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {std::string(text), {}};
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

}  // namespace jaga::round
