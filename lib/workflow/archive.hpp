// The last step: the disposition of the part, and the evidence in a bag.
#pragma once

#include <optional>
#include <string>

#include "workflow/incidents.hpp"
#include "workflow/seal.hpp"

namespace jaga::workflow {

struct ArchiveOptions {
  incident::PartDisposition part = incident::PartDisposition::none;
  std::optional<std::string> where{};
  std::optional<std::string> received_by{};
  std::optional<std::string> sanitised{};
  std::vector<std::string> without{};  // evidence that is not there, by the beginning of its digest
  std::string reason{};                // why it is archived without it
  bool pdf = false;   // its documents as PDF, too, where WeasyPrint is installed; they never stop it
  std::string out{};  // absolute directory for the bag; empty: archive/ of the working directory
};
struct Archived {
  Written written;
  std::string bag;  // path
  Digest manifest;
  std::string packed;            // path of the bag as .tar.zst; empty: it could not be made
  std::optional<Sealed> sealed;  // nullopt: it could not be sealed
  std::string report;            // the month's, below the working directory; empty: it could not be made
};
// Refuses what archive() would refuse whatever became of the part. Says whether a part was replaced, which
// rules out PartDisposition::none.
bool require_archivable(const ActingContext& context, const std::string& incident);
// Refuses as archive() would, before anything is made; the incident that would be archived. Whether all its
// evidence is there is not looked at.
Incident check_archive(const ActingContext& context, const std::string& incident,
                       const ArchiveOptions& options);
// Throws Error{data} where evidence that is named is not there, or not what it was, and `without` does not
// name it: who added it, when, and in which installation. What fails after the record is written (packing the
// bag, sealing, the report of the month) is a notice: each can be made up for.
Archived archive(const ActingContext& context, const std::string& incident, const ArchiveOptions& options);

}  // namespace jaga::workflow
