// The last step: what became of the part, and the evidence in a bag.
#pragma once

#include <optional>
#include <string>

#include "workflow/incidents.hpp"

namespace jaga::workflow {

struct ArchiveWish {
  std::string part;  // "stored", "returned", "destroyed", "none"
  std::optional<std::string> where{};
  std::optional<std::string> received_by{};
  std::optional<std::string> sanitised{};
  std::string out{};  // absolute directory for the bag; empty: archive/ of the working directory
};
struct Archived {
  Written written;
  std::string bag;  // path
  Digest manifest;
};
Archived archive(const Context& context, const std::string& incident, const ArchiveWish& wish);

}  // namespace jaga::workflow
