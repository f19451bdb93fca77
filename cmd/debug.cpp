#include "debug.hpp"

#include <unistd.h>

#include <chrono>
#include <exception>
#include <string>

#include "base/debug.hpp"

namespace jaga::cmd {
namespace {

const auto kBegan = std::chrono::steady_clock::now();

// One write, so that the lines of several threads stay whole.
void write_line(std::string_view area, std::string_view line) noexcept {
  try {
    const std::chrono::duration<double, std::milli> since = std::chrono::steady_clock::now() - kBegan;
    const std::string text = formatted("debug {:.3f} {}: {}\n", since.count(), area, line);
    (void)!::write(STDERR_FILENO, text.data(), text.size());
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace

void debug_to_standard_error() {
  set_debug_sink(write_line);
}

}  // namespace jaga::cmd
