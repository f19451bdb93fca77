// A seal: the signed list of everything that no seal has named yet.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workflow/incidents.hpp"

namespace jaga::workflow {

struct Sealed {
  record::Record record;
  std::string path;  // below the directory
  std::size_t files = 0;
  // Those that were made before it, because one that names all the files would be larger than a record may be.
  std::vector<Sealed> earlier{};
};
// Adds a record to this installation's chain of seals, or as many as the new files need. nullopt: nothing is
// new. Private evidence is left out, since copies of the directory do not have it; the notes that name it are
// sealed. Where it fails after some of them, these stand, and the next call seals the rest.
// `always`: a seal without files then, which still names the newest seals of the others.
std::optional<Sealed> seal(const ActingContext& context, bool always = false);

}  // namespace jaga::workflow
