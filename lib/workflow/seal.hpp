// A seal: the signed list of everything that no seal has named yet.
#pragma once

#include <optional>

#include "workflow/incidents.hpp"

namespace jaga::workflow {

struct Sealed {
  record::Record record;
  std::string path;  // below the directory
  std::size_t files = 0;
};
// Adds a record to this installation's chain of seals. nullopt: nothing is new. Private evidence is left out,
// since copies of the directory do not have it; the notes that name it are sealed.
// `always`: a seal without files then, which still names the newest seals of the others.
std::optional<Sealed> seal(const ActingContext& context, bool always = false);

}  // namespace jaga::workflow
