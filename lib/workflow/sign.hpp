// `jaga sign DIR`: reads a request (workflow/request.hpp) where no working directory is, and signs it. All
// that is shown comes from record.yaml, and from files whose digests lead there.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "document/request_view.hpp"
#include "sign/keyring.hpp"

namespace jaga::workflow {

using document::Unsigned;

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
