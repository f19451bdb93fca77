// Private to ssh: the pieces of a login with a key (RFC 4252 section 7) that libssh2 leaves to its caller.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jaga::ssh {

// Of what libssh2 wants signed: by which algorithm.
std::optional<std::string_view> algorithm_to_sign(std::string_view data);
// Of an ssh-agent's answer: the signature's own bytes, without the name of the algorithm, which must be
// `algorithm`.
[[nodiscard]] std::optional<std::string> signature_bytes(std::string_view answer, std::string_view algorithm);
// A public key's blob with another name in front.
std::string renamed(const std::string& blob, std::string_view name);

}  // namespace jaga::ssh
