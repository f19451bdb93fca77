// The folder of a request: what `--request` writes, `jaga sign` reads and `jaga import` takes back. What is
// signed is record.yaml; all else is there to be read beside it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "incident/incident.hpp"
#include "workflow/context.hpp"

namespace jaga::workflow {

inline constexpr std::string_view kRecordFile = "record.yaml";
inline constexpr std::string_view kSignatureFile = "record.yaml.sig";
inline constexpr std::string_view kPreviewFile = "preview.txt";
inline constexpr std::string_view kOnFile = "decided-on.yaml";
inline constexpr std::string_view kReadmeFile = "README.txt";
// The incident's records, each with its signature, under their own names; in notes/ the measurement that is
// decided on, in evidence/ the files of the plan.
inline constexpr std::string_view kIncidentFolder = "incident";

// The one line that signs it, to be run in the folder.
std::string signing_line();
// The text of README.txt for the owner of that key.
std::string readme(Language language, const std::string& key);
// The last line of preview.txt and of README.txt.
std::string version_line(const std::string& version, Language language);

// The files of kIncidentFolder for a decision about that incident: path below the folder of the request, and
// bytes.
using Files = std::map<std::string, std::string>;
Files incident_files(const Office& office, const record::Chain& chain, const std::vector<record::Note>& notes,
                     const incident::State& state, const incident::Body& decision);

// "incident/evidence/sha256-HEX"
std::string request_evidence(const Digest& digest);

}  // namespace jaga::workflow
