// Captured output goes into files that can never be changed: what has the shape of a secret is masked first.
#pragma once

#include <string>
#include <string_view>

namespace jaga::workflow {

// PEM private keys (whole), values after password=, passwd:, secret=, token=, sandi= and the like (to the end
// of the word), and access keys of the form AKIA + 16 upper-case letters and digits, each replaced by
// "[masked]". Only known shapes: this is a net, not a promise.
std::string mask_secrets(std::string_view text);

// Refuses (Error{usage}) a text that a person typed and that no record may hold: characters that a terminal
// would obey, malformed ones, and what mask_secrets() would mask, but for prose ("password: user called").
// `name` says which one, "-m".
void require_recordable(std::string_view name, std::string_view text);

}  // namespace jaga::workflow
