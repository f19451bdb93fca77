// Taking the bytes of evidence away, which is the only removal that there is.
#pragma once

#include <string>
#include <vector>

#include "workflow/incidents.hpp"

namespace jaga::workflow {

// The evidence of an incident that `text` means: "sha256:HEX", HEX or a unique beginning of it; also what
// only records and notes name any more. Throws Error{no_input}, Error{usage} listing several.
Digest find_evidence(const Office& office, const std::string& incident, const std::string& text);

struct Redacted {
  std::string note;       // its path below the working directory
  bool was_there = true;  // false: this copy did not have the bytes
};
// Writes the note first, then removes the bytes; after a crash between the two, again does the rest. Throws
// not_permitted: see incident::redaction_refused(), and where it is redacted already and neither this copy
// nor a bag of archive/ holds the bytes.
Redacted redact(const ActingContext& context, const std::string& incident, const Digest& evidence,
                const std::string& reason);

// The bags of archive/ that hold the bytes, by name; `packed` where only the .tar.zst is there, which is not
// looked into.
struct HoldingBag {
  std::string name;
  bool packed = false;
};
std::vector<HoldingBag> bags_holding(const Office& office, const std::string& incident,
                                     const Digest& evidence);
// Takes the bytes out of archive/BAG, which gets the note of the redaction and what the register has newer,
// so that it can be checked as before, and packs it anew. Precondition: redact() was done. After a crash,
// again does the rest. Throws Error{io}, Error{cant_create} where the bag belongs to another account.
void redact_bag(const Context& context, const std::string& incident, const Digest& evidence,
                const std::string& bag);

}  // namespace jaga::workflow
