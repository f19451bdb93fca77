// The last step: what became of the part, and the evidence in a bag.
#pragma once

#include <optional>
#include <string>

#include "workflow/incidents.hpp"
#include "workflow/seal.hpp"

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
  std::string packed;           // path of the bag as .tar.zst; empty: it could not be made
  std::optional<Sealed> sealed;  // nullopt: it could not be sealed
};
// What fails after the record is written (packing the bag, sealing) is a notice: both can be made up for.
Archived archive(const Context& context, const std::string& incident, const ArchiveWish& wish);

}  // namespace jaga::workflow
