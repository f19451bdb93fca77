// In whose language and by which clock something is shown.
#pragma once

#include <functional>
#include <string>

#include "base/instant.hpp"
#include "base/message.hpp"

namespace jaga::document {

struct Locale {
  Language language = Language::english;
  std::function<std::string(Instant)> local{};  // a time beside which the zone is told; must be set
  std::string zone{};                           // what local() is in: "WITA"; empty: nobody need be told

  // A time in a sentence: "2026-11-30 08:41 WITA".
  std::string time(Instant at) const { return zone.empty() ? local(at) : local(at) + " " + zone; }
  // The head of a column of local() times: "since (WITA)".
  std::string head(const Message& title) const {
    return zone.empty() ? text(title) : text(title) + " (" + zone + ")";
  }
  std::string text(const Message& message) const { return message.render(language); }
};

}  // namespace jaga::document
