// `jaga sign DIR`: reads a request (workflow/request.hpp) where no working directory is, and signs it. All
// that is shown comes from record.yaml, and from files whose digests lead there.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "incident/incident.hpp"
#include "record/chain.hpp"
#include "sign/keyring.hpp"

namespace jaga::workflow {

struct Unsigned {
  record::Record record;  // record.yaml
  incident::Body body;    // its; a decision with a summary that the records beside it give
  Digest digest;          // decision_digest(): what approve and its like print, and --expect is compared with
  record::Chain chain;    // the incident up to it, whole and well signed
  std::optional<incident::Analyze> analysis;  // of the plan that is decided on
  std::optional<plan::Frozen> plan;
  std::vector<incident::Result> before;  // of what comes after a repair
  std::vector<incident::Result> after;
  std::vector<Message> unchecked;  // what cannot be told from the folder
  bool is_signed = false;          // by the key that it names
};

// Throws Error{data} for a file that is not what record.yaml leads to, naming it: a record, a signature, the
// measurement, decided-on.yaml, or a summary that is not the one of the records; no_input for one that is
// missing.
Unsigned read_request(const std::string& folder);

// Signs record.yaml with the key that it names and puts record.yaml.sig beside it; gives its path. Throws
// Error{not_permitted} where that key is not among `places`, cant_create where a signature lies there
// already.
std::string sign_request(const std::string& folder, const Unsigned& request, const sign::Places& places,
                         std::stop_token stop);

}  // namespace jaga::workflow
