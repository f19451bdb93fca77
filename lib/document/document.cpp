#include "document/document.hpp"

#include <algorithm>

namespace jaga::document {

const Part* Document::find(std::string_view name) const {
  const auto found =
      std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.name == name; });
  return found == parts.end() ? nullptr : &*found;
}

}  // namespace jaga::document
