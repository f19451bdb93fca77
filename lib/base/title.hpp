// A short text that data (not the program) holds in both languages: a role's title, a plan's, a fault's.
#pragma once

#include <string>

#include "base/message.hpp"

namespace jaga {

struct Title {
  std::string id;  // Indonesian
  std::string en;  // English

  const std::string& in(Language language) const { return language == Language::indonesian ? id : en; }
  bool empty() const { return id.empty() && en.empty(); }
  bool operator==(const Title&) const = default;
};

}  // namespace jaga
