#include "base/debug.hpp"

#include <exception>

#include "base/secrets.hpp"
#include "base/text.hpp"

namespace jaga::detail {

void tell_debug(std::string_view area, const std::string& text) {
  const DebugSink sink = debug_sink.load();
  if (sink == nullptr) return;
  try {
    sink(area, printable(mask_secrets(text)));
  } catch (const std::exception&) {
    // No memory for it: what is debugged goes on as it would have.
  }
}

}  // namespace jaga::detail
