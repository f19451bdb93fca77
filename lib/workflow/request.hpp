// A decision signed on another machine: the exact bytes of the record go out, its signature comes back.
#pragma once

#include <string>
#include <vector>

#include "workflow/decision.hpp"

namespace jaga::workflow {

struct Requested {
  std::string folder;
  std::string record_file;   // below the folder
  std::string command_line;  // the one ssh-keygen line, to be run in the folder
};
// Writes DIR (which must not exist, or be empty): the record's bytes, preview.txt (which binds nothing), the
// bytes of what is decided on, the incident's records (workflow/request_folder.hpp), and README.txt with the
// line.
Requested request(const Context& context, const Prepared& prepared, const std::string& folder);

// What an import does with a preview.txt or README.txt that another version of jaga wrote, or that does not
// say which one did: it cannot be compared with what this version would write.
enum class OtherVersion {
  refused,
  accepted,  // the importing person has asked the signer
};
// Publishes the request in DIR: if the chain's head has not moved, the signature is valid and its key
// holds the role at the newest register head. The importing person signs a note of the time, by which the
// clocks go; where only that is missing (a crash), importing again writes it. Throws not_permitted with what
// is missing, and data where another file in DIR is not what the request put there.
Written import_request(const ActingContext& context, const std::string& folder,
                       OtherVersion others = OtherVersion::refused);

}  // namespace jaga::workflow
