// The one question that jaga asks an ssh-agent itself: which keys it holds (draft-miller-ssh-agent,
// SSH_AGENTC_REQUEST_IDENTITIES). Private to sign.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sign/key.hpp"

namespace jaga::sign {

// The keys of an answer (without its length), those of types that we verify; nullopt where it is none.
std::optional<std::vector<PublicKey>> parse_identities(std::string_view answer);

// The keys of the agent behind `socket`; nullopt where nobody takes the connection and answers within
// `limit`.
std::optional<std::vector<PublicKey>> agent_keys(const std::string& socket,
                                                 std::chrono::milliseconds limit = std::chrono::seconds{5});

}  // namespace jaga::sign
