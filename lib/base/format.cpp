#define FMT_HEADER_ONLY  // its code, here and nowhere else
#include "base/format.hpp"

#include <fmt/format.h>

namespace jaga {

std::string vformatted(fmt::string_view format, fmt::format_args arguments) {
  return fmt::vformat(format, arguments);
}

}  // namespace jaga
