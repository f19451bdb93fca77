#include "base/errno_text.hpp"

#include <cstring>

#include "base/system_text.hpp"

namespace jaga {

Message errno_text(int errno_value) {
  char buffer[256] = {};
  return system_text(strerror_r(errno_value, buffer, sizeof buffer));
}

}  // namespace jaga
