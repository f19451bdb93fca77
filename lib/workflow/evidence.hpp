// Taking the bytes of evidence away, which is the only removal that there is.
#pragma once

#include <string>

#include "workflow/incidents.hpp"

namespace jaga::workflow {

// The evidence of an incident that `text` means: "sha256:HEX", HEX or a unique beginning of it; also what
// only records and notes name any more. Throws Error{no_input}, Error{usage} listing several.
Digest find_evidence(const Context& context, const std::string& incident, const std::string& text);

struct Redacted {
  std::string note;       // its path below the working directory
  bool was_there = true;  // false: this copy did not have the bytes
};
// Writes the note first, then removes the bytes; after a crash between the two, again does the rest. Throws
// not_permitted: see incident::redaction_refused(), and where it is redacted already.
Redacted redact(const Context& context, const std::string& incident, const Digest& evidence,
                const std::string& reason);

}  // namespace jaga::workflow
