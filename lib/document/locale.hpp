// In whose language and by which clock something is shown.
#pragma once

#include <functional>
#include <string>

#include "base/instant.hpp"
#include "base/message.hpp"

namespace jaga::document {

struct Locale {
  Language language = Language::english;
  std::function<std::string(Instant)> local{};  // a time as a person reads it; must be set

  std::string text(const Message& message) const { return message.render(language); }
};

}  // namespace jaga::document
