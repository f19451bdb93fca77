#include "base/decimal.hpp"

namespace jaga {

std::string decimal(std::string number, Language language) {
  if (language != Language::indonesian) return number;
  if (const std::size_t point = number.find('.'); point != std::string::npos) number[point] = ',';
  return number;
}

}  // namespace jaga
