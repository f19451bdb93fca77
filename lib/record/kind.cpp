#include "record/kind.hpp"

#include <algorithm>

namespace jaga::record {

std::optional<Kind> parse_kind(std::string_view text) {
  const auto* const at = std::find(kKinds.begin(), kKinds.end(), text);
  return at == kKinds.end() ? std::nullopt : std::optional(static_cast<Kind>(at - kKinds.begin()));
}

bool is_of_run(std::string_view kind) {
  return kind == name(Kind::command_start) || kind == name(Kind::command_end) ||
         kind == name(Kind::repair_end);
}

bool is_decision(std::string_view kind) {
  return kind == name(Kind::approve) || kind == name(Kind::verify) || kind == name(Kind::accept) ||
         kind == name(Kind::reject) || kind == name(Kind::withdraw);
}

}  // namespace jaga::record
