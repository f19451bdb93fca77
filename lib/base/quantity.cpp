#include "base/quantity.hpp"

namespace jaga {

std::string quantity(std::int64_t count, std::string_view one, std::string_view several) {
  std::string out = std::to_string(count) + " ";
  out += count == 1 ? one : several;
  return out;
}

}  // namespace jaga
