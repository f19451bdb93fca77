// What the register later recorded about the writer: a key compromised by then, a key or a role that was
// taken away. So nobody signs into the past.
#pragma once

#include <optional>
#include <string>

#include "base/digest.hpp"
#include "record/seal.hpp"
#include "store/chain.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

// The seals of the working directory, read when first asked for.
class Seals {
 public:
  record::Coverage& of(const Office& office);

 private:
  std::optional<record::Coverage> seals_;
};

// registry::doubt of a record or note over the register as it is now; without one, nothing is doubted. `file`
// is its path below the working directory.
Message doubt(const Office& office, const record::By& by, const std::string& key, Instant at,
              const Digest& register_head, const std::string& file, const Digest& digest);

// Whether an incident is archived, and so finished, as its names tell: without reading it as long as nothing
// was removed and no key declared compromised unknown to the archiving person. Where something was, only
// its records say which of them still count (false).
bool archived(const Office& office, const store::IncidentListing& listing);

}  // namespace jaga::workflow
